"""What every model can do: be read from JSON, however it has drifted, and be written back without loss."""

import json
from collections.abc import Callable, Iterable, Iterator, KeysView, Mapping
from operator import itemgetter
from types import NoneType
from typing import Any, ClassVar, NamedTuple, Self

from attrs import define, field

from batch_client.drift import Drift, described, is_array, named
from batch_client.failure import failure_of
from batch_client.kinds import Kind, Reader

SHAPES_KEPT = 256
"""How many shapes a model remembers; endpoints send few."""

Pick = Callable[[Mapping[str, Any]], tuple[Any, ...]]


class Field(NamedTuple):
    """One documented property: the attribute, the name in JSON, what is documented, whether it must be there."""

    attribute: str
    name: str
    kind: Kind
    required: bool


class Plan(NamedTuple):
    """How objects of one shape are read: the classes of their documented values decide what is left to look at.

    `reads` are the values that are not simply kept, by position, name and reader; `absent` the fields without a value
    where either null or nothing at all is drift.
    """

    reads: tuple[tuple[int, str, Reader], ...]
    absent: tuple[Field, ...]


@define(eq=False, repr=False)
class Model:
    """A JSON object as documented, read tolerantly.

    Attributes hold the documented properties. One that is missing or null is None, one that cannot be read as
    documented keeps its raw value; where that is not what is documented, `drift` names the place. What is not
    documented is in `additional_properties`, and `model["name"]` finds anything by its name in JSON.
    """

    FIELDS: ClassVar[tuple[Field, ...]] = ()
    """In the order of the constructor."""
    ADDITIONAL: ClassVar[Kind | None] = None
    """What is documented of properties without a field of their own."""
    NAMES: ClassVar[tuple[str, ...]] = ()
    PICK: ClassVar[Pick]
    """Takes the documented values out of an object that has them all; one that has not is a KeyError."""
    PLANS: ClassVar[dict[tuple[type, ...], Plan]] = {}

    wire: Mapping[str, Any] = field(factory=dict[str, Any], kw_only=True)
    """The object as it came; in one to be sent, what is to be added to it."""
    drift: tuple[Drift, ...] = field(default=(), kw_only=True)
    """The places that are not as documented, here and below."""

    def __init_subclass__(cls) -> None:
        """Give each model its own memory."""
        cls.NAMES = tuple(field.name for field in cls.FIELDS)
        cls.PICK = itemgetter(*cls.NAMES) if len(cls.NAMES) > 1 else _getter(cls.NAMES)
        cls.PLANS = {}

    @classmethod
    def from_dict(cls, source: Mapping[str, Any]) -> Self:
        """Read an object."""
        try:
            values = cls.PICK(source)
        except KeyError:  # one is missing
            values = _getter(cls.NAMES)(source)
        shape = tuple(map(type, values))
        try:
            reads, absent = cls.PLANS[shape]
        except KeyError:
            reads, absent = cls._plan(shape)
        drift: tuple[Drift, ...] = ()
        held = list(values)
        for position, name, reader in reads:
            held[position], found = reader(values[position])
            if found:
                drift += tuple(one.below(named(name)) for one in found)
        if absent:
            drift += tuple(_missed(absent, source))
        if cls.ADDITIONAL is not None and not cls.ADDITIONAL.keeps.issuperset(map(type, source.values())):
            drift += tuple(cls._odd_additions(cls.ADDITIONAL, source))
        return cls(*held, wire=source, drift=drift)

    @classmethod
    def _plan(cls, shape: tuple[type, ...]) -> Plan:
        reads: list[tuple[int, str, Reader]] = []
        absent: list[Field] = []
        for position, (documented, found) in enumerate(zip(cls.FIELDS, shape, strict=True)):
            if found is NoneType:
                if documented.required or not documented.kind.nullable:
                    absent.append(documented)
            elif found not in documented.kind.keeps:
                reads.append((position, documented.name, documented.kind.read))
        if len(cls.PLANS) >= SHAPES_KEPT:
            cls.PLANS.clear()
        return cls.PLANS.setdefault(shape, Plan(tuple(reads), tuple(absent)))

    @classmethod
    def _odd_additions(cls, kind: Kind, source: Mapping[str, Any]) -> Iterator[Drift]:
        for name, value in source.items():
            if name in cls.NAMES or value.__class__ in kind.keeps or (value is None and kind.nullable):
                continue
            yield Drift(f"${named(name)}", kind.documented, described(value))

    def to_dict(self) -> dict[str, Any]:
        """The object as JSON data: what was read comes back whole, undocumented and drifted properties too."""
        data: dict[str, Any] = self.additional_properties
        for attribute, name, _, _ in self.FIELDS:
            value = getattr(self, attribute)
            if value is not None:
                data[name] = value if value is self.wire.get(name) else _plain(value)
            elif name in self.wire and self.wire[name] is None:
                data[name] = None
        return data

    def to_multipart(self) -> list[tuple[str, Any]]:
        """The object as the parts of a form."""
        return [(name, _part(value)) for name, value in self._parts()]

    def _parts(self) -> Iterable[tuple[str, Any]]:
        yield from ((name, value) for name, value in self.additional_properties.items())
        for attribute, name, _, _ in self.FIELDS:
            if (value := getattr(self, attribute)) is not None:
                yield name, value

    @property
    def additional_properties(self) -> dict[str, Any]:
        """The properties that are not documented one by one, by name."""
        documented = {field.name for field in self.FIELDS}
        return {name: value for name, value in self.wire.items() if name not in documented}

    @property
    def failure(self) -> str | None:
        """Of a batch: why it failed, in a line, wherever its provider says so; None where there is nothing of it."""
        return failure_of(self)

    def keys(self) -> KeysView[str]:
        """The names of all properties that are there; with this, `dict(model)` works."""
        return self.to_dict().keys()

    def __getitem__(self, name: str) -> Any:
        return self.to_dict()[name]

    def __contains__(self, name: object) -> bool:
        return name in self.to_dict()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Model):
            return type(self) is type(other) and self.to_dict() == other.to_dict()
        return self.to_dict() == other if isinstance(other, dict) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # equal to a dict, and as little hashable

    def __repr__(self) -> str:
        shown = {field.attribute: getattr(self, field.attribute) for field in self.FIELDS}
        parts = [f"{name}={value!r}" for name, value in shown.items() if value is not None]
        parts += [f"{name}={value!r}" for name, value in self.additional_properties.items()]
        return f"{type(self).__name__}({', '.join(parts)})"


def _getter(names: tuple[str, ...]) -> Pick:
    """Takes values out of an object, None for those that are missing."""
    return lambda source: tuple(map(source.get, names))


@define(eq=False, repr=False)
class Undocumented(Model):
    """An object of which nothing is documented."""


def _missed(fields: Iterable[Field], source: Mapping[str, Any]) -> Iterator[Drift]:
    """Where there is null although that is not documented, or nothing although something is required."""
    for _, name, kind, required in fields:
        if name in source and not kind.nullable:
            yield Drift(f"${named(name)}", kind.documented, "null")
        elif name not in source and required:
            yield Drift(f"${named(name)}", kind.documented, "missing")


def _plain(value: Any) -> Any:
    """A value of an attribute as JSON data."""
    if isinstance(value, Model):
        return value.to_dict()
    if is_array(value):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value


def _part(value: Any) -> Any:
    """A value as a part of a form: a file as it is, an object as JSON, all else as text."""
    if hasattr(value, "to_tuple"):
        return value.to_tuple()
    if isinstance(value, Model):
        return None, json.dumps(value.to_dict()).encode(), "application/json"
    return None, str(value).encode(), "text/plain"
