"""Clients that crash, recurse, hang, say nothing or are given too much: told in a word, and never fatal."""

import logging
import time
from collections.abc import Callable
from threading import Event
from typing import Any

import orjson
import pytest

from conformance import contract
from conformance.drift import Breach, Drift, sighting
from conformance.exchange import Answer, Exchange, Request
from conformance.impact import attempt, outcomes, reading, silent
from conformance.impact.faces import Face
from conformance.impact.received import Received
from conformance.sample import sample

JSON = (("Content-Type", "application/json"),)
TEXT = (("Content-Type", "application/jsonl"),)
BATCH = {"id": "batch-1", "object": "batch", "status": "in_queue", "request_counts": None}


def drift(
    body: bytes,
    rule: str = "response-property-became-nullable",
    path: tuple[str | int, ...] | None = ("request_counts",),
    *,
    operation: str = "retrieve_batch",
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = JSON,
) -> Drift:
    """A drift of which the example was answered with a body."""
    exchange = Exchange(operation, Request("GET", "http://x/v1/batches/b"), Answer(status, headers, body))
    pointer = "".join(f"/{step}" for step in path or ())
    return sighting(Breach(rule, pointer, "an object", path=path), exchange, "live:x", "kimi", operation)


def told(one: Drift, *, sdk: bool = False) -> dict[str, str]:
    """What clients of Kimi's contract make of it."""
    [found] = reading.impacts([one], contract.load("kimi"), sdk=lambda _: sdk)
    return dict(found)


class Bad:
    """A client that does something else than read."""

    def __init__(self, act: Callable[[], Any]) -> None:
        """What it does."""
        self.act = act

    def reads(self, _: str) -> bool:
        """Everything."""
        return True

    def read(self, *_: object) -> Any:
        """Act."""
        return self.act()


def recurse() -> None:
    """Without end."""
    recurse()


@pytest.fixture
def as_client(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Puts a bad client in the place of Kimi's."""

    def put(act: Callable[[], Any]) -> None:
        monkeypatch.setattr(Face, "of", classmethod(lambda *_, **__: Bad(act)))

    return put


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (recurse, "raises RecursionError"),
        (lambda: {}["x"], "raises KeyError"),
        (lambda: None, outcomes.LOST),
        (lambda: object(), outcomes.UNUSED),  # noqa: PLW0108 - one that has nothing
    ],
    ids=["recurses", "crashes", "loses", "shows nothing"],
)
def test_what_a_client_does_is_told(as_client, act, words) -> None:
    """It raises, and so on: the others are asked all the same."""
    as_client(act)
    assert told(drift(orjson.dumps(BATCH))) == {"kimi_batch": words, "kimi_batch (strict)": words}


def test_a_client_that_hangs_is_left_behind(as_client, monkeypatch) -> None:
    """After so long it is told that it does not come back; after the second time it is not asked again."""
    monkeypatch.setattr(attempt, "LIMIT", 0.02)
    forever = Event()
    as_client(forever.wait)
    started = time.monotonic()
    drifts = [drift(orjson.dumps({**BATCH, "id": f"batch-{number}"})) for number in range(50)]
    found = reading.impacts(drifts, contract.load("kimi"), sdk=lambda _: False)
    forever.set()
    assert found[0] == dict.fromkeys(["kimi_batch", "kimi_batch (strict)"], "does not come back within 0.02 s")
    assert found[2:] == [{}] * 48
    assert time.monotonic() - started < 1


def test_one_body_is_read_once(as_client) -> None:
    """However many rows speak of it."""
    calls = []
    as_client(lambda: calls.append(1))
    rows = [drift(orjson.dumps(BATCH), path=(name,)) for name in ("request_counts", "status", "id")]
    assert len(reading.impacts(rows, contract.load("kimi"), sdk=lambda _: False)) == 3
    assert len(calls) == 2  # lenient and strict


def test_too_large_a_body_is_given_to_nobody(as_client) -> None:
    """It is said that it was not tried."""
    as_client(recurse)
    body = orjson.dumps({**BATCH, "metadata": {"x": "y" * reading.MAX_BODY}})
    assert set(told(drift(body)).values()) == {outcomes.TOO_LARGE}


def test_no_client_is_asked_where_no_answer_is_the_matter() -> None:
    """A request that was accepted, or got no answer, says nothing of a payload."""
    assert told(drift(b"{}", "request-invalid-accepted")) == {}
    bare = drift(b"{}")
    assert bare.example is not None
    bare.example.answer = None
    assert told(bare) == {}


