"""One schema of a contract, ready to judge payloads.

OpenAPI 3.0 and 3.1 schemas become JSON Schema 2020-12 with closed objects, so that one pass of one validator finds
every disagreement, undocumented properties included. Places in a payload lead back to places in the contract.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from conformance.document import Document, DocumentError, Location
from conformance.json_schema import COMPOSITION, Converter
from conformance.masking import is_name
from conformance.references import at, pointer, resolve

if TYPE_CHECKING:
    import jsonschema_rs

MAX_PLACES = 60_000
"""How many places of a payload are looked at: schemas that refer to one another have them without end."""
MAX_DEPTH = 100
"""And how deep."""

MAX_REMEMBERED, MAX_NAMES = 10_000, 1000
"""Places of a schema that are looked up once, and characters of one; the other side may make up names without end."""

_DIGITS = re.compile(r"\+?[0-9]+")

FREE_MAPS = frozenset({"metadata"})
"""Properties whose keys are the caller's own, even where a contract lists some: a report never shows another."""


def json_type(value: object) -> str:
    """The JSON Schema type of a parsed JSON value; a whole number is an `integer`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    return {float: "number", str: "string", list: "array"}.get(type(value), "object")


NOTHING: Mapping[str, Any] = {"not": {}}
"""The schema that is `false`, in full: no value keeps it."""


def in_full(node: Any) -> Mapping[str, Any]:
    """A schema as an object: one that is `true` or `false` as what it stands for."""
    return node if isinstance(node, dict) else {} if node else NOTHING


@frozen
class Place:
    """Where in a payload.

    The pointer with `*` for indexes and keys of free maps, and where the contract speaks of it.
    """

    pointer: str
    location: Location
    documented: bool


@define(eq=False, slots=False)
class PayloadSchema:
    """The schema at one location of a contract."""

    document: Document
    location: Location
    _places: dict[tuple[str | int, ...], Place] = field(factory=dict, init=False)
    _parts: dict[Location, dict[Location, list[tuple[str, Location]]]] = field(factory=dict, init=False)
    """Where the alternatives at a location are defined, and what each has below it."""

    @cached_property
    def json_schema(self) -> dict[str, Any]:
        """JSON Schema 2020-12 with closed objects."""
        return Converter(self.document).root(at(self.document, self.location))

    @cached_property
    def validator(self) -> "jsonschema_rs.Draft202012Validator":
        """Reports everything in a payload that the contract does not say.

        Raises:
            DocumentError: the schema is not valid.
        """
        import jsonschema_rs  # noqa: PLC0415 - who only reads what a contract says judges nothing

        try:
            return jsonschema_rs.Draft202012Validator(self.json_schema, validate_formats=True)
        except RecursionError:
            raise DocumentError(f"#{pointer(self.location)}: schemas that refer to one another too deeply") from None
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
            reason = str(error).splitlines()[0][:300]
            raise DocumentError(f"#{pointer(self.location)}: not a valid schema: {reason}") from None

    def place(self, path: tuple[str | int, ...]) -> Place:
        """The place of a concrete path (keys and indexes) in a payload."""
        alike = tuple([0 if isinstance(step, int) else step for step in path])
        place = self._places.get(alike)
        if place is None:
            if len(self._places) >= MAX_REMEMBERED:
                self._places.clear()
            place = self._find(alike)
            if sum(len(step) for step in alike if isinstance(step, str)) <= MAX_NAMES:
                self._places[alike] = place
        return place

    def node(self, place: Place) -> Mapping[str, Any]:
        """The contract's own words on a place."""
        return in_full(at(self.document, resolve(self.document, place.location)))

    def _find(self, path: tuple[str | int, ...]) -> Place:
        steps: list[str] = []
        location, documented = self.location, True
        for step in path:
            child, free = self._child(location, step) if documented else (None, False)
            own = child is None and ((steps[-1:] or [""])[0] in FREE_MAPS or not is_name(str(step)))
            steps.append("*" if free or own or isinstance(step, int) else step)
            documented = child is not None
            location = child or location
        return Place(pointer(steps), location, documented)

    def _child(self, location: Location, step: str | int) -> tuple[Location | None, bool]:
        """Where the contract documents a step below a location, and whether the step is a key of a free map."""
        free: Location | None = None
        for one in self.alternatives([location]):
            node = at(self.document, one)
            if isinstance(step, int):
                if "items" in node:
                    return (*one, "items"), False
            elif step in node.get("properties", {}):
                return (*one, "properties", step), False
            found = None if free is not None else _of_map(node, step)
            free = free if found is None else (*one, *found)
        return free, free is not None

    def alternatives(self, locations: Iterable[Location]) -> Iterator[Location]:
        """Where schemas of one value are defined: references followed, and all parts of compositions, each once."""
        waiting, known = list(locations)[::-1], set[Location]()
        while waiting:
            location = resolve(self.document, waiting.pop())
            node = at(self.document, location)
            if location in known or not isinstance(node, dict):
                continue
            known.add(location)
            yield location
            parts = [(*location, key, index) for key in COMPOSITION for index in range(len(node.get(key, ())))]
            waiting.extend(reversed(parts))

    def places(self) -> Iterator[Place]:
        """Every documented place of a payload, properties and items, each once, as far as MAX_PLACES.

        Recursion is cut at its first return.
        """
        yield from self._below({self.location: frozenset()}, (), iter(range(MAX_PLACES)))

    def list_place(self) -> tuple[str, ...] | None:
        """The steps to the list that a payload is or holds, the nearest one first; None where there is none."""
        known = set[Location]()
        level: dict[tuple[str, ...], list[Location]] = {(): [self.location]}
        while level:
            below: dict[tuple[str, ...], list[Location]] = {}
            for steps, locations in level.items():
                if _is_list(at(self.document, resolve(self.document, locations[0]))):
                    return steps
                for one in self.alternatives(locations):
                    if one not in known:  # what is known is as near, or nearer, where it stood first
                        known.add(one)
                        for step, child in self._children(one):
                            if child[-2:-1] == ("properties",):
                                below.setdefault((*steps, step), []).append(child)
            level = below
        return None

    def _below(
        self, here: Mapping[Location, frozenset[Location]], steps: tuple[str, ...], left: Iterator[int]
    ) -> Iterator[Place]:
        """The places below one.

        Args:
            here: Where the contract speaks of it, each with what stands above that on every way there.
            steps: The steps to it.
            left: Counts what may still be looked at.
        """
        below: dict[str, dict[Location, frozenset[Location]]] = {}
        for location, above in here.items() if len(steps) < MAX_DEPTH else ():
            if location not in self._parts:
                self._parts[location] = {one: self._children(one) for one in self.alternatives([location])}
            parts = self._parts[location]
            over = above.union(parts)
            for step, child in chain.from_iterable(parts[one] for one in parts if one not in above):
                found = below.setdefault(step, {})
                found[child] = found.get(child, over) & over
        for step, children in below.items():
            if next(left, None) is None:
                return
            named = next((child for child in children if child[-2:-1] == ("properties",)), None)
            if named is not None:
                yield Place(pointer((*steps, step)), named, documented=True)
            yield from self._below(children, (*steps, step), left)

    def _children(self, location: Location) -> list[tuple[str, Location]]:
        """What a schema's own words say of a step below it: of its properties, and of items."""
        node = at(self.document, location)
        children = [(name, (*location, "properties", name)) for name in node.get("properties", {})]
        return children + ([("*", (*location, "items"))] if isinstance(node.get("items"), dict) else [])


