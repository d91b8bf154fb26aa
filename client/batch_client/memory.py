"""What a client remembers of what it did, to understand an answer that is behind it."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

from attrs import define, field

KEPT = 10_000
"""Ids that are remembered of each kind, the latest."""


@define
class Ids:
    """Ids, and since when they are known, as `time.monotonic` has it."""

    _since: dict[str, float] = field(factory=dict[str, float], init=False)

    def add(self, one: object) -> None:
        """Remember an id."""
        if isinstance(one, str):
            self._since[one] = time.monotonic()
            if len(self._since) > KEPT:
                self._since.pop(next(iter(tuple(self._since))), None)

    def __contains__(self, one: object) -> bool:
        return one in self._since

    def is_new(self, one: str, seconds: float) -> bool:
        """Whether an id is known, and no longer than that."""
        return time.monotonic() - self._since.get(one, float("-inf")) <= seconds


@define
class Memory:
    """What one client has created, deleted and uploaded, and what time it is where it did."""

    created: Ids = field(factory=Ids, init=False)
    deleted: Ids = field(factory=Ids, init=False)
    files: Ids = field(factory=Ids, init=False)
    _heard: tuple[str, float] | None = field(default=None, init=False)

    def hear(self, date: str | None) -> None:
        """Take the Date of an answer."""
        if date:
            self._heard = date, time.time()

    def there(self, moment: float) -> float:
        """A moment of `time.time` by the endpoint's clock, as far as it is known; rather too early than too late."""
        if self._heard is None:
            return moment
        date, heard = self._heard
        try:
            return moment + parsedate_to_datetime(date).timestamp() - heard
        except (ValueError, TypeError, IndexError, OverflowError):
            return moment
