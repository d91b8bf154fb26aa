"""Which documented places of success bodies were seen with a value, so that a pass says what it saw."""

from typing import Any

from attrs import define, field

from conformance.schema import PayloadSchema

Shape = tuple[tuple[str | int, ...], tuple[str, ...]]
"""The path of an object, indexes as `*`, and its keys that hold a value."""


@define
class Coverage:
    """What one operation's success bodies showed. Adds up in any order."""

    schema: PayloadSchema
    _shapes: set[Shape] = field(factory=set)

    def add(self, payload: Any) -> None:
        """Take note of the shapes in a body; null is no value."""
        self._visit(payload, ())

    def _visit(self, node: Any, path: tuple[str | int, ...]) -> None:
        if isinstance(node, dict):
            self._shapes.add((path, tuple(key for key, value in node.items() if value is not None)))
            for key, child in node.items():
                if isinstance(child, dict | list):
                    self._visit(child, (*path, key))
        elif isinstance(node, list):
            below = (*path, 0)
            for child in node:
                if isinstance(child, dict | list):
                    self._visit(child, below)

    def merge(self, other: "Coverage") -> None:
        """Add what another one saw."""
        self._shapes |= other._shapes  # noqa: SLF001 - its own class

    def places(self) -> set[str]:
        """Every documented place."""
        return {place.pointer for place in self.schema.places()}

    def seen(self) -> set[str]:
        """The documented places that held a value."""
        pointers = {self.schema.place((*path, key)).pointer for path, keys in self._shapes for key in keys}
        return pointers & self.places()
