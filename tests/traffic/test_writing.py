"""Where a recording cannot be written, nothing half-written stays, and one line says so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.recording import Recording, SourceError
from tests.traffic.recordings import checked, record
from tests.wrong.lists import RIGHT

FULL = Path("/dev/full")


@pytest.mark.parametrize("name", ["a.har", "a.ndjson"])
def test_a_folder_is_no_recording(tmp_path: Path, name: str) -> None:
    """It is said before anything is sent."""
    (tmp_path / name).mkdir()
    with pytest.raises(SourceError, match="Is a directory"):
        Recording(tmp_path / name)
    assert sorted(tmp_path.iterdir()) == [tmp_path / name]


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
def test_a_full_disk_is_told_when_the_recording_ends(tmp_path: Path) -> None:
    """What is recorded goes on: who sends the requests is not disturbed."""
    (tmp_path / "a.ndjson").symlink_to(FULL)
    with pytest.raises(SourceError, match="No space left"):
        record(tmp_path / "a.ndjson", RIGHT["kimi"])


RUN = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
words = "batch-conformance run sim:kimi --against kimi --operation list_batches --record"
sys.argv = [*words.split(), sys.argv[1]]
from conformance.cli import main
main()
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of processes")
@pytest.mark.parametrize("name", ["a.har", pytest.param("a.ndjson", marks=pytest.mark.full)])
def test_a_run_whose_recording_breaks_off_reports_all_the_same(tmp_path: Path, name: str) -> None:
    """With the reason, exit 2 and no part of a document; lines that were written whole stay."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, tmp_path / name], capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 2
    assert "the recording is not whole" in " ".join(done.stdout.split())
    if name == "a.har":
        assert sorted(tmp_path.iterdir()) == []
    else:
        assert checked(tmp_path / name).complete
