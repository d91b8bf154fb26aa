"""What a comparison says, and of what it says nothing."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance import report
from conformance.compare import compare, result
from conformance.contract import Contract, ContractError, load
from conformance.document import read
from conformance.known import read_known, today
from conformance.references import at, ref_location
from scripts.committed import ROOT
from tests.compare.uses import changed, contract

NAMES = ("kimi", "siliconflow", "openai")


def data_of(name: str) -> Any:
    """A contract of the project as data."""
    return read(Path(ROOT) / f"specs/{name}.yaml").data


def document(
    response: Any, request: Any = None, version: str = "3.1.0", path: str = "/batches", server: str = "", **more: Any
) -> Any:
    """A small document: one operation that answers `response` and may take `request`."""
    operation: dict[str, Any] = {
        "operationId": more.pop("name", "make_a_batch"),
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": response}}}},
    }
    if request is not None:
        operation["requestBody"] = {"content": {"application/json": {"schema": request}}}
    servers = {"servers": [{"url": server}]} if server else {}
    return {
        "openapi": version,
        "info": {"title": "t", "version": "1"},
        "paths": {path: {"post": operation}},
        **servers,
        **more,
    }


def found(old: Any, new: Any) -> list[tuple[str, str, str]]:
    """Rule, severity and pointer of every row."""
    rows = compare(contract(old), contract(new, "new"))
    return sorted((drift.rule, drift.severity, drift.identity.pointer) for drift in rows)


def to_31(node: Any) -> Any:
    """The same document in the words of OpenAPI 3.1."""
    if isinstance(node, list):
        return [to_31(one) for one in node]
    if not isinstance(node, dict):
        return node
    out = {key: to_31(value) for key, value in node.items() if key != "nullable"}
    if "openapi" in node:
        out["openapi"] = "3.1.0"
    if node.get("nullable") is True and isinstance(node.get("type"), str):
        out["type"] = [node["type"], "null"]
    return out


def inlined(root: Any, node: Any) -> Any:
    """The same document with no reference left."""
    if isinstance(node, dict) and "$ref" in node:
        target = at(contract(root).document, ref_location(node["$ref"]))
        return inlined(root, target)
    if isinstance(node, dict):
        return {key: inlined(root, value) for key, value in node.items()}
    return [inlined(root, one) for one in node] if isinstance(node, list) else node


def wrapped(data: Any) -> Any:
    """The same document with every named schema as the only branch of an `allOf`."""
    copy = changed(data)
    schemas = copy["components"]["schemas"]
    copy["components"]["schemas"] = {name: {"allOf": [schema]} for name, schema in schemas.items()}
    return copy


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "rewrite",
    [changed, wrapped, lambda data: inlined(data, data), to_31],
    ids=["as it is", "allOf", "without references", "in 3.1"],
)
def test_the_same_said_otherwise_is_no_change(name: str, rewrite: Any) -> None:
    """References, composition and the version of OpenAPI are ways of writing; both ways round nothing is said."""
    data = data_of(name)

    assert found(data, rewrite(data)) == []
    assert found(rewrite(data), data) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": ["string", "null"]}),
        ({"const": "batch"}, {"type": "string", "enum": ["batch"]}),
        ({"type": "integer", "exclusiveMinimum": 0}, {"allOf": [{"type": "integer"}, {"exclusiveMinimum": 0}]}),
        ({"type": "string", "description": "a"}, {"type": "string", "description": "b", "x-source": 1}),
        (
            {"oneOf": [{"type": "object", "properties": {"a": {}}, "required": ["a"]}]},
            {"properties": {"a": {}}, "required": ["a"]},
        ),
    ],
)
def test_two_ways_to_say_one_thing(old: Any, new: Any) -> None:
    """Both let the same through."""
    assert found(document(old), document(new)) == []


@pytest.mark.parametrize(
    ("old", "new", "response", "request_"),
    [
        (
            {"type": "number"},
            {"type": "integer"},
            [("response-property-type-specialized", "info", "")],
            [("request-property-type-changed", "breaking", "")],
        ),
        (
            {"type": "string", "enum": ["a"]},
            {"type": "string", "example": "b"},
            [("response-property-enum-value-added", "breaking", "")],
            [("request-property-enum-value-added", "info", "")],
        ),
        (
            {"type": "string"},
            {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
            [("response-property-type-changed", "breaking", "")],
            [("request-property-type-generalized", "info", "")],
        ),
        (
            {"type": "object", "additionalProperties": {"type": "string"}},
            {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
            [("response-property-became-nullable", "breaking", "/*")],
            [("request-property-became-nullable", "info", "/*")],
        ),
        (
            {"type": "integer", "multipleOf": 2},
            {"type": "integer", "multipleOf": 3},
            [("response-property-type-changed", "warning", "")],
            [("request-property-type-changed", "warning", "")],
        ),
    ],
)
def test_requests_and_responses_differ_in_direction(old: Any, new: Any, response: Any, request_: Any) -> None:
    """What widens a response breaks those who read it; what narrows a request breaks those who send it."""
    assert found(document(old), document(new)) == response
    assert found(document({}, old), document({}, new)) == request_


def test_a_schema_that_returns_within_itself_is_compared_to_its_end() -> None:
    """A tree of trees is cut where it repeats, and its change is still found."""
    tree = {"type": "object", "properties": {"below": {"type": "array", "items": {"$ref": "#/components/schemas/T"}}}}
    old = document({"$ref": "#/components/schemas/T"}, components={"schemas": {"T": tree}})
    new = changed(old)
    new["components"]["schemas"]["T"]["properties"]["name"] = {"type": "string"}

    assert found(old, new) == [("response-optional-property-added", "info", "/name")]


@pytest.mark.parametrize(
    ("old", "new", "gone"),
    [
        (("/v1/batches", "https://a.example"), ("/batches", "https://b.example/v1"), False),
        (("/batches/{id}/cancel", ""), ("/v1/batches/{batch_id}/cancel/", ""), False),
        (("/api/v3/batches", ""), ("/batches", ""), False),
        (("/openai/batches", "https://a.example/openai"), ("/batches", ""), False),
        (("/batches", ""), ("/files", ""), True),
    ],
)
def test_paths_are_matched_from_the_right(old: Any, new: Any, *, gone: bool) -> None:
    """Base path, version prefix and the names of parameters and operations are nobody's change."""
    before = document({}, path=old[0], server=old[1], name="one")
    after = document({}, path=new[0], server=new[1], name="two")

    assert ("api-removed-without-deprecation" in {rule for rule, _, _ in found(before, after)}) is gone


