"""Results made from exchanges written by hand, judged by two small contracts."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from conformance import contract, report
from conformance.contract import Contract
from conformance.exchange import Answer, Credentials, Exchange, Request
from conformance.known import Entry
from conformance.outcome import Result, settle
from conformance.report.tree import Tree
from conformance.rules import Severity
from tests.judging import judged

DATA = Path(__file__).parent / "data"
SECRET = "sk-live-4f9a8b7c6d5e4f3a2b1c"
JSON = (("content-type", "application/json"),)

BATCH = {"id": "batch_01JX9", "status": "completed", "request_counts": {"completed": 1, "failed": 0, "total": 1}}
QUEUED = {"id": "batch_01JX8", "status": "in_queue", "request_counts": None, "metadata": {"owner": "jane@example.com"}}


def loaded(name: str) -> Contract:
    """A contract of this folder's data, named as if it lay in `specs/`."""
    found = contract.load(str(DATA / f"{name}.yaml"))
    return Contract(found.name, f"tests/report/data/{name}.yaml", found.document)


def page(*batches: Any, **rest: Any) -> dict[str, Any]:
    """A list's body."""
    return {"object": "list", "data": list(batches), **rest}


def listing(
    body: Any,
    *,
    number: int = 1,
    status: int = 200,
    query: str = "limit=2",
    credentials: Credentials = "given",
    host: str = "http://127.0.0.1:43210/v1",
) -> Exchange:
    """One exchange of list_batches; `body` is bytes as they are, or JSON."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    headers = (("authorization", f"Bearer {SECRET}"),)
    request = Request("GET", f"{host}/batches{'?' if query else ''}{query}", headers)
    return Exchange(
        operation="list_batches",
        request=request,
        answer=Answer(status, JSON, raw),
        started=1_764_000_000.0 + number,
        origin=("test", number),
        credentials=credentials,
    )


def result_of(
    exchanges: Iterable[Exchange],
    *,
    endpoint: str = "sim:kimi",
    contracts: Iterable[str] = ("strict", "loose"),
    known: Iterable[Entry] = (),
    fail_on: Severity = "warning",
    strict_known: bool = False,
    complete: bool = True,
    left_out: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Result:
    """What the exchanges amount to."""
    exchanges, judging = list(exchanges), [loaded(name) for name in contracts]
    return settle(
        [judged(exchanges, one, endpoint) for one in judging],
        [],
        {one.name: one for one in judging},
        known=known,
        day=date(2026, 11, 24),
        fail_on=fail_on,
        strict_known=strict_known,
        started=1_764_000_000.0,
        finished=1_764_000_060.0,
        complete=complete,
        left_out=left_out,
        notes=notes,
    )


def accepted(**changes: Any) -> Entry:
    """A known-drift entry that accepts `in_queue` at sim:kimi against the strict contract."""
    fields = {
        "endpoint": "kimi",
        "contract": "strict",
        "rule": "response-property-enum-value-added",
        "operation": "list_batches",
        "status_code": 200,
        "pointer": "/data/*/status",
        "value": "in_queue",
        "reason": "The queue is a status of its own.",
        "source": "https://docs.example/batches",
        "until": None,
    }
    return Entry(**{**fields, **changes})


@pytest.fixture
def exchanges() -> list[Exchange]:
    """Three pages: one right, two with a queued batch."""
    return [listing(page(BATCH), number=1), listing(page(QUEUED, BATCH), number=2), listing(page(QUEUED), number=3)]


@pytest.fixture
def tree(exchanges: list[Exchange]) -> Tree:
    """A report with new and known drift."""
    return report.build(result_of(exchanges, known=[accepted()]))


def row(tree: Tree, rule: str, contract: str = "strict") -> dict[str, Any]:
    """The one drift of that rule."""
    [found] = [one for one in tree["drift"] if (one["rule"], one["contract"]) == (rule, contract)]
    return found
