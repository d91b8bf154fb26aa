"""Schemas that are `true` or `false`, as OpenAPI 3.1 has them: judged by, compared, and mended."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from conformance.compare import compare
from conformance.contract import Contract, load
from conformance.mend.edits import edits
from conformance.mend.overlay import propose
from conformance.report import build
from conformance.sample import sample
from conformance.schema import PayloadSchema, schema_words
from conformance.traffic import CheckOptions, check
from tests.compare.uses import contract

FIELDS = ("status", "id", "request_counts", "metadata", "errors", "output_file_id")


def with_field(field: str, schema: Any, name: str = "kimi") -> Any:
    """A contract, with another schema for a field of its batches."""
    data = deepcopy(load(name).document.data)
    data["components"]["schemas"]["Batch"]["properties"][field] = schema
    return data


def batch(of: Contract) -> PayloadSchema:
    """The schema of a batch that is asked for."""
    response = of.operations["retrieve_batch"].response(200)
    assert response is not None
    assert response.schema is not None
    return response.schema


def recorded(body: Any) -> str:
    """A batch that was asked for, as HAR has it."""
    content = {"mimeType": "application/json", "text": json.dumps(body)}
    request = {"method": "GET", "url": "https://h.example/v1/batches/b", "headers": []}
    response = {"status": 200, "headers": [], "content": content}
    return json.dumps({"startedDateTime": "2026-11-20T10:00:00Z", "request": request, "response": response})


@pytest.mark.parametrize("schema", [True, False])
@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", [None, "in_queue", 5, {"a": "b"}])
def test_true_lets_all_through_and_false_nothing(tmp_path: Path, field: str, value: Any, *, schema: bool) -> None:
    """What a field holds is drift where it may hold nothing; a contract that is mended for null takes it."""
    theirs, seen = tmp_path / "theirs.json", tmp_path / "r.ndjson"
    theirs.write_text(json.dumps(with_field(field, schema), default=str), encoding="utf-8")
    body = {**sample(batch(load("kimi"))), field: value}
    seen.write_text(f"{recorded(body)}\n", encoding="utf-8")

    rows = build(check(CheckOptions((str(seen),), (str(theirs),), known=None)))["drift"]

    rules = ("response-property-became-nullable", "response-value-out-of-range")
    found = [row for row in rows if row["pointer"] == f"/{field}" and row["rule"] in rules]
    assert [row["rule"] for row in found] == ([] if schema else [rules[value is not None]])
    if found and value is None:
        mended = batch(contract(propose(load(str(theirs)), found).mended))
        assert not any(list(error.instance_path) == [field] for error in mended.validator.iter_errors(body))


def test_openapi_3_0_has_no_such_schemas() -> None:
    """A document of that version that has one all the same is judged by; what nullable would be beside is left."""
    theirs = contract(with_field("request_counts", False, "siliconflow"), "siliconflow")
    row = {"rule": "response-property-became-nullable", "operation": "retrieve_batch", "status_code": 200}

    assert theirs.version.startswith("3.0")
    assert edits(theirs, {**row, "pointer": "/request_counts"}) == ()


def test_they_are_compared_as_what_they_stand_for() -> None:
    """`true` is what `{}` is; a field that takes nothing any more is a change."""
    true, empty, false = (contract(with_field("status", schema), "theirs") for schema in (True, {}, False))

    assert compare(true, empty) == ()
    assert [one.rule for one in compare(true, false)] == [one.rule for one in compare(empty, false)] != []


def test_they_are_told_as_what_they_stand_for() -> None:
    """In a report, and beside a field."""
    assert [schema_words(one) for one in (True, {}, False, {"not": {}})] == [
        "anything",
        "anything",
        "nothing",
        "nothing",
    ]


@pytest.mark.parametrize(
    ("words", "length"), [({"minLength": 8.0}, 8), ({"maxLength": 2.0}, 2), ({"minLength": 2**40}, 10_000)]
)
def test_a_sample_of_a_text_has_a_length_that_a_machine_has(words: dict[str, Any], length: int) -> None:
    """8.0 is a whole number in JSON, and a contract may ask for more than there is memory."""
    asked = {"type": "string", **words, **({"maxLength": 2**41} if length > 99 else {})}

    assert len(sample(batch(contract(with_field("endpoint", asked))))["endpoint"]) == length
