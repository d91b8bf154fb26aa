"""What contracts say of the lines of a batch's files: each field with its source, and compared like any other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.compare import compare
from conformance.contract import Contract, ContractError, load
from conformance.references import at, resolve
from conformance.specs import specs_dir

WITH_LINES = ("kimi", "siliconflow", "openai")


def _fields(node: Any) -> Iterator[dict[str, Any]]:
    for child in node.get("properties", {}).values():
        yield child
        yield from _fields(child)


@pytest.mark.parametrize("name", WITH_LINES)
def test_every_field_of_a_line_has_its_source(name: str) -> None:
    """Of input, output and error lines, down to what is inside of fields."""
    contract = load(name)

    assert list(contract.lines) in (["input", "output", "error"], ["output", "error", "input"])
    for schema in contract.lines.values():
        node = at(contract.document, resolve(contract.document, schema.location))
        assert "custom_id" in node["required"]
        assert all({"kind", "ref"} <= field["x-source"].keys() for field in _fields(node))


@pytest.mark.parametrize("name", WITH_LINES)
def test_the_form_that_all_document_is_a_line(name: str) -> None:
    """A success, and a request that expired; a status in quotes is none."""
    lines = load(name).lines
    good = {"id": "b", "custom_id": "a", "response": {"status_code": 200, "request_id": "", "body": {"x": 1}}}
    assert lines["output"].validator.is_valid(good | {"error": None})
    expired = {"code": "batch_expired", "message": "m"}
    assert lines["error"].validator.is_valid({"id": "b", "custom_id": "a", "response": None, "error": expired})
    assert not lines["output"].validator.is_valid(good | {"response": {"status_code": "200"}})


def _changed(tmp_path: Path, old: str, new: str) -> Contract:
    """The contract of OpenAI with one thing changed of its lines."""
    text = (specs_dir() / "openai.yaml").read_text(encoding="utf-8")
    head, mark, lines = text.partition("    BatchInputLine:\n")
    assert old in lines
    (tmp_path / "changed.yaml").write_text(head + mark + lines.replace(old, new), encoding="utf-8")
    return load(str(tmp_path / "changed.yaml"))


def test_a_change_of_lines_is_told_at_the_operation_that_carries_them(tmp_path: Path) -> None:
    """Lines are its items; what output and error lines have in common is told once."""
    told = compare(load("openai"), _changed(tmp_path, "request_id:\n", "trace_id:\n"))
    rows = [(one.rule, one.identity.operation, one.identity.pointer) for one in told]

    assert rows == [
        ("response-optional-property-removed", "file_content", "/*/response/request_id"),
        ("response-optional-property-added", "file_content", "/*/response/trace_id"),
    ]


def test_a_change_of_input_lines_is_one_of_requests(tmp_path: Path) -> None:
    """A method more is no harm; to whoever writes the lines it is told all the same."""
    told = compare(load("openai"), _changed(tmp_path, "enum: [POST]", "enum: [POST, PUT]"))

    assert [(one.rule, one.identity.operation, one.identity.pointer) for one in told] == [
        ("request-property-enum-value-added", "upload_file", "/*/method")
    ]


def test_lines_that_are_no_mapping_of_schemas_are_told_in_one_line(tmp_path: Path) -> None:
    """With the place."""
    text = (specs_dir() / "openai.yaml").read_text(encoding="utf-8")
    changed = text.replace("input: {$ref: '#/components/schemas/BatchInputLine'}", "input: everything")
    (tmp_path / "changed.yaml").write_text(changed, encoding="utf-8")

    with pytest.raises(ContractError, match=r"changed\.yaml: #/paths/~1files/post/x-lines: a mapping of"):
        load(str(tmp_path / "changed.yaml"))
