"""The contracts as committed: valid, current, true to the pages, and sourced."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest

from conformance.contract import OPERATIONS, load
from conformance.document import parse
from scripts import contract_table, refresh_specs
from scripts.committed import ROOT
from scripts.overlay import actions

BUILT = refresh_specs.providers(ROOT)
KINDS = {"page", "documented-elsewhere", "seen-in-the-wild"}


def read(path: str) -> Any:
    """The data of a YAML file of the checkout."""
    return parse((ROOT / path).read_text(encoding="utf-8"), path).data


def resolved(document: Any, node: Any) -> Any:
    """The node with every reference in it followed."""
    if isinstance(node, dict) and "$ref" in node:
        target = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return resolved(document, target)
    if isinstance(node, dict):
        return {key: resolved(document, child) for key, child in node.items()}
    return [resolved(document, child) for child in node] if isinstance(node, list) else node


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    """Every operation with its path and method."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


@pytest.mark.parametrize(("name", "version"), [("kimi", "3.1"), ("siliconflow", "3.0"), ("openai", "3.1")])
def test_a_contract_is_valid_openapi(name: str, version: str) -> None:
    """An independent validator accepts each contract, in the version of OpenAPI that the provider uses."""
    document = read(f"specs/{name}.yaml")

    openapi_spec_validator.validate(document)

    assert document["openapi"].startswith(version)


