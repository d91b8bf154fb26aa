"""However a check over several processes ends, nothing of it stays: no process, no half-written file."""

import concurrent.futures
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import pytest

from conformance import contract
from conformance.recording.source import Block
from conformance.traffic import CheckOptions, SpreadError, check, spread
from conformance.traffic.work import plan_for
from tests.traffic.recordings import record
from tests.wrong.lists import RIGHT

CHECK = [sys.executable, "-m", "conformance.cli", "check", "--no-known", "--against", "kimi"]


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A recording."""
    return record(tmp_path_factory.mktemp("recordings") / "a.ndjson", RIGHT["kimi"]).read_bytes()


@pytest.fixture
def checking(lines: bytes, tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A check over two processes that has both of them, and goes on for as long as it is fed."""
    command = [*CHECK, "-", "--jobs", "2", "--out", str(tmp_path / "out")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, start_new_session=True) as process:  # type: ignore[call-overload]
        feeding = threading.Thread(target=_feed, args=(process, lines * 100), daemon=True)
        feeding.start()
        while process.poll() is None and len(_workers(process.pid)) < 2:
            pass
        yield process
        process.kill()


def _feed(process: "subprocess.Popen[bytes]", lines: bytes) -> None:
    assert process.stdin is not None
    try:
        while process.poll() is None:
            process.stdin.write(lines)
    except (BrokenPipeError, ValueError):
        return


def _workers(parent: int) -> list[int]:
    """The processes of a pool, by their command line."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                words = (folder / "cmdline").read_bytes()
                status = (folder / "status").read_text()
            except OSError:
                continue
            if b"spawn_main" in words and f"PPid:\t{parent}\n" in status:
                found.append(int(folder.name))
    return found


def _is_gone(process: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return True


pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks for processes in /proc")


@pytest.mark.parametrize(
    "how", [signal.SIGKILL, pytest.param(signal.SIGHUP, marks=pytest.mark.full)], ids=["kill -9", "SIGHUP"]
)
def test_workers_end_with_their_parent(checking: "subprocess.Popen[bytes]", how: signal.Signals) -> None:
    """Even when it has no moment to tell them."""
    workers = _workers(checking.pid)
    assert len(workers) == 2
    checking.send_signal(how)
    checking.wait(20)
    watch = threading.Event()
    for _ in range(200):
        if all(map(_is_gone, workers)):
            return
        watch.wait(0.1)
    pytest.fail("they are still there")


@pytest.mark.parametrize("to", [pytest.param("the process", marks=pytest.mark.full), "all of the terminal's"])
@pytest.mark.parametrize(
    "how", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.full)], ids=["Ctrl-C", "SIGTERM"]
)
def test_a_check_that_is_ended_leaves_a_report_or_nothing(
    checking: "subprocess.Popen[bytes]", tmp_path: Path, how: signal.Signals, to: str
) -> None:
    """Ended while its processes are only starting: a report that says that it is not complete, or one line."""
    if to == "the process":
        checking.send_signal(how)
    else:
        os.killpg(checking.pid, how)
    assert checking.wait(60) in {0, 1, 2, 130, 143}
    assert checking.stderr is not None
    said = checking.stderr.read()
    assert b"Traceback" not in said
    written = tmp_path / "out" / "drift.json"
    if written.exists():
        assert orjson.loads(written.read_bytes())["complete"] is False
    else:
        assert len(said.splitlines()) == 1
    assert not [*(tmp_path / "out").glob("*.part")]


def test_processes_that_are_killed_while_they_tell_end_the_check(
    lines: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line; nobody waits for what would have come."""

    class Killed(ProcessPoolExecutor):
        def submit(self, *args: Any, **named: Any) -> Any:
            future = super().submit(*args, **named)
            os.write(self._result_queue._writer.fileno(), struct.pack("!i", 1000) + b"what they said")  # type: ignore[attr-defined]  # noqa: SLF001
            for process in self._processes.values():
                process.kill()
            return future

    monkeypatch.setattr(concurrent.futures, "ProcessPoolExecutor", Killed)
    monkeypatch.setattr(spread, "PATIENCE", 0.1)
    file = tmp_path / "a.ndjson"
    file.write_bytes(lines)
    ended = list[BaseException]()

    def run() -> None:
        try:
            check(CheckOptions((str(file),), against=("kimi",), jobs=2, known=None))
        except SpreadError as error:
            ended.append(error)

    running = threading.Thread(target=run, daemon=True)
    running.start()
    running.join(30)
    assert [type(one) for one in ended] == [SpreadError]
    assert "a process was killed" in str(ended[0])


def test_no_more_is_read_than_is_worked_on(lines: bytes, tmp_path: Path) -> None:
    """However long the recording is, only so many of its blocks are in memory."""
    file = tmp_path / "a.ndjson"
    file.write_bytes(lines)
    read, told = list[int](), list[int]()
    blocks = (read.append(number) or Block(str(file), 0, len(lines)) for number in range(12))

    for number, _ in enumerate(spread.in_processes(blocks, plan_for([contract.load("kimi")], ("kimi",)), 1)):
        told.append(number)
        assert len(read) < len(told) + spread.WAITING

    assert len(told) == len(read) == 12


def test_ctrl_c_is_not_for_the_processes(lines: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal sends it to all; also where it cannot be masked while they start, they go on with what they have."""
    monkeypatch.setattr(spread, "signal", ModuleType("a signal without masks"))
    file = tmp_path / "a.ndjson"
    file.write_bytes(lines)
    blocks = iter([Block(str(file), 0, len(lines))] * 9)

    shown = spread.in_processes(blocks, plan_for([contract.load("kimi")], ("kimi",)), 1)
    counts = list[int]()
    with suppress(KeyboardInterrupt):
        for part in shown:
            counts.append(part.entries[str(file)])
            os.kill(_workers(os.getpid())[0], signal.SIGINT)

    assert counts == [len(lines.splitlines())] * 9


def test_whoever_wants_no_more_leaves_no_process(lines: bytes, tmp_path: Path) -> None:
    """What they are still at is waited for, and what was to come is not begun."""
    file = tmp_path / "a.ndjson"
    file.write_bytes(lines * 100)
    blocks = iter([Block(str(file), 0, len(lines) * 100)] * 50)
    shown = spread.in_processes(blocks, plan_for([contract.load("kimi")], ("kimi",)), 1)

    next(shown)
    workers = _workers(os.getpid())
    shown.close()

    assert len(workers) == 1
    assert all(map(_is_gone, workers))
