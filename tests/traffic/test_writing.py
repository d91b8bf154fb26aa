"""Where a recording cannot be written, nothing half-written stays, and one line says so."""

import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
import zstandard

from conformance.exchange import Answer, Exchange, Request
from conformance.recording import Recording, SourceError, har
from tests.traffic.recordings import checked, entries, record
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


ENTRY = orjson.dumps(
    {
        "startedDateTime": "2026-11-20T10:00:00Z",
        "request": {"method": "GET", "url": "https://h.example/v1/batches", "headers": []},
        "response": {"status": 200, "headers": [], "content": {"mimeType": "application/json", "text": "{}"}},
    }
)
GET = Exchange("list_batches", Request("GET", "https://h.example/v1/batches"), Answer(200, (), b"{}"))


@pytest.mark.parametrize(
    "before", [b"", ENTRY + b"\n", ENTRY + b"\r\n", ENTRY + b"\r", ENTRY, ENTRY[:-20], b"\n", b"x"]
)
def test_what_a_recording_ended_with_does_not_swallow_what_is_added(tmp_path: Path, before: bytes) -> None:
    """A run that was killed may have left half a line: that stays what it is, and every line after it is read."""
    path = tmp_path / "a.ndjson"
    path.write_bytes(before)

    for _ in range(2):
        with Recording(path) as recording:
            recording.write(GET)

    written = path.read_bytes()
    lines = [one for one in written.splitlines() if one]
    assert written.startswith(before)
    assert len(lines) == len([one for one in before.splitlines() if one]) + 2
    assert all(har.parse(one).request.url == GET.request.url for one in lines[-2:])


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, lambda text: text.decode().encode("utf-16")])
def test_nothing_is_added_to_what_is_packed(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    """It could not be unpacked any more: one line, and the file is what it was."""
    path = tmp_path / "a.ndjson"
    path.write_bytes(pack(ENTRY + b"\n"))

    with pytest.raises(SourceError, match="packed"):
        Recording(path)

    assert path.read_bytes() == pack(ENTRY + b"\n")


@pytest.mark.parametrize("headers", [(), (("Accept", "*/*"),), (("Authorization", "Bearer x"), ("Accept", "*/*"))])
def test_a_key_that_no_header_shows_is_written_down(tmp_path: Path, headers: tuple[tuple[str, str], ...]) -> None:
    """Where one shows it, nothing is said besides."""
    request = Request("GET", "https://api.moonshot.cn/v1/batches", headers)
    with Recording(tmp_path / "a.ndjson") as recording:
        recording.write(Exchange("list_batches", request, Answer(200, (), b"{}"), 1.0))
    (entry,) = entries(tmp_path / "a.ndjson")
    assert entry.get("_credentials") == (None if len(headers) == 2 else "given")