def test_the_committed_files_are_what_would_be_built(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody has edited a contract, nor changed a source or overlay without building anew."""
    assert refresh_specs.main(["--check"]) == 0, capsys.readouterr().err


def test_check_finds_an_edited_contract(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One changed byte in a contract is found, and the file named."""
    contract = copy / "specs/kimi.yaml"
    contract.write_bytes(contract.read_bytes().replace(b"default: 20", b"default: 21"))

    assert refresh_specs.main(["--check"], copy) == 1
    assert capsys.readouterr().err.startswith("specs/kimi.yaml: stale")


@pytest.mark.parametrize(
    ("name", "lacking"),
    [("kimi", set()), ("siliconflow", {"retrieve_file", "delete_file", "file_content"}), ("openai", set())],
)
def test_a_contract_has_the_operations_that_its_provider_documents(name: str, lacking: set[str]) -> None:
    """All contracts give the operations of a batch's life the same names."""
    assert set(load(name).operations) == set(OPERATIONS) - lacking


@pytest.mark.parametrize("provider", BUILT)
def test_the_overlay_changes_no_fact_of_the_page(provider: str) -> None:
    """With references resolved, what the page says of its operation is in the contract, but for its defects."""
    page = read(f"specs/sources/{provider}/list-batches.openapi.yaml")
    contract = read(f"specs/{provider}.yaml")
    (path, method, published), *_ = operations(page)
    built = contract["paths"][path][method]

    expected = without_defects(resolved(page, published)) | {"operationId": "list_batches"}

    assert missing(expected, resolved(contract, built), "") == []
    assert list(built["responses"]) == list(published["responses"])


def without_defects(node: Any) -> Any:
    """Without `default: false` on what is no boolean."""
    if not isinstance(node, dict):
        return [without_defects(child) for child in node] if isinstance(node, list) else node
    defect = node.get("default") is False and node.get("type") != "boolean"
    return {key: without_defects(child) for key, child in node.items() if not (defect and key == "default")}


def missing(expected: Any, found: Any, place: str) -> list[str]:
    """Where something expected is not found, or differs; `required` and `enum` must not even grow."""
    if isinstance(expected, dict):
        if not isinstance(found, dict):
            return [place]
        grown = [f"{place}/{key}" for key in ("required", "enum", "nullable") if key in found and key not in expected]
        return grown + [one for key in expected for one in missing(expected[key], found.get(key), f"{place}/{key}")]
    return [] if expected == found else [place]


@pytest.mark.parametrize("provider", BUILT)
def test_what_the_page_says_stands_in_the_contract(provider: str) -> None:
    """Every word of the page's block, Chinese and folded lines included, unless the overlay is about it."""
    block = set(_texts(read(f"specs/sources/{provider}/list-batches.openapi.yaml")))

    renamed = re.compile(r"#/components/.*|(?:Batch|Bad|Overloaded|Unauth|Forb|NotF|Timeout)\w+|[a-z]+\w*[bB]atch\w*")
    lost = block - set(_texts(read(f"specs/{provider}.yaml")))
    assert [text for text in lost if not renamed.fullmatch(text)] == []


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, child in node.items():
            yield key
            yield from _texts(child)
    elif isinstance(node, list):
        for child in node:
            yield from _texts(child)
    else:
        yield str(node)


@pytest.mark.parametrize("provider", BUILT)
def test_every_action_of_an_overlay_has_its_reason_and_source(provider: str) -> None:
    """No action without a description and an x-source that says how sure it is and where it stands."""
    path = f"specs/overlays/{provider}.yaml"
    overlay = parse((ROOT / path).read_text(encoding="utf-8"), path)
    pages = set(read(f"specs/{provider}.yaml")["x-pages"])
    allowed = {"target", "description", "update", "copy", "remove", "x-source"}

    assert list(actions(overlay, path))
    for action in overlay.data["actions"]:
        assert set(action) <= allowed
        assert action["description"]
        assert action["x-source"]["kind"] in KINDS
        assert action["x-source"]["ref"] in pages or action["x-source"]["ref"].startswith("https://")


@pytest.mark.parametrize("provider", BUILT)
def test_everything_added_says_where_it_stands(provider: str) -> None:
    """Each operation and component that the page does not have carries an x-source, or is copied from the page."""
    page = read(f"specs/sources/{provider}/list-batches.openapi.yaml")
    contract = read(f"specs/{provider}.yaml")
    published = {(path, method) for path, method, _ in operations(page)}
    added = [operation for path, method, operation in operations(contract) if (path, method) not in published]
    copied = {"BatchList", "Batch", "RequestCounts", "Error", "ErrorResponse"}
    copied |= set(page["components"].get("responses", ())) | {"BadRequestError", "OverloadedError"}
    components = [
        component
        for kind in ("schemas", "parameters", "responses")
        for name, component in contract["components"].get(kind, {}).items()
        if name not in copied and not name.endswith("Message")
    ]

    assert added
    assert [one for one in (*added, *components) if one.get("x-source", {}).get("kind") not in KINDS] == []


@pytest.mark.parametrize("name", ["kimi", "siliconflow", "openai"])
def test_every_source_in_a_contract_can_be_followed(name: str) -> None:
    """A ref is an address, or the name of a page whose address the contract gives."""
    document = read(f"specs/{name}.yaml")
    pages = document.get("x-pages", {})
    sources = [node["x-source"] for node in nodes(document) if "x-source" in node]

    assert sources
    assert all(source["kind"] in KINDS for source in sources)
    assert all(
        source["ref"] in pages if source["kind"] == "page" else source["ref"].startswith("https://")
        for source in sources
    )


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every mapping in a document."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(child)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        (
            "kimi",
            ["12h", "24h", "100h", "168h", "1d", "3d", "7d"],
            ["11h", "169h", "0d", "8d", "24", "1w", "24h\n", " 1d"],
        ),
        ("siliconflow", ["24h", "48h", "100h", "299h", "300h", "336h"], ["23h", "337h", "1d", "24", "0h", "1000h"]),
        ("openai", ["24h"], ["12h", "1d"]),
    ],
)
def test_the_completion_window_is_held_to_the_documented_bounds(name: str, right: list[str], wrong: list[str]) -> None:
    """Every documented form within the bounds is allowed, nothing beyond them."""
    body = load(name).operations["create_batch"].body
    assert body is not None
    request = {"input_file_id": "file-1", "endpoint": "/v1/chat/completions"}

    def allows(window: str) -> bool:
        return body.validator.is_valid({**request, "completion_window": window})

    assert [window for window in right if not allows(window)] == []
    assert [window for window in wrong if allows(window)] == []


