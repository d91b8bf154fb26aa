"""How far a check is, on a terminal only: bytes, rate, time left."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TextIO

from conformance.drawing import Progress, amount, line


def bar(stream: TextIO | None = sys.stderr) -> AbstractContextManager[Callable[[Progress], None]]:
    """Takes progress and draws it; where nobody looks, nothing is drawn. Leaves the line empty."""
    return line(amount, stream)
