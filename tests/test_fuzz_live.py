"""Spoilt answers of live endpoints: whatever comes, it is judged, reported and recorded, and nothing is raised."""

import socket
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from conformance import contract, report
from conformance.checks.watch import Watch
from conformance.endpoint import Endpoint, Limits
from conformance.excerpt import excerpt
from conformance.exchange import Exchange
from conformance.outcome import settle
from conformance.recording import Recording
from tests.judging import in_full
from tests.wrong.hostile import hostile
from tests.wrong.lists import KEY
from tests.wrong.mutants import RIGHT, mutant

CONTRACTS = ("kimi", "siliconflow")
BATCH = 400
"""Answers that go into one report."""


def outcome(seeds: Iterable[int], folder: Path) -> int:
    """Ask one loopback server for these mutants of every operation, and write every report; the exit code."""
    loaded = {name: contract.load(name) for name in CONTRACTS}
    watch, seen = Watch("live:kimi", tuple(loaded.values())), list[Exchange]()
    recording = Recording(folder / "fuzz.ndjson")
    answers: list[bytes] = []

    def take(exchange: Exchange) -> None:
        recording.write(exchange)
        watch.add(exchange)
        if exchange.answer is not None:
            exchange.answer.forget()
        seen.append(excerpt(exchange)[0])

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(answers[-1])

    with recording, hostile(answer) as url:
        endpoint = Endpoint("live:kimi", f"{url}/v1", KEY, False, Limits(total=5.0, max_wait=0.0), take)
        with endpoint:
            for seed in seeds:
                for number, name in enumerate(RIGHT):
                    answers.append(mutant(name, seed))
                    operation = next(one.operations[name] for one in loaded.values() if name in one.operations)
                    ids = {parameter.name: "x" for parameter in operation.parameters if parameter.where == "path"}
                    query = [("limit", "2"), ("after", f"batch_{seed}")] if number == 0 and seed % 3 else []
                    endpoint.send(operation, path_parameters=ids, query=query)
    result = settle(
        [in_full(one, seen) for one in watch.judgements()],
        [],
        loaded,
        known=(),
        day=date(2026, 11, 26),
        fail_on="warning",
        strict_known=False,
        started=time.time(),
        finished=time.time(),
        complete=True,
    )
    tree = report.build(result)
    report.write(tree, folder)
    report.validate(report.read(folder / "drift.json"))
    report.render_terminal(tree)
    return result.exit_code


def test_a_few_hundred_spoilt_answers(tmp_path: Path) -> None:
    """Exit 1: drift, and a whole report of it."""
    assert outcome(range(60), tmp_path) == 1


@pytest.mark.full
@pytest.mark.parametrize("first", range(60, 2_060, BATCH))
def test_ten_thousand_spoilt_answers(tmp_path: Path, first: int) -> None:
    """As above: 10,000 in all."""
    assert outcome(range(first, first + BATCH), tmp_path) == 1
