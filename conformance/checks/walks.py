"""Walks through the pages of a list: which ids have come before, in bounded memory."""

from collections import OrderedDict

from attrs import define, field

from conformance.checks.trace import Observation

MAX_WALKED = 200_000
"""How many ids of pages are remembered; beyond, the walks that were not continued for longest are forgotten."""

Cursor = tuple[str, str, str]
"""Scope, operation, and the id that the next page is asked for with."""


@define(eq=False)
class _Walk:
    """The ids met on one walk through pages, each with the number of the page it first stood on."""

    pages: dict[str, int] = field(factory=dict)
    length: int = 0
    cursors: int = 0


@define(eq=False)
class Walks:
    """Which ids a cursor has behind it. Walks share what they have in common."""

    _by_cursor: OrderedDict[Cursor, tuple[_Walk, int]] = field(factory=OrderedDict)
    _remembered: int = 0

    def take(self, one: Observation, ids: list[str]) -> tuple[int, bool]:
        """How many ids of a page had come before on its walk; and whether its cursor is the end of an earlier page."""
        walk, length, continued = _Walk(), 0, one.after is None
        if one.after is not None:
            cursor = (one.scope, one.operation, one.after)
            if cursor in self._by_cursor:
                walk, length, continued = *self._by_cursor[cursor], True
                self._by_cursor.move_to_end(cursor)
            else:
                walk.pages[one.after], length = 0, 1
                walk.length = 1
        pages = walk.pages
        repeated = 0 if pages.keys().isdisjoint(ids) else sum(pages.get(name, length) < length for name in set(ids))
        if ids:
            self._extend(one, ids, walk, length)
        return repeated, continued

    def _extend(self, one: Observation, ids: list[str], walk: _Walk, length: int) -> None:
        if length < walk.length:  # the same cursor was asked before: a branch of its own
            walk = _Walk({name: page for name, page in walk.pages.items() if page < length}, length)
        pages = walk.pages
        before = len(pages) if walk.cursors else 0
        for name in ids:
            pages.setdefault(name, length)
        walk.length = length + 1
        self._remembered += len(pages) - before
        self._put((one.scope, one.operation, ids[-1]), walk)
        while self._remembered > MAX_WALKED and len(self._by_cursor) > 1:
            self._drop(*self._by_cursor.popitem(last=False))

    def _put(self, cursor: Cursor, walk: _Walk) -> None:
        walk.cursors += 1
        old = self._by_cursor.pop(cursor, None)
        self._by_cursor[cursor] = (walk, walk.length)
        if old is not None:
            self._drop(cursor, old)

    def _drop(self, _: Cursor, old: tuple[_Walk, int]) -> None:
        walk = old[0]
        walk.cursors -= 1
        if not walk.cursors:
            self._remembered -= len(walk.pages)
