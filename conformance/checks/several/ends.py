"""Pages that say they are the last while more items exist.

An item that stands behind another one in a list that is sorted from new to old was there before it. So whoever ends
with the first, and says that nothing follows, has left the second out.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import define, field

from conformance.checks.several.sequel import Sequel, Several
from conformance.checks.several.trace import Observation, split
from conformance.contract import Operation
from conformance.drift import Breach

MAX_REMEMBERED = 100_000
"""How many items are remembered, of each kind; beyond, those that were met first are forgotten."""

STAYS = frozenset({"list_batches"})
"""Lists from which nothing is ever taken: what stood behind an item before still stands there."""

Item = tuple[str, str]
"""The list that it stands in, and its id."""


@define(eq=False)
class Ends(Several):
    """Which items ended a list, and which another one stands behind."""

    _ended: OrderedDict[Item, Observation] = field(factory=OrderedDict)
    _followed: OrderedDict[Item, None] = field(factory=OrderedDict)
    _rising: set[str] = field(factory=set)
    """Lists that are not sorted from new to old."""

    def take(self, one: Observation) -> Iterator[Sequel]:
        """The next one in time."""
        ids = split(one.ids)
        if not one.sound or not ids or len(ids) != one.size:
            return
        listing = one.listing
        if one.falls is False:
            self._rising.add(listing)
        elif one.falls:
            yield from self._behind(one.operation, listing, ids)
        if one.has_more is False and listing not in self._rising:
            last = (listing, ids[-1])
            if one.operation in STAYS and last in self._followed:
                yield Sequel(one, _ends_early(self.operations[one.operation]))
            else:
                _remember(self._ended, last, one.light())

    def _behind(self, operation: str, listing: str, ids: Sequence[str]) -> Iterator[Sequel]:
        for name in ids[:-1]:
            item = (listing, name)
            _remember(self._followed, item, None)
            ended = self._ended.pop(item, None)
            if ended is not None and listing not in self._rising:
                yield Sequel(ended, _ends_early(self.operations[operation]))


def _remember(where: OrderedDict[Item, Any], item: Item, value: Any) -> None:
    where[item] = value
    if len(where) > MAX_REMEMBERED:
        where.popitem(last=False)


def _ends_early(operation: Operation) -> Breach:
    return Breach(
        rule="page-ends-early",
        pointer="",
        expected="has_more true where more items exist",
        observed="has_more false, and another page shows what follows",
        location=(*operation.location, "responses"),
    )
