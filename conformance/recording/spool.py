"""What a run needs again while it lasts: its exchanges, whole, where nobody else can read them."""

import base64
import os
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from io import FileIO
from pathlib import Path
from shutil import rmtree
from typing import Any, Self

import orjson
from attrs import define, evolve, field

from conformance.exchange import Answer, Exchange, Headers, Request
from conformance.recording.entry import entry
from conformance.recording.har import ANSWER_HEADERS, CREDENTIALS, FAILURE, REQUEST_HEADERS, SECRETS
from conformance.recording.opening import SourceError

_DESCRIPTORS = Path("/proc/self/fd")
_RECEIVED = ANSWER_HEADERS | {"location"}


@define(eq=False)
class Spool:
    """A HAR entry a line, as it is and not masked, in a file that only this user can read.

    Where the system lets it, the file has no name: it is gone with the process, however that ends. `path` is what
    readers open, in this process and in others of this user, for as long as the spool is open. Writing is for any
    thread. Where the disk is full, what does not fit is left out, and `close` tells.

    Raises, when made and when closed:
        SourceError: there is no place for it, or something could not be written.
    """

    path: str = field(init=False)
    size: int = field(default=0, init=False)
    """Bytes of whole lines, so far."""
    _file: FileIO = field(init=False)
    _remove: Callable[[], None] = field(init=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False)
    _failure: OSError | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        """Make the file."""
        try:
            if _DESCRIPTORS.is_dir():
                with tempfile.TemporaryFile(buffering=0) as nameless:
                    self._file = FileIO(os.dup(nameless.fileno()), "r+")
                self.path, self._remove = f"/proc/{os.getpid()}/fd/{self._file.fileno()}", lambda: None
            else:
                folder = tempfile.mkdtemp()
                self._remove = lambda: rmtree(folder, ignore_errors=True)
                self.path = str(Path(folder) / "spool.ndjson")
                self._file = FileIO(self.path, "x+", opener=lambda name, flags: os.open(name, flags, 0o600))
        except OSError as error:
            raise _told(error) from None

    def write(self, exchange: Exchange) -> int | None:
        """Add an exchange; returns the offset of its line, or None where it could not be written."""
        request, answer = exchange.request, exchange.answer
        line = entry(
            evolve(request, headers=_of(request.headers, REQUEST_HEADERS)),
            answer and evolve(answer, headers=_of(answer.headers, _RECEIVED)),
            exchange.started,
            credentials=exchange.credentials,
            failure=exchange.failure,
            seconds=exchange.seconds,
            unkept=exchange.unkept,
        )
        if exchange.secrets:
            line[SECRETS] = exchange.secrets
        return self.append(orjson.dumps(line) + b"\n")

    def append(self, whole: bytes) -> int | None:
        """Add bytes as they are; returns where they stand, or None where they could not be written."""
        data = memoryview(whole)
        with self._lock:
            start, at = self.size, 0
            try:
                while at < len(data):
                    at += os.pwrite(self._file.fileno(), data[at:], start + at)
            except (OSError, ValueError) as error:  # a ValueError where it is closed
                self._failure = error if isinstance(error, OSError) else OSError(str(error))
                with suppress(OSError, ValueError):
                    self._file.truncate(start)
                return None
            self.size = start + len(data)
        return start

    @property
    def failure(self) -> str | None:
        """Why something could not be written, so far."""
        return None if self._failure is None else str(_told(self._failure))

    def close(self) -> None:
        """Let the file go.

        Raises:
            SourceError: a part of it could not be written.
        """
        with self._lock:
            with suppress(OSError):
                self._file.close()
            self._remove()
            failure, self._failure = self._failure, None
        if failure is not None:
            raise _told(failure)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read(line: bytes) -> Exchange:
    """The exchange that a line of a spool holds, in full, and more than any recording has."""
    held: dict[str, Any] = orjson.loads(line)
    sent, received = held["request"], held["response"]
    content = received["content"]
    posted = sent.get("postData")
    answer = None
    if FAILURE not in held:
        answer = Answer(received["status"], _read(received["headers"]), _bytes(content) if "text" in content else b"")
    return Exchange(
        operation="",
        request=Request(sent["method"], sent["url"], _read(sent["headers"]), posted and _bytes(posted)),
        answer=answer,
        started=datetime.fromisoformat(held["startedDateTime"]).timestamp(),
        credentials=held[CREDENTIALS],
        failure=held.get(FAILURE),
        seconds=held["time"] / 1000,
        secrets=tuple(held.get(SECRETS, ())),
        unkept=content["size"] if answer is not None and "text" not in content else None,
    )


def _read(headers: list[dict[str, str]]) -> Headers:
    return tuple((one["name"], one["value"]) for one in headers)


def _bytes(held: dict[str, str]) -> bytes:
    return base64.b64decode(held["text"]) if held.get("encoding") == "base64" else held["text"].encode()


def _of(headers: Headers, kept: frozenset[str]) -> Headers:
    """Those that are read; a body is kept unpacked, so what says how it was packed is not true of it."""
    return tuple((name, value) for name, value in headers if name.lower() in kept)


def _told(error: OSError) -> SourceError:
    return SourceError(f"what a run needs again cannot be kept: {error.strerror or error}")
