"""A schema as what it lets through, said in one way whatever the version of OpenAPI and however it is composed.

`allOf` and what stands beside a reference narrow; the alternatives of `anyOf` and `oneOf` are taken together, as what
any of them lets through: which of them a field comes with is not told apart.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any

from attrs import define, evolve, field, frozen

from conformance.contract import Contract
from conformance.document import DocumentError, Location
from conformance.json_schema import allows_null
from conformance.references import at, only_ref_counts, ref_location
from conformance.schema import json_type, schema_words

Bound = tuple[float, bool]
"""A value, and whether it is itself excluded."""

_COMPOSITION = ("allOf", "anyOf", "oneOf")
_MINIMA = {"minimum": "value", "minLength": "length", "minItems": "items", "minProperties": "properties"}
_MAXIMA = {"maximum": "value", "maxLength": "length", "maxItems": "items", "maxProperties": "properties"}
_REST = (
    *("multipleOf", "uniqueItems", "propertyNames", "patternProperties", "prefixItems", "contains", "not"),
    *("if", "then", "else", "dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems"),
)
"""Keywords that are compared as they are written."""
_IMPLIED = {"properties": "object", "required": "object", "additionalProperties": "object", "items": "array"}
"""The type that a schema without one means all the same."""

ABSENT = object()


@frozen
class SchemaPart:
    """A schema as written, and where; what a merge makes up has the place of what it is made from."""

    node: Any
    location: Location
    made: str | None = None
    """The keyword of a merge that was made up."""


@frozen(eq=False)
class Shape:
    """What a schema lets through. None stands for no limit: any type, any value; `extra` for undocumented fields."""

    location: Location
    types: frozenset[str] | None = None
    """JSON types without null; a number is an integer too."""
    nullable: bool = True
    values: tuple[Any, ...] | None = None
    fields: Mapping[str, SchemaPart] = field(factory=dict)
    required: frozenset[str] = frozenset()
    extra: SchemaPart | None = None
    items: SchemaPart | None = None
    minima: Mapping[str, Bound] = field(factory=dict)
    maxima: Mapping[str, Bound] = field(factory=dict)
    pattern: str | None = None
    format: str | None = None
    default: Any = ABSENT
    example: Any = ABSENT
    rest: Mapping[str, Any] = field(factory=dict)

    @property
    def words(self) -> str:
        """What it asks for, in a few words."""
        types = sorted((self.types or frozenset()) - ({"integer"} if "number" in (self.types or ()) else set()))
        node: dict[str, Any] = {"type": [*types, *(["null"] if self.nullable and self.types is not None else [])]}
        if self.values is not None:
            return schema_words({**node, "enum": list(self.values)})
        bounds = {key: shown(bound) for key, bound in _written(self)}
        return schema_words({**node, **bounds, **({"pattern": self.pattern} if self.pattern else {}), **_format(self)})


def _format(shape: Shape) -> dict[str, str]:
    return {"format": shape.format} if shape.format else {}


def _written(shape: Shape) -> Iterable[tuple[str, Bound]]:
    for names, bounds in ((_MINIMA, shape.minima), (_MAXIMA, shape.maxima)):
        yield from ((keyword, bounds[name]) for keyword, name in names.items() if name in bounds)


def shown(bound: Bound) -> str:
    """A bound in figures; one that is itself excluded is said to be."""
    return f"{bound[0]:g}" + (" (excluded)" if bound[1] else "")


MAX_SHAPES = 60_000
"""How many schemas are looked at in one comparison: some that refer to one another have no end."""


@define(eq=False)
class Shapes:
    """The shapes of the parts of one contract."""

    contract: Contract
    _left: int = MAX_SHAPES
    _named: dict[Location, Shape] = field(factory=dict)
    """Of what is referred to, unless it was cut where it returns within itself."""
    _cuts: int = 0

    def of(self, part: SchemaPart, above: frozenset[Location] = frozenset()) -> Shape:
        """The shape of a part.

        Raises:
            DocumentError: a reference leads nowhere or out of the document, or schemas refer to one another too often.
        """
        self._left -= 1
        if self._left < 0:
            where = f"{self.contract.file}:{self.contract.line(part.location)}"
            raise DocumentError(f"{where}: schemas that refer to one another in too many ways to be compared")
        node, location = part.node, part.location
        if not isinstance(node, dict):
            return Shape(location, types=None if node else frozenset(), nullable=bool(node))
        if "$ref" in node:
            return self._referred(node, location, above)
        own = _own(node, location)
        if not any(key in node for key in _COMPOSITION):
            return own
        whole = reduce(_meet, (self.of(one, above) for one in _branches(node, location, "allOf")), own)
        for key in ("anyOf", "oneOf"):
            alternatives = [self.of(one, above) for one in _branches(node, location, key)]
            if alternatives:
                whole = _meet(whole, reduce(_join, alternatives))
        return evolve(whole, location=location, nullable=whole.nullable or allows_null(node))

    def _referred(self, node: Mapping[str, Any], location: Location, above: frozenset[Location]) -> Shape:
        document = self.contract.document
        target = ref_location(node["$ref"])
        named = self._defined(target, above)
        beside = {key: value for key, value in node.items() if key != "$ref"}
        if only_ref_counts(document) or not beside:
            return named
        whole = _meet(named, self.of(SchemaPart(beside, location), above))
        return evolve(whole, nullable=whole.nullable or allows_null(node))

    def _defined(self, target: Location, above: frozenset[Location]) -> Shape:
        """The shape of what is defined once, looked at once."""
        if target in above:
            self._cuts += 1
            return Shape(target)
        found = self._named.get(target)
        if found is None:
            cuts = self._cuts
            found = self.of(SchemaPart(at(self.contract.document, target), target), above | {target})
            if cuts == self._cuts:
                self._named[target] = found
        return found


def _branches(node: Mapping[str, Any], location: Location, key: str) -> list[SchemaPart]:
    """The parts of a composition, each once."""
    parts: list[SchemaPart] = []
    for index, one in enumerate(node.get(key, ())):
        if all(one != other.node for other in parts):
            parts.append(SchemaPart(one, (*location, key, index)))
    return parts


def shape(contract: Contract, part: SchemaPart) -> Shape:
    """The shape of a part of a contract.

    Raises:
        DocumentError: a reference leads nowhere or out of the document, or schemas refer to one another too often.
    """
    return Shapes(contract).of(part)


def _own(node: Mapping[str, Any], location: Location) -> Shape:
    """What the keywords of one schema say, without what it is composed of."""
    values = tuple(node["enum"]) if "enum" in node else (node["const"],) if "const" in node else None
    types, nullable = _types(node, values)
    return Shape(
        location=location,
        types=types,
        nullable=nullable,
        values=None if values is None else tuple(value for value in values if value is not None),
        fields={
            name: SchemaPart(child, (*location, "properties", name))
            for name, child in node.get("properties", {}).items()
        },
        required=frozenset(node.get("required", ())),
        extra=_child(node, location, "additionalProperties"),
        items=_child(node, location, "items"),
        minima=_bounds(node, _MINIMA, "exclusiveMinimum"),
        maxima=_bounds(node, _MAXIMA, "exclusiveMaximum"),
        pattern=node.get("pattern"),
        format=node.get("format"),
        default=node.get("default", ABSENT),
        example=node.get("example", ABSENT),
        rest={key: node[key] for key in _REST if key in node},
    )


def _types(node: Mapping[str, Any], values: tuple[Any, ...] | None) -> tuple[frozenset[str] | None, bool]:
    named = node.get("type")
    if isinstance(named, str | list):
        types = frozenset([named] if isinstance(named, str) else named)
        nullable = allows_null(node) or ("null" in types and (values is None or None in values))
    elif values is not None:
        types, nullable = frozenset(map(json_type, values)), None in values or allows_null(node)
    else:
        implied = {kind for keyword, kind in _IMPLIED.items() if keyword in node}
        if not implied:
            return None, True
        types, nullable = frozenset(implied), allows_null(node)
    return types - {"null"} | ({"integer"} if "number" in types else frozenset()), nullable


def _child(node: Mapping[str, Any], location: Location, keyword: str) -> SchemaPart | None:
    child = node.get(keyword)
    return None if child is None or child is True else SchemaPart(child, (*location, keyword))


def _bounds(node: Mapping[str, Any], names: Mapping[str, str], exclusive: str) -> dict[str, Bound]:
    bounds: dict[str, Bound] = {name: (node[keyword], False) for keyword, name in names.items() if keyword in node}
    excluded = node.get(exclusive)
    if excluded is True and "value" in bounds:  # OpenAPI 3.0
        bounds["value"] = (bounds["value"][0], True)
    elif isinstance(excluded, int | float) and not isinstance(excluded, bool):
        bounds["value"] = (excluded, True)
    return bounds


def lower(bound: Bound) -> tuple[float, bool]:
    """Sorts minima: the higher, the stricter."""
    return bound


def upper(bound: Bound) -> tuple[float, bool]:
    """Sorts maxima: the lower, the stricter."""
    return (bound[0], not bound[1])


def _meet(one: Shape, other: Shape) -> Shape:
    """What both let through."""
    return Shape(
        location=one.location,
        types=_narrowed(one.types, other.types, frozenset[str].__and__),
        nullable=one.nullable and other.nullable,
        values=_narrowed(one.values, other.values, lambda a, b: tuple(value for value in a if value in b)),
        fields=_merged(one, other, "allOf"),
        required=one.required | other.required,
        extra=_both(one.extra, other.extra, "allOf") or one.extra or other.extra,
        items=_both(one.items, other.items, "allOf") or one.items or other.items,
        minima=_each(one.minima, other.minima, lambda a, b: max(a, b, key=lower)),
        maxima=_each(one.maxima, other.maxima, lambda a, b: min(a, b, key=upper)),
        pattern=_narrowed(one.pattern, other.pattern, lambda a, b: a if a == b else f"{a} and {b}"),
        format=one.format or other.format,
        default=other.default if one.default is ABSENT else one.default,
        example=other.example if one.example is ABSENT else one.example,
        rest={**other.rest, **one.rest},
    )


def _join(one: Shape, other: Shape) -> Shape:
    """What either lets through; a limit on strings stays one where the other lets no string through."""
    if not one.types and one.types is not None:
        return evolve(other, nullable=one.nullable or other.nullable)
    if not other.types and other.types is not None:
        return evolve(one, nullable=one.nullable or other.nullable)
    apart = one.types is not None and other.types is not None and not one.types & other.types
    keep: Callable[[Any, Any], Any] = (lambda a, b: a or b) if apart else lambda a, b: a if a == b else None
    objects = [each for each in (one, other) if each.types is None or "object" in each.types]
    return Shape(
        location=one.location,
        types=None if one.types is None or other.types is None else one.types | other.types,
        nullable=one.nullable or other.nullable,
        values=None
        if one.values is None or other.values is None
        else (*one.values, *(value for value in other.values if value not in one.values)),
        fields=_merged(one, other, "anyOf"),
        required=reduce(frozenset.__and__, [each.required for each in objects]) if objects else frozenset(),
        extra=_both(one.extra, other.extra, "anyOf") or (one.extra or other.extra if apart else None),
        items=_both(one.items, other.items, "anyOf") or one.items or other.items,
        minima=_shared(one.minima, other.minima, min, apart=apart),
        maxima=_shared(one.maxima, other.maxima, max, apart=apart),
        pattern=keep(one.pattern, other.pattern),
        format=keep(one.format, other.format),
        rest={**one.rest, **other.rest},
    )


def _narrowed(one: Any, other: Any, both: Callable[[Any, Any], Any]) -> Any:
    if one is None or other is None:
        return other if one is None else one
    return both(one, other)


def _both(one: SchemaPart | None, other: SchemaPart | None, keyword: str) -> SchemaPart | None:
    if one is None or other is None:
        return None
    nodes: list[Any] = []
    for part in (one, other):
        made = part.node[keyword] if part.made == keyword else [part.node]
        nodes += [node for node in made if node not in nodes]
    return one if len(nodes) == 1 else SchemaPart({keyword: nodes}, one.location, keyword)


def _merged(one: Shape, other: Shape, keyword: str) -> dict[str, SchemaPart]:
    both = {name: _both(one.fields[name], other.fields[name], keyword) for name in one.fields if name in other.fields}
    return {**one.fields, **other.fields, **{name: part for name, part in both.items() if part is not None}}


def _each(
    one: Mapping[str, Bound], other: Mapping[str, Bound], both: Callable[[Bound, Bound], Bound]
) -> dict[str, Bound]:
    return {**one, **other, **{name: both(one[name], other[name]) for name in one if name in other}}


def _shared(
    one: Mapping[str, Bound], other: Mapping[str, Bound], both: Callable[[Bound, Bound], Bound], *, apart: bool
) -> dict[str, Bound]:
    every = _each(one, other, both)
    return every if apart else {name: bound for name, bound in every.items() if name in one and name in other}
