"""A file on its way down: written piece by piece beside its place, and put there when it is whole."""

from __future__ import annotations

import errno
import io
import os
import secrets
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from batch_client.content import HELD, looked_up, missing, named, opening, refuse_errors
from batch_client.errors import BatchError
from batch_client.reading import refused
from batch_client.sending import answered
from batch_client.steps import Flow, Load, Piece, Shut
from batch_client.transfer import Transfer
from batch_client.upload import as_path

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    import httpx

    from batch_client.defaults import Default, Timeout
    from batch_client.settings import Endpoint
    from batch_client.types import Target


def download(endpoint: Endpoint, asked: Any, target: Target, *, errors: bool, timeout: Timeout | Default) -> Flow[None]:
    """Write a file of a batch, or the file of an id or address, to its target.

    Raises:
        BatchError: there is no such file, or it did not come whole.
    """
    into = Download(target)
    found = yield from looked_up(endpoint, asked, timeout)
    source = found if isinstance(found, str) else named(found, "error_file_id" if errors else "output_file_id")
    if source is None:
        raise (yield from missing(endpoint, found, "file of errors" if errors else "file of results"))
    step = opening(endpoint, source, timeout)
    transfer = Transfer(step)
    with into:

        def attempt() -> Flow[httpx.Response]:
            response = yield from transfer.opened()
            if not response.is_success:
                refusal: httpx.Response = yield Load()
                return refusal
            if not transfer.is_resumed:
                into.begin()
            while (piece := (yield Piece())) is not None:
                transfer.took(piece)
                into.write(piece)
            transfer.end(by_line=True)
            return response

        response = yield from answered(endpoint, attempt, step.arguments, repeatable=into.repeatable, once_more={404})
        into.finish(response)
        yield Shut()


class Download:
    """What has come of one file, to be used in a `with` block: if that is left early, nothing stays behind."""

    def __init__(self, target: Target) -> None:
        """Nothing is opened yet.

        Raises:
            OSError: the target is a folder.
            BatchError: it is no target.
        """
        self._path = as_path(target) if isinstance(target, (str, os.PathLike)) else None
        self._stream: BinaryIO | None = None if isinstance(target, (str, os.PathLike)) else target
        self._beside = None if self._path is None else _beside(self._path)
        if self._path is None and (not hasattr(target, "write") or isinstance(target, io.TextIOBase)):
            raise BatchError("a download goes to a path, or to a file that is open for writing bytes")
        self._start = self._stream.tell() if self._stream is not None and self._stream.seekable() else None
        self._held = bytearray()
        self._holding = True

    @property
    def repeatable(self) -> bool:
        """Whether what was written can be taken back."""
        return self._path is not None or self._start is not None

    def begin(self) -> None:
        """Start, or start again."""
        self._held.clear()
        self._holding = True
        if self._beside is not None:
            self._close()
            self._stream = self._beside.open("wb")
        elif self._stream is not None and self._start is not None:
            self._stream.seek(self._start)
            self._stream.truncate()

    def write(self, piece: bytes) -> None:
        """Take a piece."""
        if self._holding:
            self._held += piece
            if len(self._held) <= HELD:
                return
            piece = self._release()
        self._out(piece)

    def finish(self, response: httpx.Response) -> None:
        """Put the file in its place.

        Raises:
            BatchError: the response is an error, or a web page.
        """
        if not response.is_success:
            raise refused(response)
        if self._holding:
            refuse_errors(response, bytes(self._held))
            self._out(self._release())
        if self._path is not None and self._beside is not None:
            self._close()
            self._beside.replace(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._beside is not None:
            self._close()
            self._beside.unlink(missing_ok=True)

    def _release(self) -> bytes:
        held, self._holding = bytes(self._held), False
        self._held.clear()
        return held

    def _out(self, piece: bytes) -> None:
        if self._stream is not None:
            self._stream.write(piece)

    def _close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None


def _beside(path: Path) -> Path:
    """Where a file is written before it is whole: no other download has the same place.

    Raises:
        IsADirectoryError: the path is that of a folder.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    return path.with_name(f".{path.name[:40]}.{secrets.token_hex(8)}.part")
