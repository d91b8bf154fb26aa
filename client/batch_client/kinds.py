"""What can be documented of a JSON value, and how a value is read against it: nothing is refused.

What is not as documented is kept as it is, and told as drift.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, Self

from attrs import evolve, field, frozen

from batch_client.drift import Drift, at, described
from batch_client.open_enum import OpenEnum

Read = tuple[Any, tuple[Drift, ...]]
"""A value as an attribute holds it, and where it is not as documented, from `$`."""
Reader = Callable[[Any], Read]


class Readable(Protocol):
    """What has a model of its own."""

    @property
    def drift(self) -> tuple[Drift, ...]:
        """Where it is not as documented."""
        ...

    @classmethod
    def from_dict(cls, source: Mapping[str, Any]) -> Self:
        """Read an object."""
        ...


@frozen
class Kind:
    """A kind of value. Values of the classes that it `keeps` stay as they are; all else goes through `read`."""

    documented: str
    keeps: frozenset[type] = frozenset()
    nullable: bool = field(default=False, kw_only=True)

    def read(self, value: Any) -> Read:
        """Read a value that is not null and of none of the classes kept."""
        return value, (Drift("$", self.documented, described(value)),)


@frozen
class _Integer(Kind):
    def read(self, value: Any) -> Read:
        if isinstance(value, float) and value.is_integer():
            return int(value), ()  # 1.0 is an integer in JSON
        return super().read(value)


@frozen
class _Enumeration(Kind):
    known: Mapping[str, OpenEnum] = field(kw_only=True)
    members: type[OpenEnum] = field(kw_only=True)

    def read(self, value: Any) -> Read:
        if value.__class__ is not str:
            return super().read(value)
        if (member := self.known.get(value)) is not None:
            return member, ()
        return self.members(value), (Drift("$", self.documented, described(value)),)


@frozen
class _Object(Kind):
    model: type[Readable] = field(kw_only=True)

    def read(self, value: Any) -> Read:
        if value.__class__ is not dict:
            return super().read(value)
        read = self.model.from_dict(value)
        return read, read.drift


@frozen
class _Array(Kind):
    item: Kind = field(kw_only=True)

    def read(self, value: Any) -> Read:
        if value.__class__ is not list:
            return super().read(value)
        items: list[Any] = []
        drift: list[Drift] = []
        for index, element in enumerate(value):
            item, found = read(self.item, element)
            items.append(item)
            if found:
                drift.extend(one.below(at(index)) for one in found)
        return items, tuple(drift)


@frozen
class _Union(Kind):
    kinds: tuple[Kind, ...] = field(kw_only=True)

    def read(self, value: Any) -> Read:
        for kind in self.kinds:
            candidate, drift = read(kind, value)
            if not drift:
                return candidate, ()
        return super().read(value)


def read(kind: Kind, value: Any) -> Read:
    """Read any value, null too."""
    if value is None:
        return None, () if kind.nullable else (Drift("$", kind.documented, "null"),)
    return (value, ()) if value.__class__ in kind.keeps else kind.read(value)


STRING = Kind("a string", frozenset({str}))
BOOLEAN = Kind("a boolean", frozenset({bool}))
INTEGER = _Integer("an integer", frozenset({int}))
NUMBER = Kind("a number", frozenset({int, float}))
NULL = Kind("null", nullable=True)
ANYTHING = Kind("anything", frozenset({str, bool, int, float, list, dict}), nullable=True)


def enumeration(members: type[OpenEnum]) -> Kind:
    """One of a list of strings."""
    known = {member.value: member for member in members}
    return _Enumeration(f"one of {', '.join(known)}", known=known, members=members)


def object_of(model: type[Readable]) -> Kind:
    """An object with a model of its own."""
    return _Object("an object", model=model)


def array_of(item: Kind) -> Kind:
    """An array."""
    return _Array("an array", item=item)


def one_of(*kinds: Kind) -> Kind:
    """A value of any of some kinds; with NULL among them, null is documented too."""
    others = tuple(kind for kind in kinds if kind is not NULL)
    nullable = len(others) < len(kinds)
    if len(others) == 1:
        return evolve(others[0], documented=f"{others[0].documented} or null", nullable=True)
    return _Union(" or ".join(kind.documented for kind in kinds), nullable=nullable, kinds=others)
