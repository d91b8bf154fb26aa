"""The httpx transports record what a client sees, and change nothing of it."""

import asyncio
import gzip
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from conformance.recording import AsyncRecordingTransport, Recording, RecordingTransport, SourceError
from tests.traffic.recordings import checked, entries
from tests.wrong.lists import KEY, RIGHT
from tests.wrong.server import Asked, Reply, serving

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


def test_an_answer_is_what_it_is_without_recording(tmp_path: Path, url: str) -> None:
    """Status, headers and decoded body; the recording holds the decoded body."""
    with (
        httpx.Client(base_url=url) as plain,
        httpx.Client(base_url=url, transport=RecordingTransport(tmp_path / "a.ndjson")) as recorded,
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


def test_a_stream_stays_a_stream(tmp_path: Path, url: str) -> None:
    """Bytes reach the caller as they come; an answer that is let go is recorded as none."""
    file = tmp_path / "a.ndjson"
    with httpx.Client(base_url=url, transport=RecordingTransport(file)) as client:
        with client.stream("GET", "/v1/files/f/content", headers=AUTHORIZED) as response:
            next(response.iter_raw(1000))
        with client.stream("GET", "/v1/files/f/content", headers=AUTHORIZED) as response:
            assert sum(map(len, response.iter_bytes())) == 3_000_000
    first, second = entries(file)
    assert first["_error"] == "the answer was not read to its end"
    assert second["response"]["status"] == 200


def test_what_fails_is_raised_and_recorded(tmp_path: Path, url: str) -> None:
    """A refused connection, and an answer that breaks off."""
    file = tmp_path / "a.har"
    with httpx.Client(transport=RecordingTransport(file)) as client:
        with pytest.raises(httpx.ConnectError):
            client.get("http://127.0.0.1:9/v1/batches")
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(f"{url}/v1/short")
    result = checked(file)
    assert result.verdicts[0].reason == "list_batches: connection refused"
    assert result.exit_code == 2


def test_the_async_transport_does_the_same(tmp_path: Path, url: str) -> None:
    """Many requests at a time, one file."""
    file = tmp_path / "a.ndjson"

    async def ask() -> list[int]:
        async with httpx.AsyncClient(
            base_url=url, transport=AsyncRecordingTransport(file), headers=AUTHORIZED
        ) as client:
            answers = await asyncio.gather(*(client.get("/v1/batches", params={"limit": n}) for n in range(1, 9)))
            async with client.stream("GET", "/v1/files/f/content") as response:
                await anext(response.aiter_raw(1000))
            with pytest.raises(httpx.ConnectError):
                await client.get("http://127.0.0.1:9/v1/batches")
            return [answer.status_code for answer in answers]

    assert asyncio.run(ask()) == [200] * 8
    assert len(entries(file)) == 10
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
