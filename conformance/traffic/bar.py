"""How far a check is, on a terminal only: bytes, rate, time left."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TextIO

from conformance.drawing import line, share
from conformance.traffic.reading import Progress


def bar(stream: TextIO | None = sys.stderr) -> AbstractContextManager[Callable[[Progress], None]]:
    """Takes progress and draws it; where nobody looks, nothing is drawn. Leaves the line empty."""
    return line(words, stream)


def words(at: Progress, seconds: float) -> str:
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
