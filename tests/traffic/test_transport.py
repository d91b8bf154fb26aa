"""The transports for httpx and httpx2 record what a client sees, and change nothing of it."""

import asyncio
import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest

from conformance.recording import AsyncRecordingTransport, Recording, RecordingTransport, SourceError
from tests.traffic.recordings import checked, entries
from tests.wrong.lists import KEY, RIGHT
from tests.wrong.server import Asked, Reply, serving

LIBRARIES = pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
AUTHORIZED = {"Authorization": f"Bearer {KEY}"}


def reply(asked: Asked) -> Reply:
    """A list, compressed if that is asked for; a large file; and an answer that breaks off."""
    if asked.path == "/v1/files/f/content":
        return Reply(200, b"x" * 3_000_000, "application/octet-stream")
    if asked.path == "/v1/short":
        return Reply(200, b"{}", length=100)
    plain = RIGHT["kimi"](asked)
    if "gzip" in asked.headers.get("accept-encoding", ""):
        return Reply(plain.status, gzip.compress(plain.raw), plain.media_type, (("Content-Encoding", "gzip"),))
    return plain


@pytest.fixture
def url() -> Iterator[str]:
    """A server."""
    with serving(reply) as base:
        yield base


@LIBRARIES
def test_an_answer_is_what_it_is_without_recording(tmp_path: Path, url: str, library: Any) -> None:
    """Status, headers and decoded body; the recording holds the decoded body."""
    with (
        library.Client(base_url=url) as plain,
        library.Client(base_url=url, transport=RecordingTransport(tmp_path / "a.ndjson")) as recorded,
    ):
        expected, seen = (client.get("/v1/batches", headers=AUTHORIZED) for client in (plain, recorded))
    assert (seen.status_code, seen.content, seen.http_version) == (
        expected.status_code,
        expected.content,
        expected.http_version,
    )
    (entry,) = entries(tmp_path / "a.ndjson")
    assert entry["response"]["content"]["text"].startswith('{"object":"list"')
    assert checked(tmp_path / "a.ndjson").exit_code == 0


@LIBRARIES
def test_a_stream_stays_a_stream(tmp_path: Path, url: str, library: Any) -> None:
    """Bytes reach the caller as they come; an answer that is let go is recorded as none."""
    file = tmp_path / "a.ndjson"
    with library.Client(base_url=url, transport=RecordingTransport(file)) as client:
        with client.stream("GET", "/v1/files/f/content", headers=AUTHORIZED) as response:
            next(response.iter_raw(1000))
        with client.stream("GET", "/v1/files/f/content", headers=AUTHORIZED) as response:
            assert sum(map(len, response.iter_bytes())) == 3_000_000
    first, second = entries(file)
    assert first["_error"] == "the answer was not read to its end"
    assert second["response"]["status"] == 200


@LIBRARIES
def test_what_fails_is_raised_and_recorded(tmp_path: Path, url: str, library: Any) -> None:
    """A refused connection, and an answer that breaks off."""
    file = tmp_path / "a.har"
    with library.Client(transport=RecordingTransport(file)) as client:
        with pytest.raises(library.ConnectError):
            client.get("http://127.0.0.1:9/v1/batches")
        with pytest.raises(library.RemoteProtocolError):
            client.get(f"{url}/v1/short")
    result = checked(file)
    assert result.verdicts[0].reason == "list_batches: connection refused"
    assert result.exit_code == 2


