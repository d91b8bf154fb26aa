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

from batch_client.drift import described
from batch_client.errors import BatchError
from batch_client.sending import send

if TYPE_CHECKING:
    from collections.abc import Generator

    from batch_client.defaults import Default, Timeout
    from batch_client.settings import Endpoint
    from batch_client.steps import Flow
    from batch_client.types import Source

IN_MEMORY = 1 << 20
"""Bytes of requests that are written down before they are kept on disk."""
_MEDIA_TYPE = "application/jsonl"
_NAME = "requests.jsonl"


def upload(endpoint: Endpoint, source: Source, purpose: str, timeout: Timeout | Default) -> Flow[Any]:
    """Upload a file; it is sent again only if it can be read again."""
    with _opened(source) as (stream, name):
        again = stream.seekable()
        payload = stream if again else cast("BinaryIO", _Pipe(stream))
        call = endpoint.call(
            "upload_file",
            timeout=timeout,
            repeatable=again,
            files={"file": (name, payload, _MEDIA_TYPE)},
            data={"purpose": purpose},
        )
        return (yield from send(endpoint, call))


@contextmanager
def _opened(source: Source) -> Generator[tuple[BinaryIO, str]]:
    """What is sent, and the name it is given."""
    if isinstance(source, (str, os.PathLike)):
        with Path(source).open("rb") as stream:
            yield stream, Path(source).name
    elif isinstance(source, (bytes, bytearray, memoryview)):
        yield io.BytesIO(source), _NAME
    elif hasattr(source, "read"):
        name = getattr(source, "name", None)  # of an open file: its path, or the number of a descriptor
        yield cast("BinaryIO", source), Path(name).name if isinstance(name, str) else _NAME
    else:
        with SpooledTemporaryFile(IN_MEMORY) as written:
            for number, request in enumerate(cast("Iterable[Any]", source), 1):
                written.write(_line(number, request))
            written.seek(0)
            yield cast("BinaryIO", written), _NAME


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


class _Pipe(io.RawIOBase):
    """A stream to be read once, and nothing more: what the system calls its size is not that of its content."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        return self._stream.read(size)
