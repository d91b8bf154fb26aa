"""From a drift report to an Overlay: what it proposes makes the contract agree with what was seen."""

import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest
import yaml

from conformance import report
from conformance.contract import ContractError, load
from conformance.document import Document, parse
from conformance.mend import MendError, mend
from conformance.mend.overlay import propose
from scripts.overlay import apply_overlay
from tests.compare.uses import contract
from tests.forking import Forking

AGAINST = ("--against", "kimi", "--against", "openai")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory, forking: Forking) -> dict[str, Any]:
    """SiliconFlow's simulator against the other contracts, nothing accepted."""
    out = tmp_path_factory.mktemp("report")
    forking.run(["run", "sim:siliconflow", *AGAINST, "--no-known", "--out", str(out)], out, os.environ)
    return report.read(out / "drift.json")


@pytest.mark.parametrize("name", ["kimi", "openai"])
def test_the_overlay_makes_the_contract_agree(tree: dict[str, Any], tmp_path: Path, name: str) -> None:
    """Applied to the contract it gives a valid one that allows what was seen: values, nulls, missing fields."""
    mend(tree, tmp_path)
    text = (tmp_path / f"{name}.overlay.yaml").read_text(encoding="utf-8")
    data = deepcopy(load(name).document.data)

    apply_overlay(data, parse(text, "overlay"), "overlay")

    openapi_spec_validator.validate(data)
    mended = contract(data, "mended")
    listed = mended.operations["list_batches"].responses["200"].schema
    assert listed is not None
    body = next(row["example"]["body"] for row in tree["drift"] if row["pointer"] == "/data/*/status" and row["value"])
    body.pop("(left out)", None)  # the report shortens what it shows
    assert [one.message for one in listed.validator.iter_errors(body)] == []


def test_the_overlay_is_what_was_tried(tree: dict[str, Any]) -> None:
    """The contract that the difference of the client speaks of is the one that the actions make."""
    kimi = load("kimi")
    rows = [row for row in tree["drift"] if row["contract"] == "kimi" and row["endpoint"]]
    found = propose(kimi, rows)
    overlay = yaml.safe_dump({"overlay": "1.1.0", "actions": list(found.actions)})
    data = deepcopy(kimi.document.data)

    apply_overlay(data, parse(overlay, "overlay"), "overlay")

    assert data == found.mended


def test_the_difference_of_the_client_is_shown(tree: dict[str, Any], tmp_path: Path) -> None:
    """A reader sees what the proposal would do to the typed client, before anything is regenerated."""
    written = mend(tree, tmp_path)

    diff = (tmp_path / "kimi.client.diff").read_text(encoding="utf-8")
    assert tmp_path / "kimi.client.diff" in written
    assert '+    IN_QUEUE = "in_queue"' in diff
    assert "kimi_batch/models/batch_status.py" in diff


def test_what_is_known_is_left(tree: dict[str, Any], tmp_path: Path) -> None:
    """Accepted drift is meant to be so: nothing is proposed for it, and no file written."""
    accepted = {"reason": "so", "source": "there", "until": None}
    known = {**tree, "drift": [{**row, "known": accepted} for row in tree["drift"]]}

    assert mend(known, tmp_path / "out") == []
    assert not (tmp_path / "out").exists()


def test_what_no_contract_can_say_is_named(tmp_path: Path) -> None:
    """A page that repeats is nobody's schema: the file says that it is left."""
    tree = {
        "contracts": [{"name": "kimi", "file": "specs/kimi.yaml"}],
        "drift": [row(), row(rule="page-cursor-ignored")],
    }

    (path, *_) = mend(tree, tmp_path)

    assert "# Left as it is: page-cursor-ignored at list_batches 200 /data/*/status" in path.read_text(encoding="utf-8")


def row(**changes: Any) -> dict[str, Any]:
    """One row of a report."""
    return {
        "rule": "response-property-enum-value-added",
        "endpoint": "live:kimi",
        "contract": "kimi",
        "operation": "list_batches",
        "status_code": 200,
        "pointer": "/data/*/status",
        "value": "paused",
        "expected": "string",
        "observed": [{"value": "paused", "count": 1}],
        "known": None,
        **changes,
    }


@pytest.mark.parametrize(
    ("version", "schema", "drift", "agrees"),
    [
        ("3.1.0", {"type": "string"}, {"rule": "response-property-became-nullable"}, None),
        ("3.1.0", {"type": ["string"], "enum": ["a"]}, {"rule": "response-property-became-nullable"}, None),
        ("3.0.0", {"type": "string", "enum": ["a"]}, {"rule": "response-property-became-nullable"}, None),
        ("3.1.0", {"$ref": "#/components/schemas/S"}, {"rule": "response-property-became-nullable"}, None),
        ("3.0.0", {"$ref": "#/components/schemas/S"}, {"rule": "response-property-became-nullable"}, None),
        ("3.1.0", {"const": "a"}, {"rule": "invariant-constant-changed", "value": "b"}, "b"),
        ("3.0.0", {"type": "string"}, {"rule": "response-property-type-changed", "value": "array"}, [1]),
        (
            "3.1.0",
            {"$ref": "#/components/schemas/S"},
            {"rule": "response-property-type-changed", "value": "object"},
            {},
        ),
    ],
)
def test_each_kind_of_drift(version: str, schema: Any, drift: dict[str, Any], agrees: Any) -> None:
    """In either version of OpenAPI, the value that was seen is let through after."""
    data = {
        "openapi": version,
        "info": {"title": "t", "version": "1"},
        "paths": {"/it's/v1/batches": {"get": {"responses": {"200": answer(schema)}}}},
        "components": {"schemas": {"S": {"type": "string"}}},
    }
    seen = row(contract="old", operation="list_batches", pointer="/field", **drift)

    found = propose(contract(data), [seen])
    copy = deepcopy(data)
    overlay = yaml.safe_dump({"overlay": "1.1.0", "actions": list(found.actions)})
    apply_overlay(copy, parse(overlay, "overlay"), "overlay")

    mended = contract(copy).operations["list_batches"].responses["200"].schema
    assert mended is not None
    assert mended.validator.is_valid({"field": agrees})
    assert isinstance(contract(data).document, Document)


