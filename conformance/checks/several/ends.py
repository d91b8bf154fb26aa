"""Pages that say they are the last while more items exist.

An item that stands behind another one in a list that is sorted from new to old was there before it. So whoever ends
with the first, and says that nothing follows, has left the second out.
"""

from collections.abc import Iterable
from typing import Any

from attrs import define, field

from conformance.checks.several.memory import Memory
from conformance.checks.several.sequel import Sequel, Several
from conformance.checks.several.trace import Observation
from conformance.contract import Operation
from conformance.drift import Breach

MAX_REMEMBERED = 50_000
"""How many items of all lists are remembered; beyond twice as many, those not met for longest are forgotten."""

STAYS = frozenset({"list_batches"})
"""Lists from which nothing is ever taken: what stood behind an item before still stands there."""

Item = tuple[str, str]
"""The list that it stands in, and its id."""


def _memory() -> Memory[Any, Any]:
    return Memory(MAX_REMEMBERED)


@define(eq=False)
class Ends(Several):
    """Which items ended a list, and which another one stands behind."""

    _ended: Memory[Item, Observation] = field(factory=_memory)
    _followed: Memory[Item, bool] = field(factory=_memory)
    _rising: Memory[str, bool] = field(factory=_memory)
    """Lists that are not sorted from new to old."""

    def take(self, one: Observation) -> Iterable[Sequel]:
        """The next one in time."""
        if not one.sound or not one.ids or len(one.ids) != one.size:
            return ()
        listing, found = one.listing, list[Sequel]()
        if one.falls is False:
            self._rising.note((listing,), value=True)
        is_rising = bool(self._rising.get(listing))
        items = [(listing, name) for name in one.ids]
        *before, last = items
        if one.falls:
            self._followed.note(before, value=True)
            ended = [self._ended.pop(item) for item in before] if self._ended.holds_any(before) else []
            found += [self._ends_early(was, one) for was in ended if was is not None and not is_rising]
        if one.has_more is False and not is_rising:
            if one.operation in STAYS and self._followed.get(last):
                found.append(self._ends_early(one, one))
            else:
                self._ended.note((last,), one.light())
        return found

    def _ends_early(self, ended: Observation, seen: Observation) -> Sequel:
        return Sequel(ended, _ends_early(self.operations[seen.operation]))


def _ends_early(operation: Operation) -> Breach:
    return Breach(
        rule="page-ends-early",
        pointer="",
        expected="has_more true where more items exist",
        observed="has_more false, and another page shows what follows",
        location=(*operation.location, "responses"),
    )
