"""Walks through the pages of a list: no item comes twice, and an empty page ends them."""

from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from itertools import repeat

from attrs import define, field

from conformance.checks.one.page import parameter_location
from conformance.checks.several.sequel import Sequel, Several
from conformance.checks.several.trace import Observation
from conformance.contract import Operation
from conformance.drift import Breach

MAX_WALKED = 200_000
"""How many ids of pages are remembered; beyond, the walks that were not continued for longest are forgotten."""

Cursor = tuple[str, str, str, str]
"""Scope, operation, what else was asked for, and the id that the next page is asked for with: another query walks
another list."""


@define(eq=False)
class _Walk:
    """The ids met on one walk through pages, each with the number of the page it first stood on."""

    pages: dict[str, int] = field(factory=dict)
    texts: list[int] = field(factory=list)
    """By number, what stands for the ids of the page."""
    cursors: int = 0


@define(eq=False)
class Walks(Several):
    """Which ids a cursor has behind it, in bounded memory. Clients that walk the same pages share a walk."""

    _by_cursor: OrderedDict[Cursor, tuple[_Walk, int]] = field(factory=OrderedDict)
    _remembered: int = 0

    def take(self, one: Observation) -> Iterable[Sequel]:
        """The next one in time."""
        if one.size is None:
            return ()
        found, operation, names = list[Sequel](), self.operations[one.operation], frozenset[str]()
        if one.after is not None and _cursor(one, one.after) not in self._by_cursor:
            names = frozenset({one.after})
        if one.size == 0 and one.has_more:
            found.append(Sequel(one, _empty_with_more(operation), names))
        if one.sound:
            repeated, moves = self._step(one, one.ids)
            if repeated:
                ends = moves or one.has_more is False
                found.append(Sequel(one, _repeats(operation, repeated, one.size, ends=ends), names))
        return found

    def _step(self, one: Observation, ids: Sequence[str]) -> tuple[int, bool]:
        """How many ids of a page had come before on its walk; and whether it ends with one that had not."""
        walk, number = self._at(one, ids)
        pages = walk.pages
        repeated = 0 if pages.keys().isdisjoint(ids) else sum(pages.get(name, number) < number for name in set(ids))
        moves = not ids or pages.get(ids[-1], number) >= number
        if ids:
            self._extend(one, ids, walk, number)
        return repeated, moves

    def _at(self, one: Observation, ids: Sequence[str]) -> tuple[_Walk, int]:
        """The walk that a page is on, and its number there."""
        if one.after is not None:
            cursor = _cursor(one, one.after)
            if cursor in self._by_cursor:
                self._by_cursor.move_to_end(cursor)
                return self._by_cursor[cursor]
            return _Walk({one.after: 0}, [0]), 1
        walk, number = self._by_cursor.get(_cursor(one, ids[-1]), (_Walk(), 0)) if ids else (_Walk(), 0)
        return (walk if number == 1 else _Walk()), 0

    def _extend(self, one: Observation, ids: Sequence[str], walk: _Walk, number: int) -> None:
        end, text = _cursor(one, ids[-1]), hash(one.ids)
        if number < len(walk.texts):  # the same cursor was asked before: the same page, or a branch of its own
            if walk.texts[number] == text and end in self._by_cursor:
                self._by_cursor.move_to_end(end)
                return
            walk = _Walk({name: page for name, page in walk.pages.items() if page < number}, walk.texts[:number])
        before = len(walk.pages) if walk.cursors else 0
        deque(map(walk.pages.setdefault, ids, repeat(number)), maxlen=0)
        walk.texts.append(text)
        self._remembered += len(walk.pages) - before
        self._put(end, walk)
        while self._remembered > MAX_WALKED and len(self._by_cursor) > 1:
            self._drop(*self._by_cursor.popitem(last=False))

    def _put(self, cursor: Cursor, walk: _Walk) -> None:
        walk.cursors += 1
        old = self._by_cursor.pop(cursor, None)
        self._by_cursor[cursor] = (walk, len(walk.texts))
        if old is not None:
            self._drop(cursor, old)

    def _drop(self, _: Cursor, old: tuple[_Walk, int]) -> None:
        walk = old[0]
        walk.cursors -= 1
        if not walk.cursors:
            self._remembered -= len(walk.pages)


def _cursor(one: Observation, name: str) -> Cursor:
    return (one.scope, one.operation, one.query, name)


def _repeats(operation: Operation, repeated: int, size: int, *, ends: bool) -> Breach:
    """Items that come again: on a walk that ends all the same, or that leads nowhere."""
    return Breach(
        rule="page-item-repeated" if ends else "page-cursor-ignored",
        pointer="",
        expected="only items that come after the cursor",
        observed=f"{repeated} of {size} items had come before",
        location=parameter_location(operation, "after"),
    )


def _empty_with_more(operation: Operation) -> Breach:
    return Breach(
        rule="page-empty-with-more",
        pointer="",
        expected="has_more false where there are no items",
        observed="no items, has_more true",
        location=(*operation.location, "responses"),
    )
