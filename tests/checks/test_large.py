"""Large bodies: judged part by part with the same rows, and where too much is wrong, that is said."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from conformance import contract
from conformance.checks.complaints import MAX_COMPLAINTS, complaints
from conformance.checks.conclude import conclude
from conformance.checks.evidence import Evidence
from conformance.checks.judgement import Judgement
from conformance.checks.look import look
from conformance.checks.parts import parts
from conformance.contract import Contract
from conformance.document import parse
from conformance.excerpt import LARGE, excerpt
from conformance.exchange import Answer, Exchange, Request
from conformance.schema import PayloadSchema
from tests import judging
from tests.wrong.lists import kimi_batch

JSON = (("content-type", "application/json"),)


def judged(body: bytes) -> Judgement:
    """What Kimi's contract makes of one page."""
    exchange = Exchange("list_batches", Request("GET", "http://x/v1/batches"), Answer(200, JSON, body))
    return judging.judged([exchange], contract.load("kimi"))


def page(items: list[Any], **more: object) -> bytes:
    """A page as it travels."""
    return orjson.dumps({"object": "list", "data": items, "has_more": False, **more})


def rows(pair: Judgement) -> set[tuple[Any, ...]]:
    """Rule, place, value and how often."""
    return {(one.rule, one.identity.pointer, one.identity.value, one.items) for one in pair.drifts}


def test_a_wrong_value_at_the_end_of_a_long_page_is_found() -> None:
    """One in ten thousand items, and the concrete example is that item."""
    items = [kimi_batch(number) for number in range(10_000)]
    items[9_876] |= {"status": "in_queue", "request_counts": None, "x": 1}
    del items[9_876]["endpoint"]
    found = judged(page(items))
    assert rows(found) == {
        ("response-property-enum-value-added", "/data/*/status", "in_queue", 1),
        ("response-property-became-nullable", "/data/*/request_counts", None, 1),
        ("response-property-undocumented", "/data/*/x", None, 1),
        ("response-required-property-missing", "/data/*/endpoint", None, 1),
    }
    first = found.drifts[0]
    assert first.example is not None
    example, path = excerpt(first.example, first.path)
    assert path == ("data", 0, *first.path[2:]) if first.path else False
    assert example.answer is not None
    assert len(example.answer.body) <= LARGE
    assert example.answer.json["data"][0]["id"] == "batch_9876"
    assert found.unseen == ()


def test_a_large_page_has_the_rows_of_a_small_one() -> None:
    """The same drift in every item: the same places, counted."""
    small, large = (
        rows(judged(page([{**kimi_batch(n), "status": "in_queue", "x": n} for n in range(count)])))
        for count in (3, 300)
    )
    assert {row[:3] for row in small} == {row[:3] for row in large}
    assert {row[3] for row in large} == {300}


@pytest.mark.parametrize(
    "body",
    [
        page([{} for _ in range(20_000)]),
        page(list(range(20_000))),
        page([{**kimi_batch(1), "metadata": {f"k{n}": n for n in range(20_000)}}]),
        page([], **{f"k{n}": n for n in range(20_000)}),
    ],
    ids=["empty objects", "scalars", "a free map", "undocumented keys"],
)
def test_what_was_not_looked_at_is_said(body: bytes) -> None:
    """More wrong values than are told: never a pass in silence."""
    assert judged(body).unseen == (
        f"list_batches: of an answer only the first {MAX_COMPLAINTS:,} wrong values were looked at",
    )


def test_what_was_not_looked_at_is_said_wherever_it_was_seen() -> None:
    """By another process, say."""
    body = page(list(range(20_000)))
    exchange = Exchange("list_batches", Request("GET", "http://x/v1/batches"), Answer(200, JSON, body))
    here, there, kimi = Evidence(), Evidence(), contract.load("kimi")
    there.add(look(exchange, kimi))
    here.merge(there)
    assert conclude(here, "live:any", kimi).unseen == judged(body).unseen


def test_what_only_the_whole_shows_is_not_passed_over() -> None:
    """More items than documented, in a body that is looked at part by part: not seen to conform."""
    document = parse(
        """
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /v1/batches:
    get:
      responses:
        '200':
          description: a page
          content:
            application/json:
              schema: {type: object, properties: {data: {type: array, maxItems: 2999}}}
""",
        "t.yaml",
    )
    few, many = (
        complaints({"data": [{"id": "x" * 100}] * count}, schema, large=True)
        for schema in [Contract("t", "t.yaml", document).operations["list_batches"].responses["200"].schema]
        if schema is not None
        for count in (2_999, 3_000)
    )
    assert few == ({}, True)
    assert many == ({}, False)


