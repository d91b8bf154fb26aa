"""A file on its way down: written piece by piece beside its place, and put there when it is whole."""

import os
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import httpx

from ._drift import Drift
from ._errors import BatchError, UnreadableResponse
from ._provider import content_request
from ._reading import error_in, json_of, refused, unreadable
from .models import Batch

Target = str | os.PathLike[str] | BinaryIO
"""A path, or a file object open for writing bytes."""

HELD = 1 << 16
"""Bytes kept back until it is clear that they are no error: one is shorter."""


class Download:
    """One file, to be used in a `with` block: if that is left early, nothing stays behind at the target's path."""

    def __init__(self, batch: Batch, target: Target, *, errors: bool) -> None:
        """Find out where the file is; nothing is opened yet.

        Raises:
            BatchError: the batch names no such file.
        """
        self._source = _source(batch, errors=errors)
        self._path = Path(target) if isinstance(target, (str, os.PathLike)) else None
        self._stream: BinaryIO | None = None if isinstance(target, (str, os.PathLike)) else target
        self._start = self._stream.tell() if self._stream is not None and self._stream.seekable() else None
        self._held = bytearray()
        self._holding = True

    @property
    def is_elsewhere(self) -> bool:
        """Whether the file is at an address of its own: there the key is not sent, and redirects are followed."""
        return self._source.startswith(("https://", "http://"))

    @property
    def repeatable(self) -> bool:
        """Whether what was written can be taken back."""
        return self._path is not None or self._start is not None

    def request(self, http: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        """The request that fetches it."""
        if not self.is_elsewhere:
            return http.build_request(**content_request(self._source))
        request = http.build_request("GET", self._source)
        request.headers.pop("authorization", None)
        return request

    def begin(self) -> None:
        """Start, or start again."""
        self._held.clear()
        self._holding = True
        if self._path is not None:
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
            _refuse_errors(response, bytes(self._held))
            self._out(self._release())
        if self._path is not None:
            self._close()
            self._beside.replace(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._path is not None:
            self._close()
            self._beside.unlink(missing_ok=True)

    @property
    def _beside(self) -> Path:
        assert self._path is not None
        return self._path.with_name(f".{self._path.name}.{os.getpid()}.part")

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


def _source(batch: Batch, *, errors: bool) -> str:
    source: Any = batch.error_file_id if errors else batch.output_file_id
    if not isinstance(source, str) or not source:
        which = "file of errors" if errors else "file of results"
        raise BatchError(f"batch {batch.id} has no {which}: its status is {batch.status}")
    return source


def _refuse_errors(response: httpx.Response, content: bytes) -> None:
    """A short content may be an error, or a page to sign in, instead of the lines of a file."""
    whole = httpx.Response(
        response.status_code,
        headers={"content-type": response.headers.get("content-type", "")},
        content=content,
        request=response.request,
    )
    if whole.headers["content-type"].startswith("text/html"):
        raise unreadable(whole, Drift("$", "the content of a file", "a web page"))
    try:
        payload = json_of(whole)
    except UnreadableResponse:
        return
    error = error_in(whole, payload)
    if error and "custom_id" not in payload:
        raise error
