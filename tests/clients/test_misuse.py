"""What a user did wrong is told in one line, by a documented exception, before or instead of anything half done."""

import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from batch_client import BatchError

from tests.clients.conftest import KEY, Client, page, run
from tests.clients.test_transfer import RESULTS, finished, uploaded
from tests.wrong.server import Asked, Reply, json_reply, serving


class Changing(io.BytesIO):
    """A file that is another size when it is read than it was before."""

    def __init__(self, content: bytes, size: int) -> None:
        """Say one size, hold another."""
        super().__init__(content)
        self.size = size

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """As a file does; its end is elsewhere."""
        return self.size if whence == io.SEEK_END else super().seek(offset, whence)


BIG = b"{}\n" * 100_000
SOURCES: dict[str, tuple[Callable[[Path], Any], type[Exception], str]] = {
    "no such file": (lambda folder: folder / "nowhere.jsonl", FileNotFoundError, "nowhere.jsonl"),
    "no such folder": (lambda folder: str(folder / "nowhere" / "a"), FileNotFoundError, "nowhere"),
    "a folder": (lambda folder: folder, IsADirectoryError, "directory"),
    "nothing": (lambda _: "", IsADirectoryError, "directory"),
    "a path that is none": (lambda _: "a\0b", BatchError, "a path cannot be"),
    "a path of bytes": (lambda _: type("P", (), {"__fspath__": lambda _: b"a"})(), BatchError, "a path cannot be"),
    "None": (lambda _: None, BatchError, "not NoneType"),
    "a number": (lambda _: 7, BatchError, "not int"),
    "a dict": (lambda _: {"custom_id": "a"}, BatchError, "request 1 is"),
    "text": (lambda _: io.StringIO("{}"), BatchError, "open for reading bytes"),
    "requests that are text": (lambda _: ["{}"], BatchError, "request 1 is"),
    "a request with a surrogate": (lambda _: [{"custom_id": "\ud800"}], BatchError, "request 1 cannot be written"),
    "a request with a set": (lambda _: [{"a": {1}}], BatchError, "request 1 cannot be written"),
    "a file that shrinks": (
        lambda _: Changing(BIG, len(BIG) + 7),
        BatchError,
        "became 7 bytes shorter",
    ),
    "a file that grows": (lambda _: Changing(BIG, len(BIG) - 7), BatchError, "became longer while it was sent"),
    "a file that grows at once": (lambda _: Changing(b"{}", 0), BatchError, "became longer while it was sent"),
}


def closed(_: Path) -> Any:
    """A file that was closed."""
    stream = io.BytesIO(b"{}")
    stream.close()
    return stream


@pytest.mark.parametrize(
    ("source", "kind", "said"), [*SOURCES.values(), (closed, BatchError, "open for")], ids=[*SOURCES, "a closed file"]
)
def test_what_cannot_be_uploaded_is_told(
    client: Client, tmp_path: Path, source: Any, kind: type[Exception], said: str
) -> None:
    """Sync and async; nothing is sent a second time."""
    finished: list[Asked] = []

    def answer(one: Asked) -> Reply:
        if len(one.body) == int(one.headers["content-length"]):
            finished.append(one)
        return uploaded(client)

    with client.talking_to(answer) as batches, pytest.raises(kind, match=said) as caught:
        batches.upload(source(tmp_path))
    assert "\n" not in str(caught.value)

    async def ask(url: str) -> None:
        async with client.asynchronous(api_key=KEY, base_url=url) as batches:
            with pytest.raises(kind, match=said):
                await batches.upload(source(tmp_path))

    with serving(answer) as url:
        run(ask(url))
    assert finished == []


def test_a_file_is_sent_from_its_start_and_at_its_size(client: Client, tmp_path: Path) -> None:
    """Wherever it stands, whatever its name is made of."""
    asked: list[Asked] = []
    path = tmp_path / "a\udcff.jsonl"
    path.write_bytes(BIG)
    with client.talking_to(lambda one: asked.append(one) or uploaded(client)) as batches, path.open("rb") as stream:
        stream.seek(5)
        batches.upload(stream)
        batches.upload(path)

    assert all(BIG in one.body for one in asked)


