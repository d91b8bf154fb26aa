"""A batch's life.

Upload, create, poll, cancel, download, delete. Only where writing is allowed; a simulator's time is made to pass.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from conformance.contract import Operation
from conformance.exchange import Exchange
from conformance.outcome import Remains
from conformance.suite.asking import batch_body, line, rules_of
from conformance.suite.made import BATCH, FILE, Kind, made, taken_back
from conformance.suite.models import NO_MODEL, find_model
from conformance.suite.probe import Probe, items
from conformance.suite.session import Session

STEP = 1800.0
"""Seconds of simulated time between polls."""
MAX_POLLS = 60
CLEANING = 8
"""Requests that are kept for taking back: a look, cancel, and a look; a look, delete, and a look; two to spare."""
FINAL = frozenset({"completed", "failed", "expired", "cancelled"})
ANY_MODEL = "any"
"""What a line names that is only uploaded."""
NO_UPLOAD = "its contract documents no upload, so there is no file to name"


def _made(probe: Probe, run: Session, kind: Kind, found: str | Remains | None) -> str:
    """The id of what was made.

    Skips the rest where there is none; what may be there all the same is in the report.
    """
    if isinstance(found, str):
        return found
    if found is not None and probe.endpoint.advance is None:
        run.remains[f"{kind.what} {probe.mark}"] = found
    pytest.skip(f"{kind.what} was not made, as far as can be seen")


@contextmanager
def uploaded(probe: Probe, run: Session, model: str) -> Iterator[str]:
    """The id of an uploaded input file of one cheap line; deleted afterwards where that is documented."""
    upload = probe.operation("upload_file", groundwork=True)
    if "upload_file" not in probe.contract.operations and probe.endpoint.writable:
        if probe.endpoint.advance is None:
            probe.not_asked |= dict.fromkeys(("create_batch", "cancel_batch"), NO_UPLOAD)
            pytest.skip(NO_UPLOAD)
        yield "file-probe"  # a simulator without an upload takes any
        return
    if upload is None or not probe.endpoint.writable:
        pytest.skip(f"nothing is written to {probe.name}")
    probe.endpoint.hold(CLEANING)
    name = f"batch-conformance-{probe.mark}.jsonl"
    try:
        answer = probe.upload(upload, name, line(rules_of(probe.contract), model))
    except BaseException:
        probe.endpoint.hold(0)
        raise
    found = made(probe, FILE, answer, name, lambda item: item.get("filename") == name)
    if not isinstance(found, str):
        probe.endpoint.hold(0)
    file = _made(probe, run, FILE, found)
    with taken_back(probe, run.remains, FILE, file):
        yield file


@contextmanager
def created(probe: Probe, run: Session, create: Operation, file: str) -> Iterator[str]:
    """The id of a batch over a file; cancelled afterwards where that is documented."""
    body = batch_body(create, rules_of(probe.contract), file)
    answer = probe.ask(create, body=body, headers={"Content-Type": "application/json"})
    found = made(probe, BATCH, answer, file, lambda item: item.get("input_file_id") == file)
    batch = _made(probe, run, BATCH, found)
    with taken_back(probe, run.remains, BATCH, batch):
        yield batch


def _creating(probe: Probe) -> Operation | None:
    return probe.operation("create_batch", groundwork=True) if probe.endpoint.writable else None


def _poll(probe: Probe, batch: str) -> list[Exchange]:
    """Retrieve a batch until it is final."""
    operation = probe.operation("retrieve_batch", groundwork=True)
    polls: list[Exchange] = []
    while operation is not None and probe.endpoint.advance is not None and len(polls) < MAX_POLLS:
        polls.append(probe.ask(operation, path={"batch_id": batch}))
        if {str(item.get("status")).lower() for item in items(polls[-1])} & FINAL:
            break
        probe.endpoint.advance(STEP)
    return polls


def test_a_batch_runs_to_its_end(probe: Probe, run: Session) -> None:
    """Create, poll, download what came of it; on a simulator, whose time can be made to pass."""
    create = _creating(probe)
    if probe.endpoint.advance is None or create is None:
        pytest.skip("a live batch is not waited for")
    with uploaded(probe, run, probe.model or ANY_MODEL) as file, created(probe, run, create, file) as batch:
        polls = _poll(probe, batch)
        content = probe.operation("file_content", groundwork=True)
        for item in items(polls[-1]) if polls and content is not None else ():
            output = item.get("output_file_id")
            if content is not None and isinstance(output, str) and "/" not in output:
                probe.ask(content, path={"file_id": output})


def test_a_batch_is_cancelled(probe: Probe, run: Session) -> None:
    """Upload, create, cancel at once, delete; without a model to name, only upload and delete."""
    create = _creating(probe)
    model = find_model(probe) if create is not None else None
    if create is not None and model is None and probe.operation("upload_file", groundwork=True) is not None:
        probe.not_asked |= {"create_batch": NO_MODEL, "cancel_batch": f"no batch was made: {NO_MODEL}"}
        run.notes.append(f"{probe.name}: no batch was made: {NO_MODEL}")
    with uploaded(probe, run, model or ANY_MODEL) as file:
        if create is not None and model is not None:
            with created(probe, run, create, file) as batch:
                del batch  # cancelled at once
