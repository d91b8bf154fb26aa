"""What holds unless a caller says otherwise."""

from enum import Enum
from typing import Final

import httpx


class Default(Enum):
    """Stands for what was not given, where None means something."""

    DEFAULT = "the client's own"

    def __repr__(self) -> str:
        return self.name


DEFAULT: Final = Default.DEFAULT

Timeout = float | httpx.Timeout | None
"""Seconds for each wait on the network, or one number for each kind of wait; None waits for ever."""

TIMEOUT = httpx.Timeout(60.0, connect=10.0)
RETRIES = 2
WAIT = 86_400.0
"""How long to wait for a batch, in seconds: the usual completion window."""
