"""A line that says how far a job is: on a terminal only, and gone with the job."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeVar

from attrs import frozen

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
    return counted((*at, "probes"), seconds)


def counted(at: tuple[int, int, str], seconds: float) -> str:
    """How many of how many of what: `[####----] 4 of 18 pages, 3 s`."""
    done, total, what = at
    return f"{share(done, total)} {done} of {total} {what}, {seconds:.0f} s"


@frozen
class Progress:
    """How far a reading is: bytes as they lie on the disk; `total` is None where nobody can know."""

    done: int
    total: int | None


def amount(at: Progress, seconds: float) -> str:
    """One line: `[####----] 52 % of 1.3 GB, 91 MB/s, 7 s left`."""
    rate = at.done / seconds if seconds else 0.0
    speed = f"{shown_size(rate)}/s"
    if not at.total:
        return f"{shown_size(at.done)}, {speed}"
    part = min(at.done / at.total, 1.0)
    left = (at.total - at.done) / rate if rate else 0.0
    drawn = share(at.done, at.total)
    return f"{drawn} {part:.0%} of {shown_size(at.total)}, {speed}, {_duration(left)} left".replace("%", " %")


def shown_size(count: float) -> str:
    """Bytes in the largest unit that leaves a figure of at least 1."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            break
        count /= 1000
    return f"{count:.0f} {unit}" if unit in {"B", "kB"} else f"{count:.1f} {unit}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
