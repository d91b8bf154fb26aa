"""Recordings in the making: every exchange is masked before it reaches the disk."""

import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import orjson
from attrs import define, field

from conformance.exchange import Exchange
from conformance.recording.har import entry
from conformance.recording.mask import Mask
from conformance.recording.opening import SourceError

_HAR_START = b'{"log":{"version":"1.2","creator":{"name":"batch-conformance","version":"1"},"entries":[\n'
_HAR_END = b"\n]}}\n"
FORMS = (".ndjson", ".jsonl", ".har")


@define(eq=False)
class Recording:
    """A file that exchanges are written to, from any thread.

    `.ndjson` grows by a HAR entry a line, also across runs; what was written before a crash can be read. A `.har` is
    one document: it grows beside its place and stands there, whole, once it is closed.

    Raises, when made:
        SourceError: the name has another ending, or the file cannot be written.
    """

    path: Path = field(converter=Path)
    _mask: Mask = field(factory=Mask.of)
    _file: IO[bytes] = field(init=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False)
    _written: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        """Open the file."""
        if self.path.suffix not in FORMS:
            raise SourceError(f"{self.path}: a recording is written as {', '.join(FORMS)}")
        try:
            self._file = self._target.open("wb" if self._is_har else "ab")
        except OSError as error:
            raise SourceError(f"{self.path}: {error.strerror or error}") from None
        if self._is_har:
            self._file.write(_HAR_START)

    @property
    def _is_har(self) -> bool:
        return self.path.suffix == ".har"

    @property
    def _target(self) -> Path:
        return self.path.with_name(f".{self.path.name}.part") if self._is_har else self.path

    def write(self, exchange: Exchange) -> None:
        """Add an exchange."""
        masked = self._mask.exchange(exchange)
        shown = any(name.lower() == "authorization" for name, _ in masked.request.headers)
        line = orjson.dumps(
            entry(
                masked.request,
                masked.answer,
                masked.started,
                credentials=None if masked.credentials == "given" and shown else masked.credentials,
                failure=masked.failure,
                seconds=exchange.seconds,
            )
        )
        with self._lock:
            if self._file.closed:
                return
            if self._is_har:
                self._file.write(b",\n" + line if self._written else line)
            else:
                self._file.write(line + b"\n")
                self._file.flush()
            self._written += 1

    def close(self) -> None:
        """End the file; what comes later is not recorded."""
        with self._lock:
            if self._file.closed:
                return
            if self._is_har:
                self._file.write(_HAR_END)
            self._file.close()
            if self._is_har:
                self._target.replace(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
