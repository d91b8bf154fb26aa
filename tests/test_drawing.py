"""How far a run is: drawn on a terminal, and nowhere else."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.drawing import probes

COMMAND = Path(sys.executable).with_name("batch-conformance")
RUN = ("run", "sim:groq", "--against", "groq", "--operation", "list_batches", "--no-known")


@pytest.mark.parametrize("terminal", [True, False])
def test_a_run_says_how_far_it_is(*, terminal: bool, tmp_path: Path) -> None:
    """On a terminal, in a line that goes away; a pipe gets nothing."""
    if terminal:
        master, slave = pty.openpty()
        done = subprocess.run([COMMAND, *RUN], cwd=tmp_path, stdout=subprocess.PIPE, stderr=slave, check=False)
        os.close(slave)
        drawn = os.read(master, 1 << 16).decode()
        os.close(master)
    else:
        done = subprocess.run([COMMAND, *RUN], cwd=tmp_path, capture_output=True, check=False)
        drawn = done.stderr.decode()

    assert done.returncode in {0, 1}
    assert (" probes, " in drawn) == terminal
    assert drawn.endswith("\r\x1b[K") == terminal
    assert b" probes, " not in done.stdout


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
