"""Pages that say they are the last while more items exist.

An item that stands behind another one in a list that is sorted from new to old was there before it. So whoever ends
with the first, and says that nothing follows, has left the second out.
"""

from collections import defaultdict
from collections.abc import Iterable

from attrs import define, field

from conformance.checks.several.memory import Memory
from conformance.checks.several.sequel import Sequel, Several
from conformance.checks.several.trace import Observation
from conformance.contract import Operation
from conformance.drift import Breach

MAX_REMEMBERED = 50_000
"""How many items of a list are remembered; beyond twice as many, those not met for longest are forgotten."""

STAYS = frozenset({"list_batches"})
"""Lists from which nothing is ever taken: what stood behind an item before still stands there."""


@define(eq=False)
class _List:
    """The items of one list: those that ended it, and those that another one stood behind."""

    ended: Memory[Observation] = field(factory=lambda: Memory(MAX_REMEMBERED))
    followed: Memory[bool] = field(factory=lambda: Memory(MAX_REMEMBERED))
    is_rising: bool = False
    """Whether it is not sorted from new to old."""


@define(eq=False)
class Ends(Several):
    """Which items ended a list, and which another one stands behind."""

    _lists: defaultdict[str, _List] = field(factory=lambda: defaultdict(_List))

    def take(self, one: Observation) -> Iterable[Sequel]:
        """The next one in time."""
        if not one.sound or not one.ids or len(one.ids) != one.size:
            return ()
        listed, found = self._lists[one.listing], list[Sequel]()
        listed.is_rising |= one.falls is False
        if one.falls:
            before = one.ids[:-1]
            listed.followed.note(before, value=True)
            ended = [listed.ended.pop(name) for name in before] if listed.ended.holds_any(before) else []
            found += [self._ends_early(was, one) for was in ended if was is not None and not listed.is_rising]
        if one.has_more is False and not listed.is_rising:
            last = one.ids[-1]
            if one.operation in STAYS and listed.followed.get(last):
                found.append(self._ends_early(one, one))
            else:
                listed.ended.note((last,), one.light())
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
