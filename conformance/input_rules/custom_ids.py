"""Finding a custom_id that stands twice."""

from collections.abc import Sequence
from itertools import islice
from operator import lt
from typing import Any

from attrs import define, field


@define
class CustomIds:
    """The custom_ids so far.

    Most files number theirs, so that each is longer than the one before, or as long and greater: then none can be there
    twice, and the set that would cost most of the time is made only when that order breaks.
    """

    unsorted: list[str] = field(factory=list)
    last: tuple[int, str] = (0, "")
    known: set[str] | None = None

    def add_all(self, some: Sequence[str]) -> bool:
        """Count all as seen, and say so; or none if one is empty or there twice.

        Raises:
            TypeError: one is not a string.
        """
        "".join(some)
        lengths = list(map(len, some))
        alike = lengths.count(lengths[0]) == len(some)
        keys: Sequence[Any] = some if alike else list(zip(lengths, some, strict=True))
        if self.known is None and self.last < (lengths[0], some[0]) and all(map(lt, keys, islice(keys, 1, None))):
            self.last = (lengths[-1], some[-1])
            self.unsorted += some
            return True
        fresh, known = set(some), self.all()
        if len(fresh) < len(some) or "" in fresh or not known.isdisjoint(fresh):
            return False
        known |= fresh
        return True

    def all(self) -> set[str]:
        """The set of them, from now on kept as such."""
        if self.known is None:
            self.known = set(self.unsorted)
            self.unsorted.clear()
        return self.known
