"""Which documented places of success bodies were seen with a value, so that a pass says what it saw."""

from typing import Any

import msgspec
from attrs import define, field

from conformance.checks.columns import Columns
from conformance.schema import PayloadSchema


@define(eq=False)
class _Unseen:
    """Documented places below one that were not seen yet: their pointers by key, and what lies below; `*` for items."""

    pointers: dict[str, str] = field(factory=dict)
    below: "dict[str, _Unseen]" = field(factory=dict)

    def __bool__(self) -> bool:
        return bool(self.pointers or self.below)


@define(eq=False)
class Coverage:
    """What one operation's success bodies showed. Adds up in any order; only what was not seen yet is looked for."""

    schema: PayloadSchema
    _seen: set[str] = field(factory=set)
    _unseen: _Unseen | None = None

    def add(self, payload: Any, listed: Columns | None = None) -> None:
        """Take note of the places in a body, whose `data` may be given in columns; null is no value."""
        if self._unseen is None:
            self._unseen = self._build()
        if self._unseen:
            self._visit(payload, self._unseen, listed)

    def _build(self) -> _Unseen:
        root = _Unseen()
        for pointer in self.places() - self._seen:
            *above, key = (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
            node = root
            for step in above:
                node = node.below.setdefault(step, _Unseen())
            node.pointers[key] = pointer
        return root

    def _visit(self, value: Any, unseen: _Unseen, listed: Columns | None = None) -> None:
        if isinstance(value, msgspec.Struct):
            value = msgspec.to_builtins(value)
        if isinstance(value, dict):
            for key in unseen.pointers.keys() & value.keys():
                if value[key] is not None:
                    self._seen.add(unseen.pointers.pop(key))
            for key in unseen.below.keys() & value.keys():
                self._visit(value[key], unseen.below[key], listed)
                if not unseen.below[key]:
                    del unseen.below[key]
        elif isinstance(value, list) and "*" in unseen.below:
            found = listed if listed is not None and listed.items is value else Columns(value)
            self._visit_items(found, unseen.below["*"])
            if not unseen.below["*"]:
                del unseen.below["*"]

    def _visit_items(self, found: Columns, unseen: _Unseen) -> None:
        """As `_visit` on each item, key by key: long lists of like objects are the bulk of all traffic."""
        for key in list(unseen.pointers):
            column = found.column(key)
            if column.count(None) < len(column):
                self._seen.add(unseen.pointers.pop(key))
        for key, below in list(unseen.below.items()):
            for child in found.items if key == "*" else found.column(key):
                if key == "*":
                    self._visit(child, _Unseen(below={"*": below})) if isinstance(child, list) else None
                elif child is not None:
                    self._visit(child, below)
            if not below:
                del unseen.below[key]

    def places(self) -> set[str]:
        """Every documented place."""
        return {place.pointer for place in self.schema.places()}

    def seen(self) -> set[str]:
        """The documented places that held a value."""
        return set(self._seen)
