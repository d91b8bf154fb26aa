"""Files on their way: piece by piece, whole or not at all, and the key only where it belongs."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from kimi_batch import KimiBatches

from conformance.simulator import Simulator
from tests.clients.conftest import KEY, Client, run
from tests.wrong.server import Asked, Reply, json_reply, serving

LINE = b'{"id":"1","custom_id":"r0","response":{"status_code":200},"error":null}\n'
RESULTS = Reply(200, LINE * 5000, "text/plain")
"""More than is held back."""
SHORT = Reply(200, LINE, "text/plain")
CUT = evolve(RESULTS, length=len(RESULTS.raw) + 1)


def finished(client: Client, **fields: Any) -> Any:
    """A completed batch."""
    return client.package.Batch.from_dict({**client.batch(1), **fields})


def uploaded(client: Client) -> Reply:
    """What an upload is answered."""
    file = {
        "id": "file_1",
        "object": "file",
        "bytes": 3,
        "created_at": 1,
        "filename": "f",
        "purpose": "batch",
        "status": "ok",
    }
    enveloped = {"code": 20000, "message": "Ok", "status": True, "data": {**file, "createdAt": 1}}
    return json_reply(file if client.provider == "kimi" else enveloped)


class Pipe(io.RawIOBase):
    """A file that can be read or written once, from start to end."""

    def __init__(self, content: bytes = b"") -> None:
        """Hold what is to be read."""
        self.left = io.BytesIO(content)
        self.written = bytearray()

    def readable(self) -> bool:
        """Yes."""
        return True

    def writable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read."""
        return self.left.readinto(buffer)

    def write(self, piece: Any) -> int:
        """Write."""
        self.written += piece
        return len(piece)


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Path]:
    """Where results go; in the end nothing else may be in its folder."""
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / "results.jsonl"
    yield target
    assert [path.name for path in folder.iterdir()] in ([], [target.name])


@pytest.mark.parametrize("reply", [RESULTS, SHORT, Reply(200, b"", "text/plain")], ids=["long", "short", "empty"])
def test_results_are_written_whole(client: Client, target: Path, reply: Reply) -> None:
    """To a path, over what was there; to a file object, from where it stands; to a pipe."""
    target.write_bytes(b"before")
    stream, pipe = io.BytesIO(b"head"), Pipe()
    stream.seek(4)

    with client.talking_to(lambda _: reply) as batches:
        for each in (target, stream, pipe):
            batches.download(finished(client), each)

    assert target.read_bytes() == reply.raw
    assert stream.getvalue() == b"head" + reply.raw
    assert pipe.written == reply.raw


def test_an_interrupted_download_starts_again(client: Client, pauses: list[float], target: Path) -> None:
    """What had come is taken back first, of a path and of a file object."""
    stream = io.BytesIO(b"head")
    stream.seek(4)

    with client.talking_to(lambda asked: RESULTS if asked.number % 2 == 0 else CUT) as batches:
        batches.download(finished(client), target)
        batches.download(finished(client), stream)

    assert target.read_bytes() == RESULTS.raw
    assert stream.getvalue() == b"head" + RESULTS.raw
    assert len(pauses) == 2


FAILURES = {
    "cut": (CUT, "ConnectionFailed"),
    "error status": (json_reply({"error": {"message": "no"}}, 404), "NotFound"),
    "error with 200": (json_reply({"error": {"message": "no"}}), "StatusError"),
    "SiliconFlow error with 200": (json_reply({"code": 20012, "message": "no", "data": None}), "StatusError"),
    "a page to sign in": (Reply(200, b"<html>Sign in</html>", "text/html; charset=utf-8"), "UnreadableResponse"),
}


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize(("reply", "name"), FAILURES.values(), ids=FAILURES)
def test_a_download_that_fails_leaves_what_was_there(client: Client, target: Path, reply: Reply, name: str) -> None:
    """And nothing beside it; an error is never taken for results."""
    target.write_bytes(b"before")

    with client.talking_to(lambda _: reply) as batches, pytest.raises(client.package.BatchError) as caught:
        batches.download(finished(client), target)

    assert type(caught.value).__name__ == name
    assert target.read_bytes() == b"before"


def test_a_pipe_that_broke_is_not_written_twice(client: Client, pauses: list[float]) -> None:
    """What has left cannot be taken back."""
    with client.talking_to(lambda _: CUT) as batches, pytest.raises(client.package.ConnectionFailed):
        batches.download(finished(client), Pipe())

    assert pauses == []


def test_the_key_does_not_go_to_another_address(client: Client, target: Path) -> None:
    """A file may be at a URL, which may point on: there it is fetched without the key."""
    asked: list[Asked] = []

    def elsewhere(one: Asked) -> Reply:
        asked.append(one)
        return RESULTS if one.path == "/there" else Reply(302, headers=(("location", "/there"),))

    with serving(elsewhere) as url, client.talking_to(lambda _: Reply(500)) as batches:
        batches.download(finished(client, output_file_id=f"{url}/here?signature=s"), target)

        async def fetch() -> None:
            async with client.asynchronous(api_key=KEY, base_url=url) as batches:
                await batches.download(finished(client, error_file_id=f"{url}/there"), target, errors=True)

        run(fetch())

    assert [one.path for one in asked] == ["/here", "/there", "/there"]
    assert not any("authorization" in one.headers or KEY in str(one) for one in asked)