def test_an_operation_that_moved_is_the_same_operation() -> None:
    """An upload at another path is still the upload: that it moved is said, and so is what changed of it."""
    old = document({"type": "string"}, path="/files")
    new = document({"type": "integer"}, path="/files/upload")

    assert found(old, new) == [
        ("api-removed-without-deprecation", "breaking", ""),
        ("response-property-type-changed", "breaking", ""),
    ]


def test_an_operation_that_was_deprecated_may_go() -> None:
    """What was announced breaks nobody in surprise."""
    old = document({})
    old["paths"]["/batches"]["post"]["deprecated"] = True

    assert found(old, document({}, path="/files"))[0] == ("api-removed-without-deprecation", "info", "")


def test_why_kimis_client_does_not_fit_siliconflow() -> None:
    """A comparison says at a glance what a client meets there, and what it makes of that."""
    rows = {
        (drift.rule, drift.identity.operation, drift.identity.pointer, drift.identity.value): drift
        for drift in compare(load("kimi"), load("siliconflow"))
    }
    status = rows["response-property-enum-value-added", "list_batches", "/data/*/status", "in_queue"]
    counts = rows["response-property-became-nullable", "list_batches", "/data/*/request_counts", None]

    assert status.identity.endpoint == "contract:siliconflow"
    assert status.severity == counts.severity == "breaking"
    assert status.impact.keys() >= {"kimi_batch"}
    assert counts.impact.keys() >= {"kimi_batch"}
    assert ("api-removed-without-deprecation", "delete_file", "", None) in rows


def test_a_comparison_is_reported_like_any_run() -> None:
    """It has a pair, an outcome and an exit code, and every renderer takes it."""
    shown = result(
        load("siliconflow"),
        load("kimi"),
        known=read_known(),
        day=today(),
        fail_on="breaking",
        started=0.0,
        finished=1.0,
    )
    tree = report.build(shown)

    report.validate(tree)
    assert (tree["exit_code"], tree["pairs"][0]["outcome"]) == (1, "drift")
    assert all(report.render(tree, name) for name in report.FORMATS)


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Two files `api.yaml` are named by their paths."""
    for folder, kind in (("a", "string"), ("b", "integer")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "api.yaml").write_text(yaml.safe_dump(document({"type": kind})), encoding="utf-8")
    old, new = (load(str(tmp_path / folder / "api.yaml")) for folder in "ab")

    shown = result(old, new, known=(), day=today(), fail_on="warning", started=0.0, finished=0.0)

    assert {row.identity.contract for row in shown.drifts} == {str(tmp_path / "a/api.yaml")}
    assert {row.identity.endpoint for row in shown.drifts} == {f"contract:{tmp_path / 'b/api.yaml'}"}


def test_a_contract_compared_with_itself_conforms() -> None:
    """Nothing changed: the outcome says so."""
    kimi = load("kimi")

    shown = result(kimi, kimi, known=(), day=today(), fail_on="info", started=0.0, finished=0.0)

    assert (shown.exit_code, shown.drifts) == (0, ())


def test_a_contract_has_a_past() -> None:
    """`name@date` is the copy that was in force that day; before the first copy, the first."""
    oldest = min(path.stem for path in (ROOT / "specs/history/kimi").glob("*.yaml"))

    assert load(f"kimi@{oldest}").name == f"kimi@{oldest}"
    assert load("kimi@2000-01-01").name == f"kimi@{oldest}"
    assert isinstance(load("kimi@9999-12-31"), Contract)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("kimi@yesterday", "'yesterday' is no date"),
        ("nobody@2026-11-24", "no dated copies of 'nobody'"),
        ("../kimi@2026-11-24", "no dated copies"),
        ("kimi@", "'' is no date"),
    ],
)
def test_a_past_that_is_not_there_gives_one_line(name: str, message: str) -> None:
    """What is wrong with the name, and what would be right."""
    with pytest.raises(ContractError) as caught:
        load(name)

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
