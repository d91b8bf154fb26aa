"""What changed from one schema to another, place by place, without saying yet whom that hurts."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson
from attrs import define, evolve, field, frozen

from conformance.compare.shape import ABSENT, Bound, SchemaPart, Shape, Shapes, lower, shape, upper
from conformance.contract import Contract
from conformance.document import Location
from conformance.references import at, pointer, ref_location, resolve
from conformance.schema import PayloadSchema

ANY = "(any)"
"""The value where a closed list is opened, or a type becomes any."""
MISSING = "(missing)"
MAX_PLACES = 100
"""At how many places of one payload a change is told of what is defined once: such places may be without end."""


@frozen
class Change:
    """One change of one place. `old` and `new` are where the two contracts speak of it, `value` is what it is about.

    `more` counts further places of the payload that are not told, where the same is said of by the same words.
    """

    kind: str
    steps: tuple[str, ...]
    expected: str
    observed: str
    old: Location
    new: Location
    value: str | None = None
    more: int = 0

    @property
    def pointer(self) -> str:
        """The place in the payload."""
        return pointer(self.steps)


@define
class Differ:
    """Compares schemas of two contracts.

    What is defined once and referred to often is compared once; a pair of places that returns within itself is cut
    there.
    """

    old: Contract
    new: Contract
    _open: set[tuple[Location, Location]] = field(factory=set)
    _done: dict[tuple[Any, Any], tuple[Change, ...]] = field(factory=dict)
    """By where both are defined, or, of what a merge made up, by what is written there."""
    _cuts: int = 0
    _shapes: tuple[Shapes, Shapes] = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Start with nothing looked at."""
        self._shapes = (Shapes(self.old), Shapes(self.new))

    def payload(self, old: PayloadSchema, new: PayloadSchema, steps: tuple[str, ...] = ()) -> Iterator[Change]:
        """Every change from one payload's schema to the other; `steps` lead to the payload.

        Raises:
            DocumentError: a reference leads nowhere or out of its document.
        """
        return self._defined(old.location, new.location, steps)

    def changes(self, old: SchemaPart, new: SchemaPart, steps: tuple[str, ...] = ()) -> Iterator[Change]:
        """Every change from one schema to the other.

        Raises:
            DocumentError: a reference leads nowhere or out of its document.
        """
        if _is_reference(old.node) and _is_reference(new.node):
            return self._defined(ref_location(old.node["$ref"]), ref_location(new.node["$ref"]), steps)
        if old.made or new.made:
            return self._once((orjson.dumps(old.node), orjson.dumps(new.node)), old, new, steps)
        return self._written(old, new, steps)

    def _defined(self, old: Location, new: Location, steps: tuple[str, ...]) -> Iterator[Change]:
        was, now = resolve(self.old.document, old), resolve(self.new.document, new)
        parts = SchemaPart(at(self.old.document, was), was), SchemaPart(at(self.new.document, now), now)
        return self._once((was, now), *parts, steps)

    def _once(self, key: tuple[Any, Any], old: SchemaPart, new: SchemaPart, steps: tuple[str, ...]) -> Iterator[Change]:
        """What differs between two schemas, looked at once however often both are met."""
        found = self._done.get(key)
        if found is None:
            cuts = self._cuts
            found = _thinned(self._written(old, new, ()))
            if cuts == self._cuts:
                self._done[key] = found
        for change in found:
            yield evolve(change, steps=(*steps, *change.steps)) if steps else change

    def _written(self, old: SchemaPart, new: SchemaPart, steps: tuple[str, ...]) -> Iterator[Change]:
        before, after = self._shapes[0].of(old), self._shapes[1].of(new)
        pair = (before.location, after.location)
        if pair in self._open:
            self._cuts += 1
            return
        self._open.add(pair)
        yield from _here(before, after, steps)
        if _share(before, after, "object"):
            yield from self._fields(before, after, steps)
            yield from self._below(before.extra, after.extra, (*steps, "*"), (before, after))
        if _share(before, after, "array"):
            yield from self._below(before.items, after.items, (*steps, "*"), (before, after))
        self._open.discard(pair)

    def _below(
        self, was: SchemaPart | None, now: SchemaPart | None, steps: tuple[str, ...], within: tuple[Shape, Shape]
    ) -> Iterator[Change]:
        """Items, or what undocumented fields hold; where one contract says nothing of them, they are anything."""
        if was is not None or now is not None:
            before, after = within
            yield from self.changes(
                was or SchemaPart({}, before.location), now or SchemaPart({}, after.location), steps
            )

    def _fields(self, before: Shape, after: Shape, steps: tuple[str, ...]) -> Iterator[Change]:
        for name in dict.fromkeys([*before.fields, *sorted(before.required)]):
            was, needed = before.fields.get(name, SchemaPart({}, before.location)), name in before.required
            here = (*steps, name)
            if name not in after.fields and name not in after.required:
                kind = "required-removed" if needed else "optional-removed"
                expected = self._words(self.old, was, required=needed)
                yield Change(kind, here, expected, MISSING, was.location, after.location)
                continue
            now = after.fields.get(name, SchemaPart({}, after.location))
            if needed != (name in after.required):
                expected = self._words(self.old, was, required=needed)
                observed = self._words(self.new, now, required=not needed)
                kind = "became-optional" if needed else "became-required"
                yield Change(kind, here, expected, observed, was.location, now.location)
            yield from self.changes(was, now, here)
        for name, now in after.fields.items():
            if name not in before.fields and name not in before.required:
                kind = "required-added" if name in after.required else "optional-added"
                observed = self._words(self.new, now, required=name in after.required)
                yield Change(kind, (*steps, name), "no such field", observed, before.location, now.location)

    def _words(self, contract: Contract, part: SchemaPart, *, required: bool) -> str:
        return f"{shape(contract, part).words}, {'required' if required else 'optional'}"


