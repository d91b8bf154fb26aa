"""However a recording is split, and in whatever order the parts come together, the report is the same."""

import pickle
import tracemalloc
from collections.abc import Iterable
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance import contract
from conformance.checks import ledger
from conformance.checks.conclude import conclude
from conformance.checks.evidence import Evidence
from conformance.checks.look import look
from conformance.checks.several import trace
from conformance.checks.several.replay import Replay
from conformance.exchange import Answer, Exchange
from conformance.recording.har import parse
from conformance.traffic.notes import MAX_SUBJECTS, Notes
from tests.traffic.recordings import record
from tests.wrong.faults import FAULTS, ONLY
from tests.wrong.lists import RIGHT

FAULTY = (
    "the cursor ignored",
    "a status that goes back",
    "a 5xx that one request provokes",
    "null counts",
    "an invalid limit accepted",
)


@pytest.fixture(scope="module")
def exchanges(tmp_path_factory: pytest.TempPathFactory) -> list[Exchange]:
    """Many exchanges, with drift of every kind that needs several of them; half do not show whether there was a key."""
    folder = tmp_path_factory.mktemp("recordings")
    every = []
    for number, name in enumerate(FAULTY):
        fault = next(fault for fault in (*FAULTS, *ONLY["kimi"]) if fault.name == name)
        file = record(folder / f"{number}.ndjson", fault.change(RIGHT["kimi"]))
        for line in file.read_bytes().splitlines():
            one, place = parse(line), len(every)
            every.append(
                Exchange(
                    "list_batches",
                    one.request,
                    one.answer,
                    one.started or 0.0,
                    (f"file {place % 2}", place),
                    one.credentials or "given",
                )
            )
    return every


def seen(exchanges: list[Exchange]) -> Evidence:
    """What these show."""
    evidence = Evidence()
    for exchange in exchanges:
        unclear = exchange.credentials == "given" and exchange.origin[1] % 2 == 0
        evidence.add(look(exchange, contract.load("kimi"), unclear=unclear))
    return evidence