def answer(schema: Any) -> Any:
    """A response whose object has one field."""
    body = {"type": "object", "properties": {"field": schema}}
    return {"description": "", "content": {"application/json": {"schema": body}}}


STATUSES = [
    (operation, code) for operation in ("list_batches", "create_batch", "retrieve_batch") for code in (404, 409, 503)
]


@pytest.mark.parametrize("default", [{}, {"default": {"$ref": "#/components/responses/Bad"}}], ids=["", "default"])
def test_every_undocumented_status_is_kept(default: dict[str, Any]) -> None:
    """Each of each operation, also where the contract says the same of whatever it does not name."""
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    responses = {"200": {"description": ""}, **default}
    data = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/v1/batches": {"get": {"responses": dict(responses)}, "post": {"responses": dict(responses)}},
            "/v1/batches/{batch_id}": {"get": {"responses": dict(responses)}},
        },
        "components": {
            "responses": {"Bad": {"description": "", "content": error}},
            "schemas": {"Error": {"type": "object"}},
        },
    }
    seen = [
        row(rule="response-status-undocumented", operation=operation, status_code=code, pointer="", value=None)
        for operation, code in STATUSES
    ]

    found = propose(contract(data), seen)

    mended = contract(found.mended).operations
    assert found.left == ()
    assert all(str(code) in mended[operation].responses for operation, code in STATUSES)


def test_media_types_of_one_error_are_each_kept() -> None:
    """Two statuses of one schema are two places; one response that two operations share is one."""
    error = {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/E"}}}}
    data = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/v1/batches": {
                "get": {"responses": {"400": deepcopy(error), "404": deepcopy(error)}},
                "post": {"responses": {"400": {"$ref": "#/components/responses/R"}}},
            },
            "/v1/files": {"get": {"responses": {"400": {"$ref": "#/components/responses/R"}}}},
        },
        "components": {"responses": {"R": deepcopy(error)}, "schemas": {"E": {"type": "object"}}},
    }
    places = [("list_batches", 400), ("list_batches", 404), ("create_batch", 400), ("list_files", 400)]
    seen = [{"value": "text/html", "count": 1}]
    rows = [
        row(rule="response-media-type-undocumented", operation=name, status_code=code, pointer="", observed=seen)
        for name, code in places
    ]

    found = propose(contract(data), rows)

    assert [action["target"].count("responses") for action in found.actions] == [1, 1, 1]
    mended = contract(found.mended).operations
    assert all("text/html" in mended[name].responses[str(code)].media_types for name, code in places)


def test_a_new_field_takes_what_every_operation_saw() -> None:
    """A schema that two operations share lets through what either of them was answered."""
    shared = answer({"type": "string"})
    shared["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/S"}
    data = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/v1/batches": {"get": {"responses": {"200": shared}}, "post": {"responses": {"200": shared}}},
        },
        "components": {"schemas": {"S": {"type": "object", "properties": {}, "additionalProperties": False}}},
    }
    rows = [
        row(
            rule="response-property-undocumented",
            operation=operation,
            pointer="/extra",
            value=None,
            observed=[{"value": kind, "count": 1}],
        )
        for operation, kind in (("list_batches", "integer"), ("create_batch", "string"), ("create_batch", "null"))
    ]

    found = propose(contract(data), rows)

    mended = contract(found.mended).operations["create_batch"].responses["200"].schema
    assert mended is not None
    assert [mended.validator.is_valid({"extra": one}) for one in (1, "a", None, [])] == [True, True, True, False]


def test_a_value_that_was_masked_is_not_proposed() -> None:
    """What reports do not show is no word of the API."""
    assert propose(load("kimi"), [row(value="<string>")]).actions == ()


def test_a_contract_that_is_not_there_gives_one_line(tmp_path: Path) -> None:
    """A report from elsewhere names a file that this machine has not."""
    tree = {"contracts": [{"name": "x", "file": "/nowhere/x.yaml"}], "drift": [row(contract="x")]}

    with pytest.raises(ContractError, match=r"^/nowhere/x\.yaml: the contract x of the report is not there$"):
        mend(tree, tmp_path)


def test_a_folder_that_cannot_be_written_gives_one_line(tmp_path: Path) -> None:
    """A file in the way of the folder is named."""
    (tmp_path / "out").write_text("", encoding="utf-8")
    tree = {"contracts": [{"name": "kimi", "file": "specs/kimi.yaml"}], "drift": [row()]}

    with pytest.raises(MendError, match="cannot be written"):
        mend(tree, tmp_path / "out")
