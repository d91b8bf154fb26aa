"""Bodies recognised while they are decoded: only those in which place-by-place looking finds nothing, and all is told.

Every body is judged twice, with that shortcut and without, and everything that a judge gathers must be the same.
"""

import json
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance import contract
from conformance.checks.invariants import BATCHES
from conformance.checks.judge import Judge
from conformance.checks.ordinary import Ordinary
from conformance.exchange import Answer, Exchange, Request
from conformance.sample import sample
from tests.checks.test_recall import CONSISTENT

OPERATIONS = [
    (name, operation)
    for name in ("kimi", "siliconflow", "openai")
    for operation in BATCHES
    if operation in contract.load(name).operations
]

TIMES = {name for name in CONSISTENT if name.endswith("_at")}
VALUES = (
    *(None, True, 0, 1, -1, 50, 3.0, 2**70, 0.5, "", "x", "a\nb", "batch", "list", [], ["x"], {}, {"total": 1}),
    *(
        "in_queue",
        "validating",
        "in_progress",
        "finalizing",
        "completed",
        "failed",
        "expired",
        "cancelling",
        "cancelled",
    ),
)
BROKEN = (b'"\\ud800"', b'"\xff"', b"01", b"1e999", b"[1,]", b'{"a":1,"a":null}', b"NaN", b"")
"""What is no JSON, or a doubtful sort of it."""


def body(name: str, operation: str) -> Any:
    """A success in which all is in order; a list holds three batches."""
    loaded = contract.load(name).operations[operation]
    response = loaded.response(200)
    assert response is not None
    assert response.schema is not None
    made = sample(response.schema)
    batches = [made] if not BATCHES[operation] else made["data"]
    for batch in batches:
        batch.update((key, value) for key, value in CONSISTENT.items() if key in batch)
        batch["object"] = "batch"
    if BATCHES[operation]:
        made["data"] = [{**batches[0], "id": f"batch-{number}"} for number in range(3)]
        made["object"] = "list"
    return orjson.loads(orjson.dumps(made))  # no two places share a value


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every path in a body but the root."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in steps:
        yield (*path, step)
        yield from places(child, (*path, step))


def judged(name: str, operation: str, text: bytes) -> list[Any]:
    """Everything that a judge gathers from one answer."""
    loaded = contract.load(name)
    judge = Judge("recorded:x", loaded, recall=lambda outlines: outlines)
    offered = loaded.operations[operation]
    url = (
        "https://api.example.com/v1"
        + offered.path.replace("{batch_id}", "b")
        + ("?limit=3" if BATCHES[operation] else "")
    )
    request = Request(offered.method, url, (("authorization", "Bearer <key>"),))
    for number in range(2):
        answer = Answer(200, (("content-type", "application/json"),), text)
        judge.add(Exchange(operation, request, answer, float(number), ("file", number)))
    tally = judge.tally
    pair = judge.pair()
    return [
        sorted(
            repr((drift.identity, drift.severity, drift.observed, drift.items, drift.path)) for drift in pair.drifts
        ),
        [(one.size, one.ids, sorted(one.told.split("\n")), one.has_more, one.sound, one.states) for one in tally.trace],
        [one.batches if one.batches is not None else one.ids for one in tally.trace],
        tally.seen,
        tally.blind,
        pair.totals,
        pair.item_totals,
    ]


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_the_shortcut_is_taken(name: str, operation: str) -> None:
    """Else the comparison below compares nothing."""
    loaded = contract.load(name).operations[operation]
    response = loaded.response(200)
    assert response is not None
    assert response.schema is not None
    ordinary = Ordinary.of(loaded, response.schema)
    assert ordinary is not None
    made = body(name, operation)
    assert ordinary.read(orjson.dumps(made)) is not None
    for batch in made["data"] if BATCHES[operation] else [made]:
        batch["status"] = "no status at all"
    assert ordinary.read(orjson.dumps(made)) is None


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_nothing_that_may_be_missing_is_missed(name: str, operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each place of a body taken away, and each null: what is gathered is the same."""
    whole = body(name, operation)
    for path in places(whole):
        for null in (False, True):
            made = json.loads(json.dumps(whole))
            holder = made
            for step in path[:-1]:
                holder = holder[step]
            if null:
                holder[path[-1]] = None
            else:
                del holder[path[-1]]
            text = json.dumps(made).encode()
            short = judged(name, operation, text)
            with monkeypatch.context() as patched:
                patched.setattr(Ordinary, "of", classmethod(lambda *_: None))
                assert short == judged(name, operation, text), path


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(data=st.data())
def test_the_shortcut_changes_nothing(
    name: str, operation: str, data: st.DataObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to three places changed, taken away or added, and sometimes the text itself."""
    made = body(name, operation)
    for _ in range(data.draw(st.integers(0, 3))):
        path = data.draw(st.sampled_from(list(places(made))))
        holder = made
        for step in path[:-1]:
            holder = holder[step]
        match data.draw(st.sampled_from(["set", "take", "add"])):
            case "set":
                holder[path[-1]] = data.draw(st.sampled_from(VALUES))
            case "take":
                del holder[path[-1]]
            case _ if isinstance(holder, dict):
                holder[data.draw(st.sampled_from(["surprise", "error", "expired_at", "errors"]))] = 7
    text = json.dumps(made).encode()
    if data.draw(st.integers(0, 9)) == 0:
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.sampled_from(BROKEN)) + text[at + data.draw(st.integers(0, 8)) :]
    short = judged(name, operation, text)
    with monkeypatch.context() as patched:
        patched.setattr(Ordinary, "of", classmethod(lambda *_: None))
        assert short == judged(name, operation, text)