def test_an_id_is_fetched_with_the_key(client: Client, target: Path) -> None:
    """From the provider's own files."""
    asked: list[Asked] = []

    def answer(one: Asked) -> Reply:
        asked.append(one)
        return SHORT

    with client.talking_to(answer) as batches:
        batches.download(finished(client, output_file_id="file/1"), target)

    assert asked[0].path == "/v1/files/file%2F1/content"
    assert asked[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("missing", [None, "", 7])
def test_no_results_is_said_in_a_line(client: Client, target: Path, missing: Any) -> None:
    """Which file, and why."""
    batch = finished(client, status="failed", output_file_id=missing)

    with (
        client.talking_to(lambda _: Reply(500)) as batches,
        pytest.raises(client.package.BatchError, match=r"^batch batch_1 has no file of results: its status is failed$"),
    ):
        batches.download(batch, target)


def test_a_path_that_cannot_be_written_is_an_os_error(client: Client, tmp_path: Path) -> None:
    """As anywhere in Python."""
    with client.talking_to(lambda _: RESULTS) as batches, pytest.raises(OSError, match="nowhere"):
        batches.download(finished(client), tmp_path / "nowhere" / "results.jsonl")


def sent(client: Client, source: Any, *, fail_first: bool = False) -> list[Asked]:
    """The requests that an upload makes."""
    asked: list[Asked] = []

    def answer(one: Asked) -> Reply:
        asked.append(one)
        return Reply(503) if fail_first and one.number == 1 else uploaded(client)

    with client.talking_to(answer) as batches:
        assert batches.upload(source).id == "file_1"
    return asked


def test_an_upload_is_a_form_with_the_file_as_it_is(client: Client, requests_file: Path) -> None:
    """Name, purpose and bytes; each form has a boundary of its own."""
    first, second = sent(client, requests_file)[0], sent(client, requests_file)[0]

    assert requests_file.read_bytes() in first.body
    assert b'name="purpose"' in first.body
    assert b'filename="requests.jsonl"' in first.body
    assert b"\r\n\r\nbatch\r\n" in first.body
    boundaries = {one.headers["content-type"].partition("boundary=")[2] for one in (first, second)}
    assert len(boundaries) == 2
    assert all(len(boundary) >= 16 for boundary in boundaries)


def test_an_upload_says_how_far_it_is(client: Client, requests_file: Path) -> None:
    """Bytes read and bytes in all, up to the last."""
    size, seen = requests_file.stat().st_size, list[tuple[int, int | None]]()
    with client.talking_to(lambda _: uploaded(client)) as batches:
        batches.upload(requests_file, on_progress=lambda done, of: seen.append((done, of)))
        assert seen[-1] == (size, size)
        assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_of_a_pipe_nobody_knows_how_much_there_is() -> None:
    """Bytes read, up to the last."""
    seen: list[tuple[int, int | None]] = []
    with Simulator("kimi") as simulator, KimiBatches(api_key=simulator.key, base_url=simulator.base_url) as batches:
        batches.upload(io.BufferedReader(Pipe(LINE)), on_progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (len(LINE), None)


@pytest.mark.usefixtures("pauses")
def test_an_upload_that_failed_is_sent_again_from_the_start(client: Client, requests_file: Path) -> None:
    """The whole file, again."""
    with requests_file.open("rb") as stream:
        asked = sent(client, stream, fail_first=True)

    assert len(asked) == 2
    assert all(requests_file.read_bytes() in one.body for one in asked)


def test_a_pipe_is_uploaded_once(client: Client, pauses: list[float], requests_file: Path) -> None:
    """It cannot be read again; its length is not known beforehand."""
    pipe = io.BufferedReader(Pipe(requests_file.read_bytes()))

    with client.talking_to(lambda _: Reply(503)) as batches, pytest.raises(client.package.ServerFailed):
        batches.upload(pipe)

    assert pauses == []


def test_a_real_pipe_arrives_whole(client: Client) -> None:
    """The system says of a pipe that its size is 0; that is not what is sent."""
    reading, writing = os.pipe()
    os.write(writing, LINE)
    os.close(writing)
    bodies: list[bytes] = []

    def answer(one: Asked) -> Reply:
        bodies.append(one.headers.get("transfer-encoding", "").encode())
        return evolve(uploaded(client), headers=(("connection", "close"),))

    with client.talking_to(answer) as batches, open(reading, "rb") as pipe:  # noqa: PTH123 - a descriptor
        assert batches.upload(pipe).id == "file_1"

    assert bodies == [b"chunked"]
