"""Recordings in the making: every exchange is masked before it reaches the disk."""

import threading
from contextlib import suppress
from errno import EISDIR
from io import FileIO
from os import SEEK_END, strerror
from pathlib import Path
from typing import Self

import orjson
from attrs import define, field

from conformance.exchange import Exchange
from conformance.recording.entry import entry
from conformance.recording.har import CREDENTIAL_HEADERS
from conformance.recording.mask import Mask
from conformance.recording.opening import SourceError, shown
from conformance.recording.packed import HEAD, is_packed

_HAR_START = b'{"log":{"version":"1.2","creator":{"name":"batch-conformance","version":"1"},"entries":[\n'
_HAR_END = b"\n]}}\n"
FORMS = (".ndjson", ".jsonl", ".har")


@define(eq=False)
class Recording:
    """A file that exchanges are written to, from any thread.

    `.ndjson` grows by a HAR entry a line, also across runs; what was written before a crash can be read. A `.har` is
    one document: it grows beside its place and stands there, whole, once it is closed. Where a disk is full, nothing
    half-written stays, what comes later is not recorded, and whoever closes it is told. A last line without an end, of
    a run that was killed, stays as it is, and is ended before anything is added.

    Raises, when made and when closed:
        SourceError: the name has another ending, the file cannot be written, or it is packed, and nothing can be added.
    """

    path: Path = field(converter=Path)
    _mask: Mask = field(factory=Mask.of)
    _file: FileIO = field(init=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False)
    _written: int = field(default=0, init=False)
    _failure: OSError | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        """Open the file."""
        if self.path.suffix not in FORMS:
            raise SourceError(f"{self.path}: a recording is written as {', '.join(FORMS)}")
        try:
            if self.path.is_dir():
                raise IsADirectoryError(EISDIR, strerror(EISDIR))
            ended = self._is_har or self._ends()
            self._file = self._target.open("wb" if self._is_har else "ab", buffering=0)
        except OSError as error:
            raise self._told(error) from None
        if self._is_har:
            self._put(_HAR_START)
        elif not ended:
            self._put(b"\n")

    def _ends(self) -> bool:
        """Whether what is there ends with a line, or holds nothing.

        Raises:
            SourceError: it is nothing that lines can be added to.
        """
        if not self.path.is_file():  # a pipe, say: nobody can look what was written to it
            return True
        with self.path.open("rb") as stream:
            head, last = stream.read(HEAD), b""
            if stream.seek(0, SEEK_END):
                stream.seek(-1, SEEK_END)
                last = stream.read(1)
        if is_packed(head):
            raise SourceError(f"{shown(str(self.path))}: is packed, or no UTF-8; nothing can be added to it")
        return last in {b"", b"\n", b"\r"}

    @property
    def _is_har(self) -> bool:
        return self.path.suffix == ".har"

    @property
    def _target(self) -> Path:
        return self.path.with_name(f".{self.path.name}.part") if self._is_har else self.path

    def write(self, exchange: Exchange) -> None:
        """Add an exchange."""
        masked = self._mask.exchange(exchange)
        told = any(name.lower() in CREDENTIAL_HEADERS for name, _ in masked.request.headers)
        line = orjson.dumps(
            entry(
                masked.request,
                masked.answer,
                masked.started,
                credentials=None if masked.credentials == "given" and told else masked.credentials,
                failure=masked.failure,
                seconds=exchange.seconds,
                unkept=exchange.unkept,
            )
        )
        with self._lock:
            if self._is_har:
                self._put(b",\n" + line if self._written else line)
            else:
                self._put(line + b"\n")
            self._written += 1

    def discard(self) -> None:
        """Let go of it as it was found: of a document nothing stays, of lines what is there."""
        with self._lock:
            self._let_go()

    def close(self) -> None:
        """End the file; what comes later is not recorded.

        Raises:
            SourceError: it, or a part of it, could not be written.
        """
        with self._lock:
            if not self._file.closed:
                if self._is_har:
                    self._put(_HAR_END)
                self._end()
            failure, self._failure = self._failure, None
        if failure is not None:
            raise self._told(failure)

    def _put(self, data: bytes) -> None:
        """Write all of it, or nothing."""
        if self._file.closed:
            return
        before = self._file.tell() if self._file.seekable() else 0
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self._failure = error
            with suppress(OSError):  # what is no plain file keeps what it got
                self._file.truncate(before)
            self._let_go()

    def _end(self) -> None:
        if self._file.closed:
            return
        try:
            self._file.close()
            if self._is_har:
                self._target.replace(self.path)
        except OSError as error:
            self._failure = error
            self._let_go()

    def _let_go(self) -> None:
        """Close the file; of a document that is not whole, nothing stays."""
        self._file.close()
        if self._is_har:
            self._target.unlink(missing_ok=True)

    def _told(self, error: OSError) -> SourceError:
        return SourceError(f"{shown(str(self.path))}: {error.strerror or error}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
