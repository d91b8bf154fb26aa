"""What is told of a value that a schema does not allow: never what it holds, but for a word of the API."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from attrs import evolve

from conformance.checks.complaints import complaints, gathered
from conformance.contract import load
from conformance.document import parse
from conformance.exchange import Answer, Exchange, Request
from conformance.schema import PayloadSchema
from tests.checks.talks import batch
from tests.judging import judged

BOUNDS = load(str(Path(__file__).parent / "data/bounds-31.yaml"))
JSON = (("content-type", "application/json"),)
ASKED = Exchange(
    "retrieve_batch",
    Request("GET", "https://api.moonshot.cn/v1/batches/batch_1"),
    None,
    path_parameters=(("batch_id", "batch_1"),),
)
MISSING = object()
RIGHT = {"counts": {"done": 1}, "name": "x"}
CASES = {
    "missing": ({"name": MISSING}, "response-required-property-missing", "/name", None, "(missing)"),
    "null": ({"name": None}, "response-property-became-nullable", "/name", None, None),
    "another type": ({"name": 1}, "response-property-type-changed", "/name", "integer", "integer"),
    "another constant": ({"always": "job"}, "invariant-constant-changed", "/always", "job", "job"),
    "another word": ({"kind": "image"}, "response-property-enum-value-added", "/kind", "image", "image"),
    "a list for a word": ({"kind": ["x"]}, "response-property-enum-value-added", "/kind", "array", "array"),
    "undocumented": ({"mood": ["x"]}, "response-property-undocumented", "/mood", None, "array"),
    "a text": ({"window": "secret"}, "response-value-out-of-range", "/window", None, "<string:6>"),
    "a number": ({"counts": {"done": -5}}, "response-value-out-of-range", "/counts/done", None, -5),
}


@pytest.mark.parametrize(("fields", "rule", "pointer", "value", "observed"), CASES.values(), ids=CASES)
def test_what_is_told_of_a_wrong_value(
    fields: dict[str, Any], rule: str, pointer: str, value: str | None, observed: Any
) -> None:
    """By its rule; it stands in no list, so that no items are counted."""
    body = {name: one for name, one in {**RIGHT, **fields}.items() if one is not MISSING}

    [drift] = judged([evolve(ASKED, answer=Answer(200, JSON, orjson.dumps(body)))], BOUNDS).drifts

    assert drift.items == 0
    assert (drift.rule, drift.identity.pointer, drift.identity.value) == (rule, pointer, value)
    assert {orjson.loads(text or ""): count for text, count in drift.observed.items()} == {observed: 1}


def test_what_every_batch_has_is_told_where_a_contract_leaves_it_open() -> None:
    """Of a word its value makes the row, of what is missing nothing does."""
    body = {**batch(object="job"), "id": MISSING}
    answer = Answer(200, JSON, orjson.dumps({name: one for name, one in body.items() if one is not MISSING}))

    drifts = judged([evolve(ASKED, answer=answer)], load("siliconflow")).drifts

    rows = {(one.rule, one.identity.pointer, one.identity.value) for one in drifts}
    assert ("invariant-constant-changed", "/object", "job") in rows
    assert ("response-required-property-missing", "/id", None) in rows


@pytest.mark.parametrize(
    ("more", "rules"),
    [
        ({}, ["response-property-undocumented"]),
        ({"additionalProperties": False}, ["response-property-undocumented"]),
        ({"additionalProperties": True}, []),
        ({"additionalProperties": {"type": "string"}}, ["response-property-type-changed"]),
    ],
    ids=["unsaid", "none", "any", "texts"],
)
def test_a_contract_may_say_itself_that_there_are_no_other_fields(more: dict[str, Any], rules: list[str]) -> None:
    """Where it says nothing of them, the same is meant."""
    schema = {"type": "object", "properties": {"code": {}}, **more}
    document = parse(orjson.dumps({"choice": schema}).decode(), "a.json")

    found, _ = complaints({"code": 1, "mood": 2}, PayloadSchema(document, ("choice",)))

    assert [one.rule for one in found.values()] == rules


@pytest.mark.parametrize("name", ["a", "7", "0", "000", "007", "+7", "-7", "0" * 5000 + "7"], ids=lambda name: name[:9])
@pytest.mark.parametrize("large", [False, True])
def test_a_name_may_be_a_number(name: str, *, large: bool) -> None:
    """In a map of the caller's own, say: place, words and value are those of any other name."""
    schema = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "integer", "minimum": 0}}}
    document = parse(orjson.dumps({"map": schema}).decode(), "a.json")
    payload = PayloadSchema(document, ("map",))

    found, _ = complaints({"9" * 5000: [1], name: [5, -5]}, payload, large=large)
    (breach,) = gathered(found.values(), payload)

    assert (breach.pointer, breach.path, breach.observed) == ("/*/*", (name, 1), -5)
    assert (breach.expected, breach.location[-2:]) == ("integer (minimum 0)", ("additionalProperties", "items"))


ONE = {"type": "object", "properties": {"code": {"type": "integer"}}, "required": ["code"]}
OTHER = {"type": "object", "properties": {"text": {}, "kind": {}}, "required": ["text", "kind"]}


@pytest.mark.parametrize("alternatives", [[ONE, OTHER], [OTHER, ONE]], ids=["first", "last"])
def test_of_several_alternatives_the_one_that_fits_best_is_told(alternatives: list[Any]) -> None:
    """That with the fewest complaints, wherever it stands: what the others say of the value is noise."""
    document = parse(orjson.dumps({"choice": {"anyOf": alternatives}}).decode(), "a.json")

    found, _ = complaints({"code": "7"}, PayloadSchema(document, ("choice",)))

    assert {(one.rule, one.path) for one in found.values()} == {("response-property-type-changed", ("code",))}