def _is_list(node: Any) -> bool:
    return isinstance(node, dict) and (node.get("type") in ("array", ["array", "null"]) or "items" in node)


def _of_map(node: Mapping[str, Any], step: str | int) -> Location | None:
    """Where a schema, below its own location, speaks of a key of a free map."""
    if isinstance(step, int):
        return None
    for pattern in node.get("patternProperties", ()):
        with suppress(re.error):
            if re.search(pattern, step):
                return ("patternProperties", str(pattern))
    return ("additionalProperties",) if node.get("additionalProperties", False) is not False else None


def error_path(error: "jsonschema_rs.ValidationError", payload: Any) -> tuple[str | int, ...]:
    """Where in a payload an error of its validator is, which tells names of digits as numbers."""
    path: list[str | int] = []
    for step in error.instance_path:
        name = _named(payload, step) if isinstance(payload, dict) and isinstance(step, int) else step
        path.append(name)
        payload = payload[name]
    return tuple(path)


def _named(payload: Mapping[str, Any], number: int) -> str:
    """The name that was told as this number, be it 7, 007 or +7."""
    shortest = str(number) if number else ""
    alike = (name for name in payload if _DIGITS.fullmatch(name) and name.lstrip("+0") == shortest)
    return str(number) if str(number) in payload else next(alike)


def sent_values(node: Mapping[str, Any]) -> Iterator[tuple[int, Any]]:
    """The values that a provider is known to send by `x-values`, each bare or with its source, by index."""
    said = node.get("x-values")
    for index, one in enumerate(said if isinstance(said, list) else ()):
        if not isinstance(one, dict):
            yield index, one
        elif "value" in one:
            yield index, one["value"]


def schema_words(node: Any) -> str:
    """What a schema asks for, in a few words: `string: validating, failed, …`; `integer or null`."""
    node = in_full(node)
    if node == NOTHING:
        return "nothing"
    kinds = node.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    if node.get("nullable") and "null" not in kinds:
        kinds.append("null")
    text = " or ".join(kinds) or "anything"
    if "const" in node:
        return f"{text}: {node['const']}"
    if "enum" in node:
        return f"{text}: {', '.join(str(value) for value in node['enum'] if value is not None)}"
    bounds = {
        key: node[key]
        for key in ("minimum", "maximum", "minLength", "maxLength", "maxProperties", "pattern", "format")
        if key in node
    }
    return f"{text} ({', '.join(f'{key} {value}' for key, value in bounds.items())})" if bounds else text
