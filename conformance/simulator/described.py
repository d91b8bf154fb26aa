"""What a contract describes: the fields of an object, their types, and where it says so; references are followed."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from conformance.document import DocumentError, Location
from conformance.references import at, resolve
from conformance.schema import PayloadSchema, in_full


def node_at(schema: PayloadSchema, steps: Sequence[str]) -> Mapping[str, Any]:
    """The contract's words on what is at the end of the steps; nothing where it has none."""
    try:
        return words(schema, place_of(schema, schema.location, tuple(steps)))
    except LookupError:
        return {}


def has_fields(schema: PayloadSchema, steps: Sequence[str]) -> bool:
    """Whether there are documented fields of an object at the end of the steps."""
    try:
        return bool(fields_of(schema, place_of(schema, schema.location, tuple(steps))))
    except (LookupError, DocumentError):  # nothing is said of it
        return False


def object_with(schema: PayloadSchema, *names: str) -> tuple[str, ...] | None:
    """The steps to the nearest object that has fields of these names; lists are not entered."""
    level: list[tuple[tuple[str, ...], Location]] = [((), chosen(schema, schema.location))]
    seen = set()
    while level:
        below = []
        for steps, location in level:
            properties = fields_of(schema, location)
            if all(name in properties for name in names):
                return steps
            for name, place in properties.items():
                if place not in seen:
                    seen.add(place)
                    below.append(((*steps, name), chosen(schema, place)))
        level = below
    return None


@cache
def words(schema: PayloadSchema, location: Location) -> Mapping[str, Any]:
    """The contract's words on what stands at a location."""
    return in_full(at(schema.document, chosen(schema, location)))


@cache
def chosen(schema: PayloadSchema, location: Location) -> Location:
    """Where a schema says what something is, references followed; of branches the first that is not null alone."""
    location = resolve(schema.document, location)
    node = at(schema.document, location)
    for key in ("oneOf", "anyOf"):
        branches = node.get(key, ()) if isinstance(node, dict) else ()
        for index in range(len(branches)):
            branch = chosen(schema, (*location, key, index))
            if types_of(at(schema.document, branch)) != ("null",):
                return branch
    return location


def types_of(node: Any) -> tuple[str, ...]:
    """The types that are documented, those that are only let through left out."""
    if not isinstance(node, dict):
        return ()
    named = node.get("type")
    found: list[str] = [named] if isinstance(named, str) else list(named or ())
    if not found and ("properties" in node or "allOf" in node):
        found = ["object"]
    if node.get("nullable") is True:
        found.append("null")
    opened = node.get("x-open", ())
    return tuple(kind for kind in found if kind not in opened)


@cache
def takes_null(schema: PayloadSchema, place: Location) -> bool:
    """Whether null is documented at a place, as a branch too."""
    place = resolve(schema.document, place)
    node = at(schema.document, place)
    branches = [
        (*place, key, index)
        for key in ("oneOf", "anyOf")
        for index in range(len(node.get(key, ()) if isinstance(node, dict) else ()))
    ]
    return "null" in types_of(node) or any(takes_null(schema, one) for one in branches)


@cache
def fields_of(schema: PayloadSchema, location: Location) -> Mapping[str, Location]:
    """Where each documented field is, those of all parts of an object together."""
    return dict(_each_property(schema, location))


def _each_property(schema: PayloadSchema, location: Location) -> Iterator[tuple[str, Location]]:
    node = in_full(at(schema.document, location))
    for index in range(len(node.get("allOf", ()))):
        yield from _each_property(schema, chosen(schema, (*location, "allOf", index)))
    for name in node.get("properties", ()):
        yield name, (*location, "properties", name)


@cache
def required_of(schema: PayloadSchema, location: Location) -> frozenset[str]:
    """The fields without which an object is not as documented, those of all its parts together."""
    node = in_full(at(schema.document, location))
    inner = [chosen(schema, (*location, "allOf", index)) for index in range(len(node.get("allOf", ())))]
    return frozenset(node.get("required", ())).union(*(required_of(schema, one) for one in inner))


@cache
def place_of(schema: PayloadSchema, location: Location, steps: tuple[str, ...]) -> Location:
    """Where what is at the end of the steps is described.

    Raises:
        LookupError, DocumentError: nothing is said of it.
    """
    location = chosen(schema, location)
    for step in steps:
        if step == "*":
            location = chosen(schema, (*location, "items"))
            continue
        location = chosen(schema, fields_of(schema, location)[step])
    return location
