"""The items of a list by field: JSON objects, or the structs that they were decoded to."""

from collections.abc import Collection, Sequence
from operator import attrgetter
from typing import Any

from attrs import define, field


@define(eq=False)
class Columns:
    """The items of a list. `fields`: the names that all of them have, where they are structs."""

    items: list[Any]
    fields: Collection[str] | None = None
    _taken: dict[str, Sequence[Any]] = field(factory=dict)

    def column(self, name: str) -> Sequence[Any]:
        """What each object holds under a name; None where there is nothing."""
        if name not in self._taken:
            self._taken[name] = self._take(name)
        return self._taken[name]

    def _take(self, name: str) -> Sequence[Any]:
        if self.fields is None:
            return [item.get(name) for item in self.items if isinstance(item, dict)]
        return list(map(attrgetter(name), self.items)) if name in self.fields else [None] * len(self.items)