TARGETS: dict[str, tuple[Callable[[Path], Any], type[Exception], str]] = {
    "a folder": (lambda folder: folder, IsADirectoryError, "directory"),
    "no such folder": (lambda folder: folder / "nowhere" / "a", FileNotFoundError, "nowhere"),
    "nothing": (lambda _: "", IsADirectoryError, "directory"),
    "below a file": (lambda folder: folder / "file" / "a", NotADirectoryError, "directory"),
    "a path that is none": (lambda _: "a\0b", BatchError, "a path cannot be"),
    "None": (lambda _: None, BatchError, "goes to a path"),
    "text": (lambda _: io.StringIO(), BatchError, "open for writing bytes"),
}


@pytest.mark.full
@pytest.mark.parametrize(("target", "kind", "said"), TARGETS.values(), ids=TARGETS)
def test_where_nothing_can_be_written_is_told(
    client: Client, tmp_path: Path, target: Any, kind: type[Exception], said: str
) -> None:
    """And nothing is left behind."""
    (tmp_path / "file").write_bytes(b"")
    with client.talking_to(lambda _: RESULTS) as batches, pytest.raises(kind, match=said) as caught:
        batches.download(finished(client), target(tmp_path))

    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_name_as_long_as_can_be_is_written_to(client: Client, tmp_path: Path) -> None:
    """What is written beside it has a shorter one."""
    target = tmp_path / ("é" * 127)
    with client.talking_to(lambda _: RESULTS) as batches:
        batches.download(finished(client), target)

    assert target.read_bytes() == RESULTS.raw


def test_two_downloads_to_one_target_do_not_meet(client: Client, tmp_path: Path) -> None:
    """The target is one of them whole, and nothing is left beside it."""
    target, both = tmp_path / "results.jsonl", threading.Barrier(2, timeout=10)

    def answer(_: Asked) -> Reply:
        both.wait()
        return RESULTS

    with client.talking_to(answer) as batches:
        threads = [threading.Thread(target=batches.download, args=(finished(client), target)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert target.read_bytes() == RESULTS.raw
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    "fields",
    [
        {"metadata": {"a": "\ud800"}},
        {"metadata": {"a": {1}}},
        {"metadata": 7},
        {"metadata": {"a": float("nan")}},
        {"completion_window": object()},
    ],
    ids=["half a character", "a set", "a number", "no number", "an object"],
)
def test_a_create_that_cannot_be_written_is_told(client: Client, fields: dict[str, Any]) -> None:
    """In one line; nothing is sent."""
    asked: list[Asked] = []
    with client.talking_to(lambda one: asked.append(one) or json_reply(client.batch(1))) as batches:
        with pytest.raises(BatchError, match=r"^this cannot be sent: |^metadata ") as caught:
            batches.create("file_1", **fields)
        assert "\n" not in str(caught.value)

    assert asked == []


@pytest.mark.full
@pytest.mark.parametrize(
    "headers", [{"x": "\ud800"}, {"x": "\u4e2d"}, {"x": "a\nb"}, {"": "a"}, {"x y": "a"}], ids=repr
)
def test_headers_that_cannot_be_sent_are_told(client: Client, headers: dict[str, str]) -> None:
    """When they are used."""
    with client.talking_to(lambda _: page(), headers=headers) as batches, pytest.raises(BatchError) as caught:
        batches.retrieve("batch_1")

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("timeout", ["soon", [1], {"read": 1}, -1, float("nan"), True], ids=repr)
def test_a_timeout_that_is_none_is_told(client: Client, timeout: Any) -> None:
    """At once."""
    with pytest.raises(BatchError, match=r"^timeout "):
        client.sync(KEY, timeout=timeout)
