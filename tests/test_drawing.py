"""How far a run is: drawn on a terminal, and nowhere else."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.drawing import probes
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
