"""How far a run is: drawn on a terminal, and nowhere else."""

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.drawing import Progress, amount, line, probes
from tests.results.kit import good
from tests.simulator.kit import jsonl, row

COMMAND = Path(sys.executable).with_name("batch-conformance")
RUN = ("run", "sim:groq", "--against", "groq", "--operation", "list_batches", "--no-known")
RESULTS = ("results", "out.jsonl", "--input", "in.jsonl", "--provider", "groq", "--no-known")


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize(("words", "shown"), [(RUN, " probes, "), (RESULTS, "B/s")], ids=["run", "results"])
def test_a_command_says_how_far_it_is(*, words: tuple[str, ...], shown: str, terminal: bool, tmp_path: Path) -> None:
    """On a terminal, in a line that goes away; a pipe gets nothing."""
    (tmp_path / "in.jsonl").write_bytes(jsonl([row("a")]))
    (tmp_path / "out.jsonl").write_bytes(jsonl([good("a")]))
    if terminal:
        master, slave = pty.openpty()
        done = subprocess.run([COMMAND, *words], cwd=tmp_path, stdout=subprocess.PIPE, stderr=slave, check=False)
        os.close(slave)
        drawn = os.read(master, 1 << 16).decode()
        os.close(master)
    else:
        done = subprocess.run([COMMAND, *words], cwd=tmp_path, capture_output=True, check=False)
        drawn = done.stderr.decode()

    assert done.returncode in {0, 1}
    assert (shown in drawn) == terminal
    assert drawn.endswith("\r\x1b[K") == terminal
    assert shown.encode() not in done.stdout


@pytest.mark.parametrize(
    ("done", "total", "words"),
    [
        (42, 84, "[############------------] 42 of 84 probes, 3 s"),
        (0, 0, "[------------------------] 0 of 0 probes, 3 s"),
    ],
)
def test_a_line_counts_probes(done: int, total: int, words: str) -> None:
    """With the seconds since the start."""
    assert probes((done, total), 3.2) == words


class Terminal(io.StringIO):
    """A stream that somebody looks at, who sees what was flushed."""

    seen = ""

    def flush(self) -> None:
        """Show it."""
        self.seen = self.getvalue()

    def isatty(self) -> bool:
        """Yes."""
        return True


def test_a_pipe_gets_nothing() -> None:
    """Logs stay clean."""
    stream = io.StringIO()
    with line(amount, stream) as progress:
        progress(Progress(1, 2))
    assert stream.getvalue() == ""


def test_a_terminal_gets_a_line_that_goes_away() -> None:
    """Also when the check fails."""
    stream = Terminal()

    def check() -> None:
        with line(amount, stream) as progress:
            progress(Progress(500_000, 1_000_000))
            assert "50 % of 1.0 MB" in stream.seen
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        check()
    assert stream.seen.endswith("\r\x1b[K")


@pytest.mark.parametrize(
    ("progress", "seconds", "expected"),
    [
        (
            Progress(650_000_000, 1_300_000_000),
            10,
            "[############------------] 50 % of 1.3 GB, 65.0 MB/s, 10 s left",
        ),
        (
            Progress(10_000_000, 1_000_000_000),
            10,
            "[------------------------] 1 % of 1.0 GB, 1.0 MB/s, 16 min 30 s left",
        ),
        (Progress(2_000, None), 2, "2 kB, 1 kB/s"),
        (Progress(0, 10), 0, "[------------------------] 0 % of 10 B, 0 B/s, 0 s left"),
        (Progress(11, 10), 1, "[########################] 100 % of 10 B, 11 B/s, 0 s left"),
    ],
)
def test_a_line_says_bytes_rate_and_time_left(progress: Progress, seconds: float, expected: str) -> None:
    """As far as they are known."""
    assert amount(progress, seconds) == expected
