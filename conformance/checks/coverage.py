"""Which documented places of success bodies were seen with a value, so that a pass says what it saw."""

from collections.abc import Collection
from functools import cache
from typing import Any

import msgspec
from attrs import define, field, frozen

from conformance.checks.items import Items
from conformance.contract import Operation


@define(eq=False)
class _Unseen:
    """Documented places below one that were not seen yet: their pointers by key, and what lies below; `*` for items."""

    pointers: dict[str, str] = field(factory=dict)
    below: "dict[str, _Unseen]" = field(factory=dict)

    def __bool__(self) -> bool:
        return bool(self.pointers or self.below)


@frozen
class Coverage:
    """What success bodies of an operation showed, of what is documented."""

    seen: frozenset[str]
    places: frozenset[str]


def coverage(operation: Operation, seen: "Seen") -> Coverage:
    """Of an operation, what was seen."""
    return Coverage(frozenset(seen.pointers), _places(operation))


@cache
def _places(operation: Operation) -> frozenset[str]:
    """Every documented place of its first success; contracts live as long as the program."""
    schemas = [one.schema for status, one in operation.responses.items() if one.schema and status[0] in "2d"]
    return frozenset(place.pointer for place in schemas[0].places()) if schemas else frozenset()


@define(eq=False)
class Seen:
    """The documented places that held a value. Adds up in any order; only what was not seen yet is looked for."""

    pointers: set[str] = field(factory=set)
    _unseen: _Unseen | None = None

    def __getstate__(self) -> tuple[set[str]]:
        """What travels."""
        return (self.pointers,)

    def __setstate__(self, state: tuple[set[str]]) -> None:
        (self.pointers,), self._unseen = state, None

    def merge(self, other: "Seen") -> None:
        """Add what another one holds."""
        self.pointers |= other.pointers

    def add(self, payload: Any, operation: Operation, items: Items | None = None) -> None:
        """Take note of the places in a body, whose `data` may be given as items; null is no value."""
        if self._unseen is None:
            self._unseen = self._build(_places(operation))
        if self._unseen:
            self._visit(payload, self._unseen, items)

    def _build(self, places: Collection[str]) -> _Unseen:
        root = _Unseen()
        for pointer in places:
            if pointer in self.pointers:
                continue
            *above, key = (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
            node = root
            for step in above:
                node = node.below.setdefault(step, _Unseen())
            node.pointers[key] = pointer
        return root

    def _visit(self, value: Any, unseen: _Unseen, items: Items | None = None) -> None:
        if isinstance(value, msgspec.Struct):
            value = msgspec.to_builtins(value)
        if isinstance(value, dict):
            for key in unseen.pointers.keys() & value.keys():
                if value[key] is not None:
                    self.pointers.add(unseen.pointers.pop(key))
            for key in unseen.below.keys() & value.keys():
                self._visit(value[key], unseen.below[key], items)
                if not unseen.below[key]:
                    del unseen.below[key]
        elif isinstance(value, list) and "*" in unseen.below:
            found = items if items is not None and items.items is value else Items(value)
            self._visit_items(found, unseen.below["*"])
            if not unseen.below["*"]:
                del unseen.below["*"]

    def _visit_items(self, found: Items, unseen: _Unseen) -> None:
        """As `_visit` on each item, key by key: long lists of like objects are the bulk of all traffic."""
        for key in list(unseen.pointers):
            column = found.column(key)
            if column.count(None) < len(column):
                self.pointers.add(unseen.pointers.pop(key))
        for key, below in list(unseen.below.items()):
            for child in found.items if key == "*" else found.column(key):
                if key == "*":
                    self._visit(child, _Unseen(below={"*": below})) if isinstance(child, list) else None
                elif child is not None:
                    self._visit(child, below)
            if not below:
                del unseen.below[key]
