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
from urllib.parse import unquote

from attrs import define, field, frozen

from conformance.document import Document, DocumentError, Location
from conformance.masking import is_name

if TYPE_CHECKING:
    import jsonschema_rs

MAX_PATHS = 10_000
"""In how many ways a schema may be composed of others."""
MAX_UNFOLDED = 20_000
"""How many schemas may come of one whose compositions are written out: a validator has them all in memory."""
MAX_PLACES = 60_000
"""How many places of a payload are looked at: schemas that refer to one another have them without end."""
MAX_DEPTH = 100
"""And how deep."""

_COMPOSITION = ("allOf", "anyOf", "oneOf")
_SCHEMA_MAPS = ("properties", "patternProperties", "dependentSchemas")
_SCHEMA_LISTS = (*_COMPOSITION, "prefixItems")
_SCHEMA_VALUES = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
_PLAIN = (
    *("type", "const", "enum", "required", "dependentRequired", "format", "pattern", "multipleOf", "uniqueItems"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems"),
    *("minProperties", "maxProperties", "minContains", "maxContains"),
)
MAX_REMEMBERED = 10_000
"""Places of a schema that are looked up once; the other side may make up names without end."""
_OPENS = ("additionalProperties", "patternProperties", "unevaluatedProperties")

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


def pointer(steps: Iterable[str | int]) -> str:
    """RFC 6901 JSON Pointer of the steps."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def allows_null(node: Mapping[str, Any]) -> bool:
    """Whether a schema names null beside its type, as 3.0 (`nullable`) or as 3.1 does: then it is allowed beside all.

    Beside an enum too that does not list it: both say the same thing.
    """
    kinds = node.get("type")
    return node.get("nullable") is True or (isinstance(kinds, list) and "null" in kinds and len(kinds) > 1)


def only_ref_counts(document: Document) -> bool:
    """Whether what stands beside a `$ref` does not count, as in OpenAPI 3.0."""
    return isinstance(document.data, dict) and str(document.data.get("openapi", "")).startswith("3.0")


@frozen
class Place:
    """Where in a payload.

    The pointer with `*` for indexes and keys of free maps, and where the contract speaks of it.
    """

    pointer: str
    location: Location
    documented: bool


@define
class _Converter:
    """Turns schemas of one document into JSON Schema 2020-12, references into `$defs`."""

    document: Document
    defs: dict[str, Any] = field(factory=dict)
    _names: dict[tuple[str, bool], str] = field(factory=dict)

    def root(self, node: Any) -> dict[str, Any]:
        converted = self.convert(node, branch=False)
        unfolded: dict[str, int] = {}
        for one in (converted, *self.defs.values()):
            if self._paths(one, {}) > MAX_PATHS or self._unfolded(one, unfolded, inline=False) > MAX_UNFOLDED:
                raise DocumentError("schemas that are composed of one another in too many ways")
        return {**converted, "$defs": self.defs} if isinstance(converted, dict) else {"allOf": [converted]}

    def _paths(self, node: Any, known: dict[str, int]) -> int:
        """In how many ways compositions lead on from a schema: a validator has to go them all."""
        if not isinstance(node, dict):
            return 1
        below = [each for key in _COMPOSITION for each in node.get(key, ())]
        total = sum(self._paths(each, known) for each in below)
        if "$ref" in node:
            name = node["$ref"].rpartition("/")[2]
            if name not in known:
                known[name] = 1
                known[name] = self._paths(self.defs[name], known)
            total += known[name]
        return max(total, 1)

    def _unfolded(self, node: Any, known: dict[str, int], *, inline: bool) -> int:
        """How many schemas one is for a validator, which writes out what a closed object is composed of."""
        if not isinstance(node, dict):
            return 1
        closed = inline or "unevaluatedProperties" in node
        total = 1
        for key in _COMPOSITION:
            total += sum(self._unfolded(each, known, inline=closed) for each in node.get(key, ()))
        for key in _SCHEMA_MAPS:
            total += sum(self._unfolded(each, known, inline=False) for each in node.get(key, {}).values())
        total += sum(self._unfolded(node[key], known, inline=False) for key in _SCHEMA_VALUES if key in node)
        if inline and "$ref" in node:
            name = node["$ref"].rpartition("/")[2]
            if name not in known:
                known[name] = 1
                known[name] = self._unfolded(self.defs[name], known, inline=True)
            total += known[name]
        return total

    def convert(self, node: Any, *, branch: bool) -> Any:
        """A branch of a composition stays open at its own level: the schema around it closes the object."""
        if not isinstance(node, dict):
            return node
        if "$ref" in node and only_ref_counts(self.document):
            return {"$ref": self._reference(node["$ref"], branch=branch)}
        out: dict[str, Any] = {key: node[key] for key in _PLAIN if key in node}
        if "$ref" in node:
            out["$ref"] = self._reference(node["$ref"], branch=branch)
        self._convert_children(node, out)
        _translate(node, out)
        _close(out, branch=branch)
        return out

    def _convert_children(self, node: Mapping[str, Any], out: dict[str, Any]) -> None:
        for key in _SCHEMA_MAPS:
            if key in node:
                out[key] = {name: self.convert(child, branch=False) for name, child in node[key].items()}
        for key in _SCHEMA_LISTS:
            if key in node:
                parts = [self.convert(child, branch=key in _COMPOSITION) for child in node[key]]
                out[key] = _once(parts) if key in {"allOf", "anyOf"} else parts
        for key in _SCHEMA_VALUES:
            if key in node:
                out[key] = self.convert(node[key], branch=key in {"if", "then", "else"})

    def _reference(self, ref: str, *, branch: bool) -> str:
        if (ref, branch) not in self._names:
            name = self._names[ref, branch] = f"{len(self._names)}"
            self.defs[name] = {}
            resolve(self.document, ref_location(ref))  # a circle of references alone has no end
            self.defs[name] = self.convert(at(self.document, ref_location(ref)), branch=branch)
        return f"#/$defs/{self._names[ref, branch]}"


def _once(parts: list[Any]) -> list[Any]:
    """Each part of a composition once: the same again asks for nothing more."""
    return [one for index, one in enumerate(parts) if one not in parts[:index]]


def _translate(node: Mapping[str, Any], out: dict[str, Any]) -> None:
    """OpenAPI's boolean exclusive bounds, and null beside whatever else, in the words of 2020-12."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if out.get(exclusive) is True and bound in out:
            out[exclusive] = out.pop(bound)
        elif isinstance(out.get(exclusive), bool):
            del out[exclusive]
    if not allows_null(node):
        return
    if isinstance(out.get("type"), str):
        out["type"] = [out["type"], "null"]
    if "const" in out:
        out["enum"] = [out.pop("const")]
    if isinstance(out.get("enum"), list) and None not in out["enum"]:
        out["enum"] = [*out["enum"], None]
    if "$ref" in out or any(key in out for key in _COMPOSITION):
        rest = dict(out)
        out.clear()
        out["anyOf"] = [rest, {"type": "null"}]


def _close(out: dict[str, Any], *, branch: bool) -> None:
    """Let undocumented properties be seen; an object without declared properties is a free map."""
    if any(key in out for key in _OPENS):
        return
    composed = any(key in out for key in _COMPOSITION) or "$ref" in out
    if branch:
        if "properties" not in out and not composed:
            out["additionalProperties"] = True
    elif any(key in out for key in _COMPOSITION):
        out["unevaluatedProperties"] = False
    elif "properties" in out and "$ref" not in out:
        out["additionalProperties"] = False


def ref_location(ref: object) -> Location:
    """The location a local `$ref` names.

    Raises:
        DocumentError: the reference leads out of the document.
    """
    if not isinstance(ref, str) or not ref.startswith("#/"):
        raise DocumentError(f"$ref {repr(ref)[:100]}: only references within the document are followed")
    return tuple(unquote(step).replace("~1", "/").replace("~0", "~") for step in ref[2:].split("/"))


def at(document: Document, location: Location) -> Any:
    """What the document holds at a location.

    Raises:
        DocumentError: nothing is there.
    """
    node = document.data
    for step in location:
        try:
            node = node[int(step) if isinstance(node, list) else step]
        except (KeyError, IndexError, TypeError, ValueError):
            raise DocumentError(f"#{pointer(location)}: nothing there") from None
    return node


def resolve(document: Document, location: Location) -> Location:
    """Follow `$ref`s from a location to where something is defined.

    Raises:
        DocumentError: a reference leads nowhere, out of the document, or in a circle.
    """
    seen: set[Location] = set()
    while isinstance(node := at(document, location), dict) and "$ref" in node:
        if location in seen:
            raise DocumentError(f"#{pointer(location)}: $ref in a circle")
        seen.add(location)
        location = ref_location(node["$ref"])
    return location


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
        return _Converter(self.document).root(at(self.document, self.location))

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
            place = self._places[alike] = self._find(alike)
        return place

    def node(self, place: Place) -> Any:
        """The contract's own words on a place."""
        return at(self.document, resolve(self.document, place.location))

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
            parts = [(*location, key, index) for key in _COMPOSITION for index in range(len(node.get(key, ())))]
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
    return ("additionalProperties",) if "additionalProperties" in node else None


def words(node: Any) -> str:
    """What a schema asks for, in a few words: `string: validating, failed, …`; `integer or null`."""
    if not isinstance(node, dict):
        return "anything" if node else "nothing"
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