def _thinned(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Changes of which each is told at MAX_PLACES places; the last of them counts the others."""
    kept: dict[Change, list[Change]] = {}
    left: Counter[Change] = Counter()
    for change in changes:
        fact = evolve(change, steps=(), more=0)
        places = kept.setdefault(fact, [])
        fits = len(places) < MAX_PLACES
        left[fact] += change.more + (not fits)
        if fits:
            places.append(evolve(change, more=0) if change.more else change)
    for fact, places in kept.items():
        places[-1] = evolve(places[-1], more=left[fact]) if left[fact] else places[-1]
    return tuple(change for places in kept.values() for change in places)


def _is_reference(node: object) -> bool:
    return isinstance(node, dict) and node.keys() == {"$ref"}


def _share(before: Shape, after: Shape, kind: str) -> bool:
    """Whether both let values of a type through."""
    return all(one.types is None or kind in one.types for one in (before, after))


def _overlap(before: Shape, after: Shape) -> bool:
    """Whether a value other than null can be let through by both: if not, nothing below is worth comparing."""
    return before.types is None or after.types is None or bool(before.types & after.types)


def _here(before: Shape, after: Shape, steps: tuple[str, ...]) -> Iterator[Change]:
    """What changed of the place itself."""
    places = (before.location, after.location)

    def change(kind: str, value: str | None = None) -> Change:
        return Change(kind, steps, before.words, after.words, *places, value)

    if before.nullable != after.nullable and before.types is not None and after.types is not None:
        yield change("became-nullable" if after.nullable else "became-not-nullable")
    if before.types != after.types:
        yield change(*_type_change(before.types, after.types))
    if not _overlap(before, after):
        return
    yield from (change(kind, value) for kind, value in _value_changes(before, after))
    yield from map(change, _bound_changes(before, after))
    if before.pattern != after.pattern:
        yield change(f"pattern-{_how(before.pattern, after.pattern)}")
    if before.format != after.format:
        yield change(_FORMAT[_how(before.format, after.format)], after.format or ANY)
    if before.default != after.default:
        yield Change("default-changed", steps, _shown(before.default), _shown(after.default), *places)
    if before.rest != after.rest:
        yield Change("otherwise-changed", steps, _shown(before.rest), _shown(after.rest), *places)


_FORMAT = {"added": "type-narrowed", "changed": "type-changed", "removed": "type-widened"}


def _how(before: object, after: object) -> str:
    return "added" if before is None else "removed" if after is None else "changed"


def _type_change(before: frozenset[str] | None, after: frozenset[str] | None) -> tuple[str, str]:
    """The kind of a change of type, and the types that it is about."""
    if after is None or (before is not None and before < after):
        return "type-widened", ANY if after is None else _types(after - (before or frozenset()))
    if before is None or after < before:
        return "type-narrowed", _types(after)
    return "type-changed", _types(after - before)


def _types(types: frozenset[str]) -> str:
    return " or ".join(sorted(types - {"integer"} if "number" in types else types))


def _value_changes(before: Shape, after: Shape) -> Iterator[tuple[str, str]]:
    if before.values is not None and after.values is None:
        example = after.example  # an open list that shows a value of its own
        unlisted = isinstance(example, str) and example not in before.values
        yield "values-opened", str(example) if unlisted else ANY
    elif before.values is None and after.values is not None:
        yield "values-closed", ANY
    elif before.values is not None and after.values is not None:
        yield from (("value-added", str(value)) for value in after.values if value not in before.values)
        yield from (("value-removed", str(value)) for value in before.values if value not in after.values)


def _bound_changes(before: Shape, after: Shape) -> Iterator[str]:
    sides: Mapping[str, tuple[Mapping[str, Bound], Mapping[str, Bound], Callable[[Bound], Bound]]] = {
        "min": (before.minima, after.minima, lower),
        "max": (before.maxima, after.maxima, upper),
    }
    for side, (was, now, rank) in sides.items():
        for name in dict.fromkeys((*was, *now)):
            if name not in was or name not in now:
                yield f"{side}-set" if name in now else f"{side}-unset"
            elif was[name] != now[name]:
                yield f"{side}-{'increased' if rank(now[name]) > rank(was[name]) else 'decreased'}"


def _shown(value: object) -> str:
    return "none" if value is ABSENT or value == {} else orjson.dumps(value).decode()[:200]