def test_rows_that_are_only_counted_are_said() -> None:
    """Names without end: a thousand rows, and how many more there were."""
    found = judged(page([], **{f"k{n}": n for n in range(5_000)}))
    assert len(found.drifts) == 1_000
    assert found.untold == (
        "list_batches (200): response-property-undocumented was seen at 4,000 more places or values than are told",
    )


@pytest.mark.parametrize("depth", [201, 256, 300, 1_000, 1_024, 1_025, 1_100, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_what_is_nested_too_deep_is_no_json(depth: int, opening: str, closing: str) -> None:
    """One row, whatever the depth, also in a free map; never an exception."""
    deep = opening * depth + "1" + closing * depth
    for body in (deep, page([{**kimi_batch(1), "metadata": {"k": "HERE"}}]).decode().replace('"HERE"', deep)):
        assert {row[0] for row in rows(judged(body.encode()))} == {"response-body-not-json"}


def test_brackets_in_texts_are_no_depth() -> None:
    """A page of texts full of brackets conforms."""
    items = [{**kimi_batch(n), "metadata": {"k": '[{"' * 100}} for n in range(20)]
    assert judged(page(items)).drifts == ()


@pytest.mark.parametrize(
    "payload",
    [list(range(30)), {str(n): n for n in range(30)}, {"a": 1, "b": [[1, 2, [3] * 9], {"c": [4] * 9}]}, [[[]] * 9] * 3],
)
def test_parts_hold_the_whole(payload: Any) -> None:
    """Every scalar of a payload is in a part, at its own path."""

    def scalars(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[Any, ...]]:
        if isinstance(value, dict | list):
            pairs = value.items() if isinstance(value, dict) else enumerate(value)
            return {found for key, child in pairs for found in scalars(child, (*path, key))}
        return {(path, value)}

    made = list(parts(payload, 5))
    assert len(made) > 1
    assert {(part.path(path), value) for part in made for path, value in scalars(part.payload)} == scalars(payload)


@pytest.mark.parametrize(
    ("payload", "sizes"),
    [
        (list(range(12)), [5, 5, 2]),
        ({str(number): number for number in range(14)}, [6, 6, 2]),
        ({str(number): number for number in range(12)}, [6, 6]),
        ({"many": list(range(9))}, [1, 1]),
    ],
    ids=["a list", "an object", "without a rest", "an object with a list"],
)
def test_parts_are_small_and_none_is_empty(payload: Any, sizes: list[int]) -> None:
    """No larger than asked for, or hardly."""
    assert [len(part.payload) for part in parts(payload, 5)] == sizes


FEW = {"type": "array", "minItems": 2, "items": {"type": "integer", "minimum": 0}}


@pytest.mark.parametrize(
    ("schema", "payload", "paths"),
    [
        ({**FEW, "minItems": 3_000}, [1] * 4_000, []),
        ({**FEW, "contains": {"const": 7}}, [7] + [1] * 4_000, []),
        ({"anyOf": [{**FEW, "minItems": 3_000}, {"type": "null"}]}, [1] * 4_000, []),
        ({"type": "object", "minProperties": 2}, {str(number): number for number in range(4_002)}, []),
        ({"type": "array", "items": FEW}, [[1, 1]] * 2_000 + [[1]], [(2_000,)]),
    ],
    ids=["items", "one of them", "or null", "names", "in one of them"],
)
def test_what_a_part_has_too_little_of_the_whole_may_have(
    schema: dict[str, Any], payload: Any, paths: list[tuple[Any, ...]]
) -> None:
    """Beside what is really wrong; a list that is in one part as a whole is held to how long it has to be."""
    document = parse(orjson.dumps({"wrong": FEW["items"], "whole": schema}).decode(), "a.json")
    together = {"type": "object", "properties": {"wrong": {"$ref": "#/wrong"}, "whole": {"$ref": "#/whole"}}}
    document.data["together"] = together
    found, _ = complaints({"wrong": -1, "whole": payload}, PayloadSchema(document, ("together",)), large=True)
    assert found.keys() == {("wrong",), *(("whole", *path) for path in paths)}


def test_a_small_page_is_looked_at_as_a_whole(tmp_path: Path) -> None:
    """What is wrong with it, though with no part of it, is found."""
    data = deepcopy(contract.load("kimi").document.data)
    content = data["paths"]["/v1/batches"]["get"]["responses"]["200"]["content"]
    schema = content["application/json"]["schema"]
    content["application/json"]["schema"] = {"allOf": [schema, {"properties": {"x": {"maxItems": 2400}}}]}
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    body = page([], x=[0] * 2_500)
    assert len(body) < LARGE
    exchange = Exchange("list_batches", Request("GET", "http://x/v1/batches"), Answer(200, JSON, body))
    found = judging.judged([exchange], contract.load(str(tmp_path / "a.yaml")))
    assert ("response-value-out-of-range", "/x") in {(one.rule, one.identity.pointer) for one in found.drifts}
