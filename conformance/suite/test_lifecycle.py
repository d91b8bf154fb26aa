"""A batch's life.

Upload, create, poll, cancel, download, delete. Only where writing is allowed; a simulator's time is made to pass.
"""

from collections.abc import Iterator

import orjson
import pytest

from conformance.contract import Operation
from conformance.exchange import Exchange
from conformance.suite.probe import Probe, ids, items

STEP = 1800.0
"""Seconds of simulated time between polls."""
MAX_POLLS = 60
FINAL = frozenset({"completed", "failed", "expired", "cancelled"})
LINE = {
    "custom_id": "probe-1",
    "method": "POST",
    "url": "/v1/chat/completions",
    "body": {"model": "probe", "messages": [{"role": "user", "content": "Say yes."}], "max_tokens": 1},
}


@pytest.fixture
def uploaded(probe: Probe) -> Iterator[str]:
    """The id of an uploaded input file of one cheap line; deleted afterwards where that is documented."""
    upload = probe.operation("upload_file")
    if upload is None or not probe.endpoint.writable:
        pytest.skip(f"nothing is written to {probe.name}")
    told = ids(probe.upload(upload, orjson.dumps(LINE) + b"\n"))
    if not told:
        pytest.skip("the upload told no file id")
    yield told[-1]
    delete = probe.operation("delete_file")
    if delete is not None:
        probe.ask(delete, path={"file_id": told[-1]})


@pytest.fixture
def create(probe: Probe) -> Operation:
    """The operation that creates a batch."""
    operation = probe.operation("create_batch")
    if operation is None:
        pytest.skip(f"{probe.name} is not asked for create_batch")
    return operation


def _create(probe: Probe, operation: Operation, file: str) -> Exchange:
    wanted = {"input_file_id": file, "endpoint": "/v1/chat/completions", "completion_window": "24h"}
    return probe.ask(operation, body=orjson.dumps(wanted), headers={"Content-Type": "application/json"})


def _poll(probe: Probe, batch: str) -> list[Exchange]:
    """Retrieve a batch until it is final; without simulated time, once."""
    operation = probe.operation("retrieve_batch")
    polls: list[Exchange] = []
    while operation is not None and len(polls) < MAX_POLLS:
        polls.append(probe.ask(operation, path={"batch_id": batch}))
        if probe.endpoint.advance is None or {item.get("status") for item in items(polls[-1])} & FINAL:
            break
        probe.endpoint.advance(STEP)
    return polls


def test_a_batch_runs_to_its_end(probe: Probe, create: Operation, uploaded: str) -> None:
    """Create, poll, download what came of it."""
    told = ids(_create(probe, create, uploaded))
    if not told:
        pytest.skip("no batch was created")
    polls = _poll(probe, told[-1])
    content = probe.operation("file_content")
    for item in items(polls[-1]) if polls and content is not None else ():
        output = item.get("output_file_id")
        if content is not None and isinstance(output, str) and "/" not in output:
            probe.ask(content, path={"file_id": output})
    if probe.endpoint.advance is None:
        _cancel(probe, told[-1])


def test_a_batch_is_cancelled(probe: Probe, create: Operation, uploaded: str) -> None:
    """Create, cancel, poll."""
    told = ids(_create(probe, create, uploaded))
    if not told:
        pytest.skip("no batch was created")
    _cancel(probe, told[-1])
    _poll(probe, told[-1])


def _cancel(probe: Probe, batch: str) -> None:
    operation = probe.operation("cancel_batch")
    if operation is not None:
        probe.ask(operation, path={"batch_id": batch})
