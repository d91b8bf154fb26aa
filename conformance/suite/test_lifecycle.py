"""A batch's life.

Upload, create, poll, cancel, download, delete. Only where writing is allowed; a simulator's time is made to pass.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import orjson
import pytest

from conformance.contract import Operation
from conformance.endpoint import BudgetSpent
from conformance.exchange import Exchange
from conformance.masking import pseudonym
from conformance.suite.probe import OutOfReach, Probe, ids, items
from conformance.suite.session import Session

STEP = 1800.0
"""Seconds of simulated time between polls."""
MAX_POLLS = 60
CLEANING = 5
"""Requests that must be left before anything is made: create, cancel, a poll, delete, and one to spare."""
FINAL = frozenset({"completed", "failed", "expired", "cancelled"})
LINE = {
    "custom_id": "probe-1",
    "method": "POST",
    "url": "/v1/chat/completions",
    "body": {"model": "probe", "messages": [{"role": "user", "content": "Say yes."}], "max_tokens": 1},
}


@pytest.fixture
def uploaded(probe: Probe, run: Session) -> Iterator[str]:
    """The id of an uploaded input file of one cheap line; deleted afterwards where that is documented."""
    upload = probe.operation("upload_file", groundwork=True)
    if upload is None or not probe.endpoint.writable:
        pytest.skip(f"nothing is written to {probe.name}")
    probe.endpoint.reserve(CLEANING)
    told = ids(probe.upload(upload, orjson.dumps(LINE) + b"\n"))
    if not told:
        pytest.skip("the upload told no file id")
    with cleaned(probe, run, "delete_file", {"file_id": told[-1]}, f"the uploaded file {pseudonym(told[-1])}"):
        yield told[-1]


@contextmanager
def cleaned(probe: Probe, run: Session, name: str, path: Mapping[str, str], what: str) -> Iterator[None]:
    """Take back what was made, also after a failure or Ctrl-C; what cannot be taken back is named in the report."""
    try:
        yield
    finally:
        operation = probe.operation(name, groundwork=True)
        reason = f"its contract documents no {name}"
        if operation is not None:
            reason = _why_not(probe, operation, path)
        if reason and probe.endpoint.advance is None:
            run.notes.append(f"{probe.name}: {what} is still there: {reason}")


def _why_not(probe: Probe, operation: Operation, path: Mapping[str, str]) -> str:
    """Clean up; why it failed, or nothing."""
    try:
        answer = probe.ask(operation, path=path).answer
    except (BudgetSpent, OutOfReach) as reason:
        return str(reason) or "the budget of requests is spent"
    return "" if answer is not None and answer.status < 500 else "no success"


@pytest.fixture
def create(probe: Probe) -> Operation:
    """The operation that creates a batch."""
    operation = probe.operation("create_batch", groundwork=True)
    if operation is None:
        pytest.skip(f"{probe.name} is not asked for create_batch")
    return operation


def _create(probe: Probe, operation: Operation, file: str) -> Exchange:
    wanted = {"input_file_id": file, "endpoint": "/v1/chat/completions", "completion_window": "24h"}
    return probe.ask(operation, body=orjson.dumps(wanted), headers={"Content-Type": "application/json"})


def _poll(probe: Probe, batch: str) -> list[Exchange]:
    """Retrieve a batch until it is final; on a live endpoint, once."""
    operation = probe.operation("retrieve_batch", groundwork=True)
    polls: list[Exchange] = []
    while operation is not None and len(polls) < MAX_POLLS:
        polls.append(probe.ask(operation, path={"batch_id": batch}))
        if probe.endpoint.advance is None or {item.get("status") for item in items(polls[-1])} & FINAL:
            break
        probe.endpoint.advance(STEP)
    return polls


def test_a_batch_runs_to_its_end(probe: Probe, create: Operation, uploaded: str) -> None:
    """Create, poll, download what came of it; on a simulator, whose time can be made to pass."""
    if probe.endpoint.advance is None:
        pytest.skip("a live batch is not waited for")
    told = ids(_create(probe, create, uploaded))
    if not told:
        pytest.skip("no batch was created")
    polls = _poll(probe, told[-1])
    content = probe.operation("file_content", groundwork=True)
    for item in items(polls[-1]) if polls and content is not None else ():
        output = item.get("output_file_id")
        if content is not None and isinstance(output, str) and "/" not in output:
            probe.ask(content, path={"file_id": output})


def test_a_batch_is_cancelled(probe: Probe, create: Operation, uploaded: str, run: Session) -> None:
    """Create, cancel, poll."""
    told = ids(_create(probe, create, uploaded))
    if not told:
        pytest.skip("no batch was created")
    with cleaned(probe, run, "cancel_batch", {"batch_id": told[-1]}, f"the batch {pseudonym(told[-1])}"):
        pass
    _poll(probe, told[-1])