def shown(evidence: Evidence, replay: Replay | None = None) -> list[Any]:
    """All that evidence amounts to."""
    absent = lambda file: file == "file 1"  # noqa: E731 - one use
    pair = conclude(evidence, "recorded:x", contract.load("kimi"), absent=absent, replay=replay)
    drifts = [
        (
            drift.identity.fingerprint,
            drift.severity,
            drift.expected,
            sorted(drift.observed.items(), key=repr),
            (drift.responses, drift.items, drift.first, drift.last, drift.path),
            drift.example and drift.example.order,
        )
        for drift in pair.drifts
    ]
    return [
        sorted(drifts),
        pair.requests,
        sorted(pair.totals.items()),
        sorted(pair.item_totals.items()),
        pair.unseen,
        pair.reached,
        {name: sorted(coverage.seen) for name, coverage in pair.coverage.items()},
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(data=st.data())
def test_any_split_in_any_order_is_the_whole(data: st.DataObject, exchanges: list[Exchange]) -> None:
    """Parts travel as they do between processes, and some are merged before they reach the end."""
    whole = shown(seen(exchanges))
    parts = data.draw(st.integers(1, 5))
    dealt = data.draw(st.lists(st.integers(0, parts - 1), min_size=len(exchanges), max_size=len(exchanges)))
    groups = [[one for one, part in zip(exchanges, dealt, strict=True) if part == number] for number in range(parts)]
    several = [seen(data.draw(st.permutations(group))) for group in groups]
    while len(several) > 1:
        taken = several.pop(data.draw(st.integers(0, len(several) - 1)))
        into = several[data.draw(st.integers(0, len(several) - 1))]
        into.merge(pickle.loads(pickle.dumps(taken)))  # noqa: S301 - our own bytes
    assert shown(several[0]) == whole
    assert len(whole[0]) > 5


@pytest.mark.parametrize("order", [1, -1], ids=["in time order", "the last first"])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_what_comes_in_order_is_replayed_as_it_comes(exchanges: list[Exchange], size: int, order: int) -> None:
    """And what does not, at the end: the report is the same, also in the middle of it."""
    exchanges = sorted(exchanges, key=lambda one: one.order)
    whole, evidence, replay = shown(seen(exchanges)), Evidence(), Replay(contract.load("kimi"))
    blocks = [exchanges[start : start + size] for start in range(0, len(exchanges), size)]
    for number, block in enumerate(blocks[::order]):
        part = seen(block)
        replay.take(part.trace)
        evidence.merge(part)
        if number == len(blocks) // 2 and order == 1:
            assert shown(evidence, replay) == shown(seen(exchanges[: (number + 1) * size]))
    assert shown(evidence, replay) == whole


def test_observations_on_the_disk_are_read_as_those_in_memory(
    exchanges: list[Exchange], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond some megabytes they are put into a temporary file."""
    whole = shown(seen(exchanges))
    for name, value in (("SORTED", 3), ("PACKED", 2), ("IN_MEMORY", 1000)):
        monkeypatch.setattr(trace, name, value)
    made, make = list[object](), trace.tempfile.TemporaryFile
    monkeypatch.setattr(trace.tempfile, "TemporaryFile", lambda **more: made.append(1) or make(**more))
    evidence = seen(exchanges[::2])
    evidence.merge(seen(exchanges[1::2]))
    assert made
    assert shown(evidence) == whole
    assert shown(evidence) == whole


@pytest.mark.parametrize("absent", [False, True])
def test_what_may_have_had_a_key_counts_wherever_it_was_seen(exchanges: list[Exchange], *, absent: bool) -> None:
    """Where it had one, the operation was reached; what went without a key shows nothing of it."""
    kimi, one, other = contract.load("kimi"), Evidence(), Evidence()
    first = next(each for each in exchanges if each.answer and each.answer.status == 200)
    other.add(look(first, kimi, unclear=True))
    one.add(look(evolve(first, operation="list_files"), kimi, unclear=True))
    one.merge(other)
    found = conclude(one, "live:any", kimi, absent=lambda _: absent)
    assert found.probed == (set() if absent else {"list_batches", "list_files"})


def test_observations_without_end_take_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in the temporary file is nowhere else."""
    monkeypatch.setattr(trace, "IN_MEMORY", 100_000)
    kept = trace.Trace()
    tracemalloc.start()
    try:
        for number in range(5_000):
            when = (float(number), "file", number, float(number), False)
            kept.append(
                trace.Observation(*when, "list_batches", "scope", 200, "GET", "u" * 1_000, body=None, unclear=False)
            )
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert [one.offset for one in kept] == list(range(5_000))


def test_kinds_without_end_stay_bounded(monkeypatch: pytest.MonkeyPatch, exchanges: list[Exchange]) -> None:
    """Of drifts that differ in the value only any split keeps the same, with exact counts; the rest are counted."""
    monkeypatch.setattr(ledger, "MAX_ALIKE", 5)
    made = [
        Exchange(
            "list_batches",
            exchanges[0].request,
            Answer(
                200,
                (("content-type", "application/json"),),
                f'{{"object":"list","data":[],"made-up-{number % 40}":1}}'.encode(),
            ),
            float(number),
            ("file", number),
        )
        for number in range(200)
    ]
    whole, first, second = seen(made), seen(made[:77]), seen(made[77:])
    first.merge(second)
    assert shown(whole) == shown(first)
    assert len(shown(whole)[0]) == 5
    assert whole.ledger.dropped.total() == first.ledger.dropped.total() == 200 - 5 * 5


@settings(max_examples=60, derandomize=True)
@given(data=st.data())
def test_subjects_without_end_stay_bounded(data: st.DataObject) -> None:
    """However requests that fit nothing are split: the same are named, every one is counted, the first places shown."""
    added = [(f"GET /path-{number % 350}", ("file", number)) for number in range(700)]
    whole = noted(added)
    parts = data.draw(st.integers(2, 5))
    dealt = data.draw(st.lists(st.integers(0, parts - 1), min_size=len(added), max_size=len(added)))
    joined = Notes()
    for number in data.draw(st.permutations(range(parts))):
        joined.merge(noted([one for one, part in zip(added, dealt, strict=True) if part == number]))
    assert list(joined) == list(whole)
    assert sum(note.count for note in whole) == 700
    assert [note.subject for note in whole if note.count > 2] == ["others"]
    assert len(list(whole)) == MAX_SUBJECTS + 1


def test_subjects_without_end_take_no_memory() -> None:
    """What is not told apart is not kept either."""
    added = ((f"GET /path-{number}", ("file", number)) for number in range(20_000))
    tracemalloc.start()
    try:
        notes = noted(added)
        assert tracemalloc.get_traced_memory()[1] < 500_000
    finally:
        tracemalloc.stop()
    assert sum(note.count for note in notes) == 20_000


def noted(added: Iterable[tuple[str, tuple[str, int]]]) -> Notes:
    """Requests that fit no operation, with their places."""
    notes = Notes()
    for subject, place in added:
        notes.add("unmatched", place, subject)
    return notes
