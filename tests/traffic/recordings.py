"""Recordings of loopback servers, and results in a form that can be compared."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import httpx
import orjson

from conformance.outcome import Result
from conformance.recording import Recording, RecordingTransport
from conformance.traffic import CheckOptions, check
from tests.wrong.lists import KEY
from tests.wrong.server import Answering, serving

REQUESTS: tuple[tuple[str, str | None], ...] = (
    ("/v1/batches", KEY),
    ("/v1/batches?limit=2", KEY),
    ("/v1/batches?limit=2&after=batch_4", KEY),
    ("/v1/batches?limit=2&after=batch_2", KEY),
    ("/v1/batches?limit=2&after=batch_1", KEY),
    ("/v1/batches?limit=0", KEY),
    ("/v1/batches?limit=0", KEY),
    ("/v1/batches?limit=abc", KEY),
    ("/v1/batches", None),
    ("/v1/batches", KEY),
)
"""What a client asks, and with which key."""


def record(file: Path | Recording, answering: Answering, requests: Iterable[tuple[str, str | None]] = REQUESTS) -> Path:
    """Send the requests to a server of one's own through the recording transport."""
    with serving(answering) as url, httpx.Client(transport=RecordingTransport(file), base_url=url) as client:
        for path, key in requests:
            client.get(path, headers={"Authorization": f"Bearer {key}"} if key else {})
    return file.path if isinstance(file, Recording) else file


def entries(file: Path) -> list[dict[str, Any]]:
    """The entries of a recording with one a line."""
    return [orjson.loads(line) for line in file.read_bytes().splitlines()]


def write(file: Path, recorded: Iterable[Mapping[str, Any]]) -> Path:
    """Entries, one a line."""
    file.write_bytes(b"".join(orjson.dumps(entry) + b"\n" for entry in recorded))
    return file


def checked(*files: Path | str, against: tuple[str, ...] = ("kimi",), **options: Any) -> Result:
    """Check, with nothing known."""
    return check(CheckOptions(tuple(map(str, files)), against=against, known=None, **options))


def found(result: Result) -> set[tuple[str, str]]:
    """Rules and places of what the endpoints showed."""
    return {(drift.rule, drift.identity.pointer) for drift in result.drifts if drift.identity.endpoint}


Rows = Mapping[tuple[Any, ...], tuple[Any, ...]]


def rows(result: Result) -> Rows:
    """Every drift of the endpoints, apart from the endpoint's name, and all that is counted of it."""
    return {
        (
            drift.identity.contract,
            drift.identity.operation,
            drift.identity.status_code,
            drift.identity.pointer,
            drift.rule,
            drift.identity.value,
        ): (drift.severity, drift.expected, drift.responses, drift.items, drift.path)
        for drift in result.drifts
        if drift.identity.endpoint
    }


def everything(result: Result) -> list[Any]:
    """All that a report shows and that does not depend on the moment of the check."""
    verdicts = [
        (
            verdict.outcome,
            verdict.reason,
            verdict.pair.endpoint,
            verdict.pair.requests,
            verdict.pair.responses,
            sorted(verdict.pair.probed),
            sorted(verdict.pair.not_offered),
            {name: sorted(coverage.seen) for name, coverage in verdict.pair.coverage.items()},
            dict(verdict.pair.totals),
            dict(verdict.pair.item_totals),
        )
        for verdict in result.verdicts
    ]
    drifts = [
        (
            drift.identity.fingerprint,
            drift.severity,
            sorted(drift.observed.items(), key=repr),
            drift.responses,
            drift.items,
            drift.first,
            drift.last,
            drift.path,
            drift.example and (drift.example.order, drift.example.answer and drift.example.answer.body),
        )
        for drift in result.drifts
        if drift.identity.endpoint
    ]
    return [verdicts, drifts, result.notes, result.exit_code]
