"""What a schema says of one place of its payload: every node that speaks of it, and the examples that show it."""

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import field, frozen

from conformance.document import Location
from conformance.references import at
from conformance.schema import PayloadSchema

ABSENT = object()
"""Stands for a field that an example does not have."""


@frozen
class Saying:
    """What is said of a place. `nodes` are where schemas speak of it, `shown` the values of examples and where."""

    nodes: tuple[Location, ...]
    shown: tuple[tuple[Any, Location], ...] = field(default=())


def saying(schema: PayloadSchema, pointer: str) -> tuple[Saying, Saying]:
    """What is said of a place, and of the object or list around it.

    Args:
        schema: Of the whole payload.
        pointer: A JSON Pointer with `*` for indexes and keys of free maps.
    """
    document = schema.document
    nodes = tuple(schema.alternatives([schema.location]))
    shown = [*_examples(schema, nodes), *_beside(schema)]
    here = around = Saying(nodes, tuple(shown))
    for step in steps(pointer):
        around = here
        below = [child for node in here.nodes for child in _children(at(document, node), node, step)]
        nodes = tuple(schema.alternatives(below))
        shown = [pair for value, place in here.shown for pair in _stepped(value, place, step)]
        here = Saying(nodes, (*shown, *_examples(schema, nodes)))
    return here, around


def steps(pointer: str) -> list[str]:
    """The steps of a JSON Pointer."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _children(node: Any, location: Location, step: str) -> Iterator[Location]:
    if step == "*":
        yield from ((*location, key) for key in ("items", "additionalProperties") if isinstance(node.get(key), dict))
    elif step in node.get("properties", {}):
        yield (*location, "properties", step)
    elif isinstance(node.get("additionalProperties"), dict):
        yield (*location, "additionalProperties")


def _examples(schema: PayloadSchema, nodes: Iterable[Location]) -> Iterator[tuple[Any, Location]]:
    for location in nodes:
        node = at(schema.document, location)
        if "example" in node:
            yield node["example"], (*location, "example")
        if isinstance(node.get("examples"), list):
            yield from ((one, (*location, "examples", index)) for index, one in enumerate(node["examples"]))


def _beside(schema: PayloadSchema) -> Iterator[tuple[Any, Location]]:
    """The examples that stand beside a schema, of a media type."""
    owner = schema.location[:-1]
    node = at(schema.document, owner) if schema.location[-1:] == ("schema",) else {}
    if "example" in node:
        yield node["example"], (*owner, "example")
    for name, one in node["examples"].items() if isinstance(node.get("examples"), dict) else ():
        if isinstance(one, dict) and "value" in one:
            yield one["value"], (*owner, "examples", name, "value")


def _stepped(value: Any, place: Location, step: str) -> Iterator[tuple[Any, Location]]:
    """A step down an example; a field that it lacks is ABSENT."""
    if step == "*" and isinstance(value, dict | list):
        pairs = enumerate(value) if isinstance(value, list) else value.items()
        yield from ((child, (*place, key)) for key, child in pairs)
    elif isinstance(value, dict):
        yield (value[step], (*place, step)) if step in value else (ABSENT, place)
