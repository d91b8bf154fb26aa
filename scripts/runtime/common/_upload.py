"""A file on its way up, read as it is sent."""

import io
import os
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from ._call import Call
from ._provider import UploadedFile, uploaded
from .api.files import upload_file
from .models import FilePurpose, UploadFileRequest
from .types import File

Source = str | os.PathLike[str] | BinaryIO
"""A path, or a file object open for reading bytes, of which all is sent."""

_MEDIA_TYPE = "application/jsonl"
_NAME = "requests.jsonl"


@contextmanager
def upload(source: Source, purpose: str, *, strict: bool) -> Generator[Call[UploadedFile]]:
    """The call that uploads a file; it is sent again only if it can be read again."""
    if isinstance(source, (str, os.PathLike)):
        with Path(source).open("rb") as stream:
            yield _call(stream, Path(source).name, purpose, strict=strict)
    else:
        name = getattr(source, "name", None)  # of an open file: its path, or the number of a descriptor
        yield _call(source, Path(name).name if isinstance(name, str) else _NAME, purpose, strict=strict)


class _Pipe(io.RawIOBase):
    """A stream to be read once, and nothing more: what the system calls its size is not that of its content."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        return self._stream.read(size)


def _call(stream: BinaryIO, name: str, purpose: str, *, strict: bool) -> Call[UploadedFile]:
    payload = stream if stream.seekable() else cast("BinaryIO", _Pipe(stream))
    body = UploadFileRequest(file=File(payload, name, _MEDIA_TYPE), purpose=FilePurpose(purpose))
    return Call(upload_file.get_kwargs(body=body), partial(uploaded, strict=strict), repeatable=stream.seekable())
