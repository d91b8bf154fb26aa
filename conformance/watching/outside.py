"""The follower's other end: started as a process, told how far the spool is, heard of what is new."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, cast

import orjson
from attrs import define, field

from conformance.watching.plan import WatchPlan

CATCH_UP = 3.0
"""Seconds in which what happened last is still told, when all is over."""


@define(eq=False)
class Outside:
    """A follower in a process of its own, from when it is made to `end`. `tell` gets each new finding, in a thread."""

    plan: WatchPlan
    tell: Callable[[str], None]
    notes: list[str] = field(factory=list, init=False)
    """What became of it that a reader of the report must know."""
    _process: "subprocess.Popen[bytes]" = field(init=False)
    _thread: threading.Thread = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Start it; nobody waits until it is ready."""
        # -P: what lies in the current folder is nobody's module. A session of its own: Ctrl-C is for whoever reports.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "conformance.watching"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._stdin.write(self.plan.dumps())
        self._stdin.flush()
        os.set_blocking(self._stdin.fileno(), False)
        self._thread = threading.Thread(target=self._hear, name="findings", daemon=True)
        self._thread.start()

    def advance(self, size: int) -> None:
        """The spool has so many bytes now. If the follower is behind, it hears of it later."""
        with suppress(OSError):
            os.write(self._stdin.fileno(), b"%d\n" % size)

    def end(self, size: int, wait: float | None = CATCH_UP) -> list[str]:
        """Let it read to the end of the spool, for so many seconds (None: for as long as it takes); its notes."""
        with suppress(OSError, ValueError):
            os.set_blocking(self._stdin.fileno(), True)
            self._stdin.write(b"%d\n" % size)
            self._stdin.close()
        try:
            code: int | None = self._process.wait(wait)
        except subprocess.TimeoutExpired:  # what it had not told yet is in the report
            code = None
        finally:
            self._process.kill()
            self._process.wait()
        self._thread.join()
        if code and not self.notes:
            self.notes.append(f"what judges while it happens ended by itself (exit {code})")
        return self.notes

    @property
    def _stdin(self) -> IO[bytes]:
        return cast("IO[bytes]", self._process.stdin)

    def _hear(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stream:
            for line in stream:
                heard = orjson.loads(line)
                if "finding" in heard:
                    self.tell(heard["finding"])
                elif "broken" in heard:
                    self.notes.append(f"not all was judged while it happened: {heard['broken']}")
