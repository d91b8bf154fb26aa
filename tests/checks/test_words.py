"""What is said of a body's form and of a page's cursors, word by word."""

from typing import Any

import orjson
import pytest

from conformance.contract import load
from conformance.drift import Drift
from conformance.exchange import Answer, Exchange, Headers, Request
from tests.judging import judged
from tests.wrong.lists import kimi_batch, siliconflow_batch

PAGE = {"object": "list", "data": [kimi_batch(1), kimi_batch(2)], "has_more": False}
JSON: Headers = (("content-type", "application/json"),)


def drifts(body: bytes, headers: Headers = JSON, contract: str = "kimi") -> tuple[Drift, ...]:
    """What an answer to GET /batches shows."""
    request = Request("GET", "https://api.moonshot.cn/v1/batches", (("authorization", "Bearer <key>"),))
    exchange = Exchange("list_batches", request, Answer(200, headers, body), 1.0, ("f", 1))
    return judged([exchange], load(contract)).drifts


def told(body: bytes, headers: Headers = JSON, contract: str = "kimi") -> set[tuple[str, str]]:
    """Rules, and what was observed, of an answer to GET /batches."""
    found = drifts(body, headers, contract)
    return {(one.rule, orjson.loads(text or '"…"')) for one in found for text in one.observed}


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        (JSON, b"", ("response-body-not-json", "empty body")),
        (JSON, b"<html>", ("response-body-not-json", "markup")),
        (JSON, b'{"data":', ("response-body-not-json", "broken JSON")),
        (JSON, b"[1,", ("response-body-not-json", "broken JSON")),
        (JSON, b"no", ("response-body-not-json", "text")),
        (JSON, b"\xff", ("response-body-not-json", "not UTF-8")),
        ((), b"", ("response-body-not-json", "empty body")),
        ((), orjson.dumps(PAGE), ("response-media-type-undocumented", "(none declared)")),
        ((("content-type", "text/html"),), b"", ("response-media-type-undocumented", "text/html")),
    ],
)
def test_what_a_body_is_that_should_be_json(headers: Headers, body: bytes, expected: tuple[str, str]) -> None:
    """The type comes first, but where there is neither a type nor a body."""
    assert told(body, headers) == {expected}


@pytest.mark.parametrize(
    ("cursors", "observed"),
    [
        ({"first_id": "batch_2"}, "another id"),
        ({"last_id": "batch_1"}, "another id"),
        ({"last_id": "batch_9"}, "an id that is not on the page"),
    ],
)
def test_whose_id_a_cursor_is(cursors: dict[str, str], observed: str) -> None:
    """That of another item of the page, or of none."""
    assert ("page-cursor-mismatch", observed) in told(orjson.dumps({**PAGE, **cursors}), contract="siliconflow")


@pytest.mark.parametrize(
    ("times", "observed", "expected"),
    [
        ({"completed_at": 1_750_000_000 - 30}, "30 s before created_at", "not before created_at"),
        ({"completed_at": None}, "not set, status completed", "set when status is completed"),
        ({"failed_at": 1_750_000_900}, "set, status completed", "not set when status is completed"),
    ],
)
def test_what_is_wrong_with_timestamps(times: dict[str, int | None], observed: str, expected: str) -> None:
    """By how much, or with which status; and what would be right."""
    (drift,) = drifts(orjson.dumps({**PAGE, "data": [{**kimi_batch(1), **times}]}))
    assert {orjson.loads(text or "") for text in drift.observed} == {observed}
    assert drift.expected == expected


@pytest.mark.parametrize("before", [7, None, "batch"], ids=["another type", "null", "right"])
def test_an_item_that_holds_nothing_of_a_batch_lacks_even_what_is_always_there(before: Any) -> None:
    """Where the contract requires no field; whatever is wrong with the item before it."""
    batch = {**siliconflow_batch(1), "object": before}
    found = drifts(orjson.dumps({**PAGE, "data": [batch, {"unheard": 1}]}), contract="siliconflow")
    rows = [one for one in found if one.rule == "invariant-constant-changed"]
    assert [(one.identity.pointer, one.expected, dict(one.observed)) for one in rows] == [
        ("/data/*/object", "always batch", {'"(missing)"': 1})
    ]


@pytest.mark.parametrize("before", [7, None, "batch"], ids=["another type", "null", "right"])
def test_an_item_is_held_to_what_is_always_there_whatever_stands_before_it(before: Any) -> None:
    """One that is looked into as well, for it has what nobody documents."""
    every = [{**kimi_batch(number), "unheard": 1, "object": one} for number, one in enumerate((before, "list"))]
    found = [one for one in drifts(orjson.dumps({**PAGE, "data": every})) if one.rule == "invariant-constant-changed"]
    assert [(one.identity.pointer, one.items) for one in found] == [("/data/*/object", 1)]


@pytest.mark.parametrize("contract", ["kimi", "siliconflow"])
def test_a_time_that_is_not_set_is_no_moment_to_come_before(contract: str) -> None:
    """However early another one is."""
    batch = {**kimi_batch(1), "status": "failed", "created_at": 0, "failed_at": -5, "completed_at": None}
    rules = {one.rule for one in drifts(orjson.dumps({**PAGE, "data": [batch]}), contract=contract)}
    assert "invariant-timestamp-order" not in rules


def test_what_is_said_of_a_batch_without_id() -> None:
    """Where the contract requires none: not by the schema's words, which ask for nothing."""
    batch = {name: value for name, value in siliconflow_batch(1).items() if name != "id"}
    found = drifts(orjson.dumps({**PAGE, "data": [batch]}), contract="siliconflow")
    rows = [one for one in found if one.identity.pointer == "/data/*/id"]
    assert [(one.rule, one.expected, dict(one.observed)) for one in rows] == [
        ("response-required-property-missing", "an id: nobody can use it without", {'"(missing)"': 1})
    ]
