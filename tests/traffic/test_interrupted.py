"""Ctrl-C ends the reading; what was read is judged, and the report says that it is not complete."""

import select
import signal
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from tests.traffic.recordings import entries, record
from tests.wrong.faults import ONLY
from tests.wrong.lists import RIGHT

CHECK = """
import sys
from conformance.traffic import CheckOptions, check

if __name__ == "__main__":
    options = CheckOptions(tuple(sys.argv[2:]), ("kimi",), jobs=int(sys.argv[1]), known=None)
    seen = []
    def progress(at):
        if not seen:
            seen.append(at)
            print("reading", flush=True)
    result = check(options, progress)
    print(result.complete, result.exit_code, len(result.drifts), result.verdicts[0].pair.responses, flush=True)
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A program that checks, and says when it has begun to read."""
    file = tmp_path / "check.py"
    file.write_text(CHECK)
    return file


@pytest.fixture
def lines(tmp_path: Path) -> bytes:
    """A recording with drift in it."""
    fault = next(fault for fault in ONLY["kimi"] if fault.name == "null counts")
    file = record(tmp_path / "a.ndjson", fault.change(RIGHT["kimi"]))
    return b"".join(orjson.dumps(entry) + b"\n" for entry in entries(file) if entry["response"]["status"] == 200)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_leaves_a_report_that_says_so(script: Path, lines: bytes, jobs: str) -> None:
    """The pipe stays open: the check waits for more when it is interrupted, and reports what has come."""
    command = [sys.executable, str(script), jobs, "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=False) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        while process.poll() is None and not _readable(process.stdout.fileno()):
            process.stdin.write(lines)
        assert process.stdout.readline() == b"reading\n"
        process.send_signal(signal.SIGINT)
        complete, code, drifts, responses = process.stdout.readline().split()
        process.stdin.close()
    assert (complete, code) == (b"False", b"1")
    assert int(drifts) > 0
    assert int(responses) > 0
    assert process.returncode == 0


def _readable(descriptor: int) -> bool:
    return bool(select.select([descriptor], [], [], 0)[0])


def test_a_killed_check_leaves_no_trace(script: Path, lines: bytes, tmp_path: Path) -> None:
    """Nothing half-written stays behind, and the next check is whole."""
    del lines
    file = tmp_path / "a.ndjson"
    before = sorted(tmp_path.iterdir())
    command = [sys.executable, str(script), "2", str(file), "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"reading\n"
        process.kill()
    assert sorted(tmp_path.iterdir()) == before
    done = subprocess.run([sys.executable, str(script), "1", str(file)], capture_output=True, check=True)
    assert done.stdout.split()[1] == b"True"
