"""Where a recording cannot be written, nothing half-written stays, and one line says so."""

import gzip
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
import zstandard
from attrs import evolve

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


@pytest.mark.parametrize(("name", "stays"), [("a.har", False), ("a.ndjson", True)])
def test_a_recording_that_is_given_up_is_as_it_was_found(tmp_path: Path, name: str, *, stays: bool) -> None:
    """Of a document nothing stays, of lines those that are there; and nothing more is written."""
    (tmp_path / name).write_bytes(ENTRY + b"\n")
    recording = Recording(tmp_path / name)
    recording.write(GET)
    recording.discard()
    recording.write(GET)
    recording.close()
    assert sorted(tmp_path.iterdir()) == [tmp_path / name]
    assert len(entries(tmp_path / name)) == 1 + stays


@pytest.mark.skipif(os.name != "posix", reason="limits of processes")
@pytest.mark.parametrize("name", ["a.har", "a.ndjson"])
def test_where_the_disk_is_full_nothing_half_written_stays(tmp_path: Path, name: str) -> None:
    """Lines that were written whole do; what comes later is left out, even if it would fit."""
    recording = Recording(tmp_path / name)
    for _ in range(3):
        recording.write(GET)
    (file,) = tmp_path.iterdir()
    with room(file.stat().st_size + 100):
        recording.write(GET)
    recording.write(GET)
    with pytest.raises(SourceError, match=r"a\.(har|ndjson): File too large"):
        recording.close()
    recording.close()
    assert [len(entries(one)) for one in tmp_path.iterdir()] == ([] if name == "a.har" else [3])


@contextmanager
def room(size: int) -> Iterator[None]:
    """No file grows beyond a size."""
    import resource  # noqa: PLC0415 - not on every system

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_a_recording_may_go_through_a_pipe(tmp_path: Path) -> None:
    """To whoever reads it, a line when it is written."""
    path = tmp_path / "a.ndjson"
    os.mkfifo(path)
    reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with Recording(path) as recording:
            recording.write(GET)
            first = os.read(reading, 1 << 16)
            recording.write(GET)
        assert har.parse(first).request.url == GET.request.url
        assert os.read(reading, 1 << 16).count(b"\n") == first.count(b"\n") == 1
    finally:
        os.close(reading)


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_a_pipe_that_nobody_reads_any_more_is_told(tmp_path: Path) -> None:
    """When the recording ends, as of a disk that is full."""
    path = tmp_path / "a.ndjson"
    os.mkfifo(path)
    reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    recording = Recording(path)
    os.close(reading)
    recording.write(GET)
    with pytest.raises(SourceError, match="Broken pipe"):
        recording.close()


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


NAMED = [{"name": str, "value": str}]
BOTH: Any = {"httpVersion": str, "cookies": [], "headers": NAMED, "headersSize": int, "bodySize": int}
SENT: Any = {"method": str, "url": str, "queryString": NAMED, "postData": {"mimeType": str, "text": str}}
RECEIVED: Any = {"status": int, "statusText": str, "redirectURL": str}
WHOLE = {
    "startedDateTime": str,
    "time": float,
    "request": BOTH | SENT,
    "response": BOTH | RECEIVED | {"content": {"size": int, "mimeType": str, "text": str}},
    "cache": {},
    "timings": {"send": int, "wait": float, "receive": int},
}
"""What HAR 1.2 demands of an entry, and whatever it shows of bodies."""


def shape(value: Any) -> Any:
    """Names and types, of a list those of its items."""
    if isinstance(value, dict):
        return {name: shape(child) for name, child in value.items()}
    return [shape(value[0])] if value and isinstance(value, list) else value if value == [] else type(value)


def test_an_entry_has_all_that_har_demands(tmp_path: Path) -> None:
    """Other tools read it too: its query stands beside the URL, and its sizes are those of the bodies."""
    url = "https://api.moonshot.cn/v1/batches?limit=2&order="
    headers = (("Authorization", "Bearer x"), ("Content-Type", "application/json"))
    request = Request("POST", url, headers, b'{"completion_window":"24h"}')
    answer = Answer(200, (("Content-Type", "application/json"),), b'{"status":"completed"}')
    with Recording(tmp_path / "a.har") as recording:
        recording.write(Exchange("create_batch", request, answer, 1.0, seconds=0.25))
        recording.write(Exchange("create_batch", evolve(request, body=None), None, 1.0))
    log = orjson.loads((tmp_path / "a.har").read_bytes())["log"]
    assert (log["version"], shape(log["creator"])) == ("1.2", {"name": str, "version": str})
    one, unanswered = log["entries"]
    assert shape(one) == WHOLE
    assert one["request"]["queryString"] == [{"name": "limit", "value": "2"}, {"name": "order", "value": ""}]
    assert (one["startedDateTime"], one["time"]) == ("1970-01-01T00:00:01.000000Z", 250.0)
    assert (one["request"]["headersSize"], one["request"]["bodySize"]) == (-1, 27)
    received = one["response"]
    assert (received["headersSize"], received["bodySize"], received["content"]["size"]) == (-1, -1, 22)
    assert unanswered["response"]["status"] == unanswered["request"]["bodySize"] == 0
    assert "postData" not in unanswered["request"]