@LIBRARIES
def test_the_async_transport_does_the_same(tmp_path: Path, url: str, library: Any) -> None:
    """Many requests at a time, one file."""
    file = tmp_path / "a.ndjson"

    async def ask() -> list[int]:
        async with library.AsyncClient(
            base_url=url, transport=AsyncRecordingTransport(file), headers=AUTHORIZED
        ) as client:
            answers = await asyncio.gather(*(client.get("/v1/batches", params={"limit": n}) for n in range(1, 9)))
            async with client.stream("GET", "/v1/files/f/content") as response:
                await anext(response.aiter_raw(1000))
            with pytest.raises(library.ConnectError):
                await client.get("http://127.0.0.1:9/v1/batches")
            return [answer.status_code for answer in answers]

    assert asyncio.run(ask()) == [200] * 8
    assert len(entries(file)) == 10
    assert all(one["response"]["content"]["text"] for one in entries(file) if one["request"]["url"].count("limit"))
    assert checked(file).verdicts[0].pair.responses == 8


def test_threads_share_a_recording(tmp_path: Path, url: str) -> None:
    """No line is torn."""
    file = tmp_path / "a.ndjson"
    with httpx.Client(base_url=url, transport=RecordingTransport(file), headers=AUTHORIZED) as client:
        threads = [threading.Thread(target=lambda: [client.get("/v1/batches") for _ in range(5)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(entries(file)) == 20


def test_lines_grow_and_a_har_is_whole_or_not_there(tmp_path: Path, url: str) -> None:
    """A second recording goes on in an `.ndjson`, and replaces a `.har` when it is closed."""
    lines, har = tmp_path / "a.ndjson", tmp_path / "a.har"
    for _ in range(2):
        for file in (lines, har):
            client = httpx.Client(base_url=url, transport=RecordingTransport(file), headers=AUTHORIZED)
            client.get("/v1/batches")
            assert file is lines or har.exists() == (len(entries(lines)) == 2)
            client.close()
    assert len(entries(lines)) == 2
    assert checked(har).verdicts[0].pair.responses == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.har", "a.ndjson"]


@pytest.mark.parametrize("name", ["a.txt", "missing/a.ndjson"])
def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path, name: str) -> None:
    """Before anything is sent."""
    with pytest.raises(SourceError, match=name):
        Recording(tmp_path / name)


@LIBRARIES
def test_an_upload_is_recorded_as_it_is_sent(tmp_path: Path, url: str, library: Any) -> None:
    """A form that is made while it is sent reaches the recording; of the file in it the length stays."""
    file = tmp_path / "a.ndjson"
    with library.Client(base_url=url, transport=RecordingTransport(file)) as client:
        client.post("/v1/files", data={"purpose": "batch"}, files={"file": ("a.jsonl", b"secret line\n")})
    (entry,) = entries(file)
    assert "x" * 12 in entry["request"]["postData"]["text"]
    assert "batch" in entry["request"]["postData"]["text"]
    assert "secret" not in file.read_text()


def test_a_body_that_is_too_long_to_keep_is_said_to_be_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str
) -> None:
    """It was answered; what it says, nobody can tell: the recording is not whole."""
    monkeypatch.setattr("conformance.recording.kept.MAX_KEPT", 1_000_000)
    file = tmp_path / "a.ndjson"
    with httpx.Client(base_url=url, transport=RecordingTransport(file)) as client:
        assert len(client.get("/v1/files/f/content", headers=AUTHORIZED).content) == 3_000_000
    (entry,) = entries(file)
    assert entry["response"]["content"] == {"size": 3_000_000, "mimeType": "application/octet-stream"}
    result = checked(file)
    assert "has no response body, although there was one" in result.notes[0]
    assert (result.complete, result.exit_code) == (False, 2)


def test_httpx2_is_not_imported_for_httpx(tmp_path: Path) -> None:
    """Where it is not installed, the transports of httpx work."""
    program = """
import sys
sys.modules["httpx2"] = None
import httpx
from conformance.recording import RecordingTransport
client = httpx.Client(transport=RecordingTransport(sys.argv[1], httpx.MockTransport(lambda _: httpx.Response(200))))
assert client.get("http://localhost/v1/batches").status_code == 200
"""
    subprocess.run([sys.executable, "-c", program, tmp_path / "a.ndjson"], check=True, timeout=60)
