"""A line that says how far a job is: on a terminal only, and gone with the job."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeVar

State = TypeVar("State")
EVERY = 0.1
"""Seconds between two looks."""
_WIDTH = 24
_CLEAR = "\r\x1b[K"


@contextmanager
def line(words: Callable[[State, float], str], stream: TextIO | None) -> Iterator[Callable[[State], None]]:
    """Takes how far a job is, and draws what `words` makes of it and of the seconds since the start."""
    if stream is None or not stream.isatty():
        yield lambda _: None
        return
    started, last = time.monotonic(), 0.0

    def draw(at: State) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= EVERY:
            last = now
            stream.write(_CLEAR + words(at, now - started))
            stream.flush()

    try:
        yield draw
    finally:
        stream.write(_CLEAR)
        stream.flush()


def share(done: float, total: float) -> str:
    """`[######------]`."""
    filled = round(min(done / total, 1.0) * _WIDTH) if total else 0
    return f"[{'#' * filled}{'-' * (_WIDTH - filled)}]"


def probes(at: tuple[int, int], seconds: float) -> str:
    """One line: `[####----] 42 of 180 probes, 3 s`."""
    done, total = at
    return f"{share(done, total)} {done} of {total} probes, {seconds:.0f} s"
