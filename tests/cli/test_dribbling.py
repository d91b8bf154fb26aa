"""A pipe is read like a file, however little comes at a time and however it was opened: as `-`, or by a name."""

import array
import fcntl
import io
import os
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest

from conformance import document, report
from conformance.files import STDIN
from conformance.input_rules import check_input
from conformance.known import read_known
from conformance.outcome import Result
from conformance.recording import source
from conformance.recording.source import Block
from tests.conftest import Run

ENTRY = orjson.dumps(
    {
        "startedDateTime": "2026-11-20T10:00:00Z",
        "request": {"method": "GET", "url": "https://h.example/v1/batches", "headers": []},
        "response": {"status": 200, "headers": [], "content": {"mimeType": "application/json", "text": "{}"}},
    }
)
MESSAGES = [{"role": "user", "content": "你好"}]
ROW = orjson.dumps(
    {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "m", "messages": MESSAGES}}
)
REPORT = orjson.dumps(
    report.build(
        Result(
            started=0.0,
            finished=1.0,
            complete=True,
            verdicts=(),
            contract_drifts=(),
            contracts={},
            stale=(),
            stale_counts=False,
        )
    )
)
KNOWN = b'[[known]]\ncontract = "c"\nrule = "contract-blind-spot"\nreason = "r"\nsource = "s"\n'


def recorded(name: Path | str) -> list[bytes]:
    """The entries of a recording."""
    blocks = [one for one in source.blocks(str(name)) if isinstance(one, Block)]
    return [raw.data for block in blocks for raw in source.entries(block)]


READERS: dict[str, tuple[bytes, Callable[[Path], object]]] = {
    "lines": (ENTRY + b"\n" + ENTRY + b"\n", recorded),
    "document": (b'\xef\xbb\xbf{"log": {"entries": [' + ENTRY + b"]}}", recorded),
    "wide": (ENTRY.decode().encode("utf-16"), recorded),
    "preflight": (ROW + b"\n", lambda path: check_input(path, "kimi")),
    "report": (REPORT, report.read),
    "known": (KNOWN, read_known),
    "contract": (b"openapi: 3.1.0\n", lambda path: document.read(path).data),
}


def _drip(descriptor: int, data: bytes, drops: int) -> None:
    """Write the first bytes one by one, each only once the one before it was taken; then the rest, and close."""
    for at in range(min(drops, len(data))):
        os.write(descriptor, data[at : at + 1])
        waiting = array.array("i", [1])
        while waiting[0]:
            fcntl.ioctl(descriptor, termios.FIONREAD, waiting)
            os.sched_yield()
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data[drops:])


@pytest.fixture(params=[True, False], ids=["waiting", "not waiting"])
def standard_input(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The end to write to of a pipe that is standard input; some who start a command open it so as not to wait."""
    reading, writing = os.pipe()
    os.set_blocking(reading, request.param)
    with os.fdopen(reading, "rb") as stream:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
        yield writing


@pytest.mark.parametrize("name", [name for name in READERS if name != "contract"])  # which has no `-`
def test_standard_input_is_read_like_a_file(standard_input: int, tmp_path: Path, name: str) -> None:
    """What has nothing at the moment has not ended."""
    data, read = READERS[name]
    (tmp_path / "file.jsonl").write_bytes(data)
    writer = threading.Thread(target=_drip, args=(standard_input, data, 7))
    writer.start()

    found = read(Path(STDIN))

    writer.join()
    assert found == read(tmp_path / "file.jsonl")


@pytest.mark.parametrize("name", READERS)
def test_a_named_pipe_is_read_like_a_file(tmp_path: Path, name: str) -> None:
    """What a shell's `<(…)` gives, too; such a pipe has no name that anybody would upload it by."""
    data, read = READERS[name]
    (tmp_path / "file.jsonl").write_bytes(data)
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: _drip(os.open(tmp_path / "pipe", os.O_WRONLY), data, 7))
    writer.start()

    found = read(tmp_path / "pipe")

    writer.join()
    assert found == read(tmp_path / "file.jsonl")


@pytest.mark.parametrize("command", ["report", "mend"])
def test_a_report_can_be_piped_on(batch_conformance: Run, tmp_path: Path, command: str) -> None:
    """`-` is standard input wherever a file is read once."""
    (tmp_path / "drift.json").write_bytes(REPORT)
    more = ("--out", "out") if command == "mend" else ()

    piped = batch_conformance(command, "-", *more, given=REPORT.decode())

    assert (piped.returncode, piped.stderr) == (0, "")
    assert piped.stdout == batch_conformance(command, "drift.json", *more).stdout