def test_nothing_is_logged(caplog) -> None:
    """What the client would log for its user is nobody's log here; it logs for its user as before."""
    with caplog.at_level(logging.DEBUG):
        assert told(drift(orjson.dumps(BATCH)), sdk=True)["kimi_batch"] == outcomes.NONE_TOLD
    assert [one for one in caplog.records if one.name in {"batch_client", "httpx"}] == []
    face = Face.of("kimi_batch", strict=False)
    assert face is not None
    face.read("retrieve_batch", Received(200, "application/json", orjson.dumps(BATCH)), b"{}")
    assert "request_counts" in caplog.text


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (drift(orjson.dumps(BATCH)), outcomes.NONE),
        (drift(orjson.dumps({"code": 1, "message": "no"}), "success-carries-error"), "an empty Batch, in silence"),
        (drift(orjson.dumps(BATCH), headers=()), outcomes.NONE),
        (drift(orjson.dumps(BATCH), headers=(("X-Other", "1"),)), outcomes.NONE),
        (drift(b"[]", "response-property-type-changed", ()), "plain list"),
        (drift(b'{"error": 1}', "response-required-property-missing", ("error", "code"), status=500), None),
        (drift(b"<html>", "response-body-not-json", None), None),
    ],
    ids=["null", "error in a success", "no header kept", "no type declared", "another root", "5xx", "no JSON"],
)
def test_the_sdk_is_told_of_as_it_is(one, words) -> None:
    """The most used client of all loses what it cannot read, and says nothing."""
    found = told(one, sdk=True)["openai"]
    assert words is None or found == words
    assert silent(found) == (found in {outcomes.NONE, "an empty Batch, in silence"})


def test_a_list_is_read_item_by_item() -> None:
    """The place is that of the item that drifted, though others conform; the page is not asked for again."""
    right = {**BATCH, "status": "completed", "request_counts": {"total": 1, "completed": 1, "failed": 0}}
    page = {"object": "list", "data": [{**right, "id": "a"}, {**BATCH, "id": "b"}], "has_more": True}
    one = drift(orjson.dumps(page), path=("data", 1, "request_counts"), operation="list_batches")
    assert told(one, sdk=True) == {
        "kimi_batch": outcomes.NONE_TOLD,
        "kimi_batch (strict)": "raises UnreadableResponse",
        "openai": outcomes.NONE,
    }


def test_strict_is_over_another_field_where_it_is() -> None:
    """A field that the strict client would not mind is not what it raises for."""
    one = drift(orjson.dumps({**BATCH, "extra": 1}), "response-property-undocumented", ("extra",))
    assert told(one) == {
        "kimi_batch": outcomes.ASIDE,
        "kimi_batch (strict)": "raises UnreadableResponse, over another field",
    }


LINES = (
    b'{"custom_id":"a","response":{"status_code":200,"body":{"x":1}},"error":null}\n'
    b'{"custom_id":7,"response":{"status_code":"200","body":[]},"error":null}\n'
)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ((1, "custom_id"), outcomes.RAW_TOLD),
        ((1, "response", "status_code"), outcomes.RAW_TOLD),
        ((1, "response", "request_id"), outcomes.UNUSED),
        ((0, "response", "body", "x"), "plain int"),
        ((2, "custom_id"), outcomes.LEFT_OUT),
    ],
    ids=["custom_id", "status", "not there", "body", "no such line"],
)
def test_a_file_is_read_line_by_line(path, words) -> None:
    """As results: what a line lacks or has otherwise is named by the result."""
    one = drift(LINES, "response-property-type-changed", path, operation="file_content", headers=TEXT)
    assert told(one)["kimi_batch"] == words
    assert told(one)["kimi_batch (strict)"].startswith("raises UnreadableResponse")


def test_there_is_an_end_to_what_is_tried(as_client, monkeypatch) -> None:
    """So many bodies, and so many bytes in all; those that come first are the most severe."""
    as_client(lambda: None)
    rows = [drift(orjson.dumps({**BATCH, "id": f"batch-{number:04}"})) for number in range(9)]
    body = rows[0].example and rows[0].example.answer and rows[0].example.answer.body
    monkeypatch.setattr(reading, "MAX_BYTES", 3 * len(body or b""))
    assert (
        list(map(bool, reading.impacts(rows, contract.load("kimi"), sdk=lambda _: False))) == [True] * 3 + [False] * 6
    )
    monkeypatch.setattr(reading, "MAX_BODIES", 2)
    assert (
        list(map(bool, reading.impacts(rows, contract.load("kimi"), sdk=lambda _: False))) == [True] * 2 + [False] * 7
    )


def test_a_list_ends_after_the_page_that_was_received() -> None:
    """It says that there is more; a client that walks on gets an empty page, and nothing comes of that."""
    operation = contract.load("kimi").operations["list_batches"]
    documented = operation.response(200)
    assert documented is not None
    assert documented.schema is not None
    page = sample(documented.schema)
    page["data"][0]["extra"], page["has_more"] = 1, True
    one = drift(orjson.dumps(page), "response-property-undocumented", ("data", 0, "extra"), operation="list_batches")
    assert set(told(one).values()) == {outcomes.ASIDE}


def test_a_body_of_more_objects_than_clients_should_keep() -> None:
    """Small as it is: of each object a client keeps what it lacks."""
    body = orjson.dumps({**BATCH, "items": [{}] * (reading.MAX_OBJECTS + 1)})
    assert len(body) < reading.MAX_BODY
    assert set(told(drift(body)).values()) == {outcomes.TOO_LARGE}
