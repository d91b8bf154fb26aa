"""What was met lately, by name, in bounded memory."""

from collections.abc import Collection, Hashable, Iterable
from typing import Generic, TypeVar

from attrs import define, field

Name = TypeVar("Name", bound=Hashable)
Value = TypeVar("Value")


@define(eq=False)
class Memory(Generic[Name, Value]):
    """Two generations: what is not met while the younger one fills, with `most` names, is forgotten."""

    most: int
    _young: dict[Name, Value] = field(factory=dict)
    _old: dict[Name, Value] = field(factory=dict)

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def get(self, name: Name) -> Value | None:
        """What is remembered of a name."""
        found = self._young.get(name)
        return self._old.get(name) if found is None else found

    def holds_any(self, names: Collection[Name]) -> bool:
        """Whether any of these was met."""
        return not (self._young.keys().isdisjoint(names) and (not self._old or self._old.keys().isdisjoint(names)))

    def update(self, pairs: Iterable[tuple[Name, Value]]) -> None:
        """Remember these, each with its value."""
        self._young.update(pairs)
        self._turn()

    def note(self, names: Iterable[Name], value: Value) -> None:
        """Remember these with the same value."""
        self._young.update(dict.fromkeys(names, value))
        self._turn()

    def pop(self, name: Name) -> Value | None:
        """What was remembered of a name, which is forgotten."""
        found, older = self._young.pop(name, None), self._old.pop(name, None)
        return older if found is None else found

    def _turn(self) -> None:
        if len(self._young) >= self.most:
            self._young, self._old = {}, self._young
