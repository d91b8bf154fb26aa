"""Histories and reports that hold what this project never wrote."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import orjson
import pytest

from conformance import report
from conformance.report import ReportError, history
from conformance.report.tree import Tree


def _refusals(job: Callable[[], object]) -> list[str]:
    """What a job is refused with, if it is; anything else that it raises is a fault."""
    try:
        job()
    except ReportError as refusal:
        return [str(refusal)]
    return []


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE run SET started = x'00ff'",
        "UPDATE run SET started = 17, complete = 'yes'",
        "UPDATE drift SET contract = 5",
        "UPDATE drift SET severity = 'awful'",
        "UPDATE drift SET first = 'long ago'",
        "UPDATE sighting SET run = 'one'",
        "DELETE FROM run",
        "DROP TABLE sighting",
        "UPDATE drift SET status_code = 'many'",
    ],
)
def test_a_history_of_rows_of_another_kind(tree: Tree, spoil: str, tmp_path: Path) -> None:
    """One line, or nothing that was ever seen; no value of another kind reaches a report."""
    path = tmp_path / "history.sqlite"
    history.add_run(path, tree)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(spoil)

    refusals = _refusals(lambda: history.render(history.timeline(path)))

    assert all(str(path) in one and len(one.splitlines()) == 1 for one in refusals)


@pytest.mark.parametrize("depth", [200, 300, 900, 5000])
@pytest.mark.parametrize("name", report.FORMATS)
def test_a_report_that_is_deep_within(tree: Tree, tmp_path: Path, name: str, depth: int) -> None:
    """An example's body may be anything: it is shown, or refused in one line."""
    tree["drift"][0]["example"]["body"] = "DEEP"
    path = tmp_path / "drift.json"
    path.write_bytes(orjson.dumps(tree).replace(b'"DEEP"', b"[" * depth + b"]" * depth, 1))

    refusals = _refusals(lambda: report.render(report.read(path), name))

    assert all(str(path) in one and len(one.splitlines()) == 1 for one in refusals)
    assert bool(refusals) == (depth > 250)


_PEAK = """
import resource, sys
from pathlib import Path
from conformance import report
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
try:
    report.read(Path(sys.argv[1]))
except report.ReportError as error:
    print(error)
with open("/proc/self/status") as status:
    print(next(line for line in status if line.startswith("VmHWM:")).split()[1])
"""


@pytest.mark.full
@pytest.mark.parametrize("count", [100, 1_400_000, 16_000_000])
def test_a_report_of_millions_of_values_is_refused_within_bounds(count: int, tmp_path: Path) -> None:
    """Not one error a value, and no more memory than a run may take."""
    path = tmp_path / "drift.json"
    path.write_text('{"format": "batch-conformance-report/1", "drift": [' + "[]," * count + "0]}")

    done = subprocess.run(
        [sys.executable, "-c", _PEAK, str(path)], capture_output=True, text=True, timeout=60, check=True
    )
    told, peak = done.stdout.splitlines()

    assert str(path) in told
    assert int(peak) < 500 * 1024
