"""How far a check is, on a terminal only: bytes, rate, time left."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from conformance.traffic.reading import Progress

EVERY = 0.1
"""Seconds between two looks."""
_WIDTH = 24
_CLEAR = "\r\x1b[K"


@contextmanager
def bar(stream: TextIO = sys.stderr) -> Iterator[Callable[[Progress], None]]:
    """Takes progress and draws it; where nobody looks, nothing is drawn. Leaves the line empty."""
    if not stream.isatty():
        yield lambda _: None
        return
    started, last = time.monotonic(), 0.0

    def draw(at: Progress) -> None:
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


def words(at: Progress, seconds: float) -> str:
    """One line: `[####----] 52 % of 1.3 GB, 91 MB/s, 7 s left`."""
    rate = at.done / seconds if seconds else 0.0
    speed = f"{shown_size(rate)}/s"
    if not at.total:
        return f"{shown_size(at.done)}, {speed}"
    share = min(at.done / at.total, 1.0)
    filled = round(share * _WIDTH)
    left = (at.total - at.done) / rate if rate else 0.0
    drawn = "#" * filled + "-" * (_WIDTH - filled)
    return f"[{drawn}] {share:.0%} of {shown_size(at.total)}, {speed}, {_duration(left)} left".replace("%", " %")


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
