"""A file on its way up, read as it is sent."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import httpx

from batch_client.drift import described
from batch_client.errors import BatchError
from batch_client.lost import Lost
from batch_client.property import value_of
from batch_client.retry import may_have_happened
from batch_client.sending import answered, send
from batch_client.steps import Send

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from batch_client.defaults import Default, Timeout
    from batch_client.settings import Endpoint
    from batch_client.steps import Call, Flow
    from batch_client.types import Source

    OnProgress = Callable[[int, int | None], object]

IN_MEMORY = 1 << 20
"""Bytes of requests that are written down before they are kept on disk."""
_MEDIA_TYPE = "application/jsonl"
_NAME = "requests.jsonl"


def upload(
    endpoint: Endpoint, source: Source, purpose: str, timeout: Timeout | Default, on_progress: OnProgress | None = None
) -> Flow[Any]:
    """Upload a file; it is sent again only if it can be read again.

    Raises:
        OSError: there is no such file, or none that can be read.
        BatchError: it is no file, it changed while it was sent, or the endpoint did not take it.
    """
    with _opened(source) as (stream, name):
        again = stream.seekable()
        payload: Any = _Measured(stream, on_progress) if again else _Pipe(stream, on_progress)
        call = endpoint.call(
            "upload_file",
            timeout=timeout,
            repeatable=again,
            files={"file": (name, payload, _MEDIA_TYPE)},
            data={"purpose": purpose},
        )
        if again:
            file = yield from _sent(endpoint, call, Lost(endpoint, name, payload.size, purpose, timeout))
        else:
            file = yield from send(endpoint, call)
    endpoint.memory.files.add(value_of(file, "id"))
    return file


def _sent(endpoint: Endpoint, call: Call[Any], lost: Lost) -> Flow[Any]:
    """Send a file, and before each time but the first look whether it is there."""

    def once() -> Flow[httpx.Response]:
        if lost.is_lost and (arrived := (yield from lost.found())) is not None:
            raise _Arrived(arrived)
        try:
            response: httpx.Response = yield Send(call.arguments, carries=True)
        except httpx.HTTPError as error:
            lost.is_lost = lost.is_lost or may_have_happened(error)
            raise
        lost.is_lost = lost.is_lost or may_have_happened(response)
        return response

    try:
        return call.read((yield from answered(endpoint, once, call.arguments, repeatable=True)))
    except _Arrived as there:
        return there.file


class _Arrived(Exception):  # noqa: N818 - it is none
    """A file is there although nobody said so."""

    def __init__(self, file: Any) -> None:
        self.file = file


@contextmanager
def _opened(source: Any) -> Generator[tuple[BinaryIO, str]]:
    """What is sent, and the name it is given."""
    if isinstance(source, (str, os.PathLike)):
        path = as_path(cast("str | os.PathLike[str]", source))
        with path.open("rb") as stream:
            yield stream, _name(path.name)
    elif isinstance(source, (bytes, bytearray, memoryview)):
        yield io.BytesIO(cast("bytes", source)), _NAME
    elif hasattr(source, "read"):
        if getattr(source, "closed", False) or isinstance(source, io.TextIOBase):
            raise BatchError("a file to upload must be open for reading bytes")
        name = getattr(source, "name", None)  # of an open file: its path, or the number of a descriptor
        yield cast("BinaryIO", source), _name(Path(name).name) if isinstance(name, str) else _NAME
    elif hasattr(source, "__iter__"):
        with SpooledTemporaryFile(IN_MEMORY) as written:
            for number, request in enumerate(cast("Iterable[Any]", source), 1):
                written.write(_line(number, request))
            written.seek(0)
            yield cast("BinaryIO", written), _NAME
    else:
        raise BatchError(f"upload takes a path, a file, bytes or requests, not {type(source).__name__}")


def as_path(given: str | os.PathLike[str]) -> Path:
    """A caller's path.

    Raises:
        BatchError: it cannot be one.
    """
    try:
        text: Any = os.fspath(given)
        os.fsencode(text)
    except (TypeError, ValueError):
        text = "\0"
    if not isinstance(text, str) or "\0" in text:
        raise BatchError(f"a path cannot be {str(given)[:100]!r}")
    return Path(text)


def _name(name: str) -> str:
    """A file's name as it can be sent."""
    return name.encode(errors="replace").decode() or _NAME


def _line(number: int, request: Any) -> bytes:
    if not isinstance(request, Mapping):
        raise BatchError(f"request {number} is {described(request)} where an object belongs")
    try:
        return (
            json.dumps(
                dict(cast("Mapping[str, Any]", request)), ensure_ascii=False, allow_nan=False, separators=(",", ":")
            ).encode()
            + b"\n"
        )
    except (TypeError, ValueError, RecursionError) as error:
        raise BatchError(f"request {number} cannot be written as JSON: {error}") from None


class _Measured(io.RawIOBase):
    """A file of the size that it has at first: what it is said to be is what is sent, or nothing is."""

    def __init__(self, stream: BinaryIO, on_progress: OnProgress | None) -> None:
        self._stream = stream
        self._on_progress = on_progress
        self.size = stream.seek(0, os.SEEK_END)
        stream.seek(0)

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._stream.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        return self.size if whence == os.SEEK_END else self._stream.seek(offset, whence)

    def read(self, size: int = -1, /) -> bytes:
        left = self.size - self._stream.tell()
        piece: Any = self._stream.read(min(size, left) if size >= 0 else left) if left > 0 else b""
        if not isinstance(piece, bytes):
            raise BatchError("a file to upload must be open for reading bytes")
        if not piece and left > 0:
            raise BatchError(f"the file became {left} bytes shorter while it was sent")
        if not piece and self._stream.read(1):
            raise BatchError("the file became longer while it was sent")
        if self._on_progress is not None:
            self._on_progress(min(self._stream.tell(), self.size), self.size)
        return bytes(piece)


class _Pipe(io.RawIOBase):
    """A stream to be read once, and nothing more: what the system calls its size is not that of its content."""

    def __init__(self, stream: BinaryIO, on_progress: OnProgress | None) -> None:
        self._stream = stream
        self._on_progress = on_progress
        self._sent = 0

    def read(self, size: int = -1, /) -> bytes:
        piece = self._stream.read(size)
        self._sent += len(piece)
        if self._on_progress is not None:
            self._on_progress(self._sent, None)
        return piece