def test_the_window_that_the_page_states_is_the_one_in_the_contract() -> None:
    """The pattern is made from the limit; it agrees with the forms and bounds kept of the page."""
    limits = {one["name"]: one for one in read("specs/sources/kimi/create-batch.data.yaml")["limits"]}
    schema = read("specs/kimi.yaml")["components"]["schemas"]["CreateBatchRequest"]["properties"]["completion_window"]
    window = limits["completion_window"]

    assert all(
        re.search(schema["pattern"], form) for form in (*window["formats"], window["minimum"], window["maximum"])
    )
    assert not re.search(schema["pattern"], "8d")


@pytest.mark.parametrize(
    ("metadata", "allowed"),
    [
        ({}, True),
        ({f"k{number}": "v" for number in range(16)}, True),
        ({f"k{number}": "v" for number in range(17)}, False),
        ({"k" * 64: "v" * 512}, True),
        ({"k": "v" * 513}, False),
        ({"k": 1}, False),
    ],
)
@pytest.mark.parametrize("name", ["kimi", "siliconflow", "openai"])
def test_metadata_is_held_to_the_documented_limits(name: str, metadata: dict[str, Any], *, allowed: bool) -> None:
    """Sixteen pairs, 64 characters a key, 512 a value, as far as the version of OpenAPI can say it."""
    body = load(name).operations["create_batch"].body
    assert body is not None
    request = {"input_file_id": "file-1", "endpoint": "/v1/chat/completions", "completion_window": "24h"}

    assert body.validator.is_valid({**request, "metadata": metadata}) is allowed


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 503, 504])
def test_siliconflows_samples_conform_to_its_contract(status: int) -> None:
    """What the rendered page shows for a status is what the contract built from the other page says of it."""
    samples = read("specs/sources/siliconflow/list-batches-rendered.data.yaml")["samples"]
    body = next(sample["body"] for sample in samples if int(sample["status"]) == status)
    response = load("siliconflow").operations["list_batches"].response(status)
    assert response is not None
    assert response.schema is not None

    assert [error.message for error in response.schema.validator.iter_errors(body)] == []


def test_kimis_sample_conforms_but_for_the_status_it_leaves_out() -> None:
    """The page's sample of a created batch lacks the status that the contract requires, and nothing else."""
    samples = read("specs/sources/kimi/create-batch.data.yaml")["samples"]
    body = next(sample["body"] for sample in samples if sample["kind"] == "response")
    response = load("kimi").operations["create_batch"].response(200)
    assert response is not None
    assert response.schema is not None

    assert [error.message for error in response.schema.validator.iter_errors(body)] == [
        '"status" is a required property'
    ]


def test_the_table_of_the_contracts_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    """docs/contracts.md shows the contracts as they are."""
    assert contract_table.main(["--check"]) == 0, capsys.readouterr().err


def test_the_table_shows_a_change_of_a_contract(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Built from a changed contract, the table is another, and the old one stale."""
    contract = copy / "specs/openai.yaml"
    contract.write_text(contract.read_text(encoding="utf-8").replace("[24h]", "[48h]"), encoding="utf-8")

    assert contract_table.main(["--check"], copy) == 1
    assert capsys.readouterr().err.startswith("docs/contracts.md: stale")
    assert contract_table.main([], copy) == 0
    assert "`48h`" in (copy / "docs/contracts.md").read_text(encoding="utf-8")


def test_the_table_names_every_field_of_a_batch_in_every_contract() -> None:
    """A row a field, whichever contract has it; a dash where one has not."""
    page = (ROOT / contract_table.PAGE).read_text(encoding="utf-8")
    section = page.partition("## The batch object")[2].partition("\n## ")[0]

    for name in contract_table.CONTRACTS:
        batch = read(f"specs/{name}.yaml")["components"]["schemas"]["Batch"]["properties"]
        assert [field for field in batch if f"| `/{field}` |" not in section] == []
    assert re.search(
        r"\n\| `/file_name` \| string \| \[siliconflow\]\[\d+\] \|\n\|  \| – \| kimi, openai, [^|\n]*together \|\n",
        section,
    )
