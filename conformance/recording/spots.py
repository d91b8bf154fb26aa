"""What contracts know of each place of a payload: the words, the numbers and the names that stand there by contract."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

import jsonschema_rs
from attrs import define, field

from conformance.document import Document, DocumentError
from conformance.masking import is_duration
from conformance.references import at, ref_location
from conformance.schema import sent_values

Node = tuple[Document, Mapping[str, Any]]
"""A schema as it stands in a document, which its references lead through."""

Check = Callable[[str], bool]
"""Whether a string keeps what one schema asks of strings."""

_COMPOSED = ("allOf", "anyOf", "oneOf")
_BRANCHES = ("if", "then", "else")
_OPEN = ("additionalProperties", "unevaluatedProperties")
_WORDS = ("enum", "const", "example", "default", "examples")
_LIMITS = ("minLength", "maxLength", "pattern", "format")
_NUMBERS = frozenset({"integer", "number"})


def expanded(nodes: Iterable[tuple[Document, Any]]) -> tuple[Node, ...]:
    """Schemas with all that they refer to and are composed of, each once."""
    found: dict[int, Node] = {}
    waiting = [*nodes]
    while waiting:
        document, node = waiting.pop()
        if not isinstance(node, dict) or id(node) in found:
            continue
        found[id(node)] = (document, node)
        waiting += [(document, child) for child in _parts(document, node)]
    return tuple(found.values())


def _parts(document: Document, node: Mapping[str, Any]) -> Iterator[Any]:
    if "$ref" in node:
        with suppress(DocumentError):
            yield at(document, ref_location(node["$ref"]))
    for key in _COMPOSED:
        if isinstance(node.get(key), list):
            yield from node[key]
    yield from (node[key] for key in _BRANCHES if key in node)


@define(eq=False, slots=False)
class Spot:
    """One place, by the schemas that speak of it; none: no contract knows it."""

    nodes: tuple[Node, ...] = ()
    free: bool = False
    """Whether it is the value of a key of a free map: somebody's own."""
    _children: dict[str, "Spot | None"] = field(factory=dict)

    @classmethod
    def of(cls, nodes: Iterable[tuple[Document, Any]], *, free: bool = False) -> "Spot":
        """The place that schemas speak of."""
        return cls(expanded(nodes), free)

    @cached_property
    def known(self) -> frozenset[str]:
        """Strings that a contract writes down here."""
        return frozenset(value for value in self._values if isinstance(value, str))

    @cached_property
    def _values(self) -> list[Any]:
        return [value for _, node in self.nodes for key in _WORDS if key in node for value in _listed(node[key])] + [
            value for _, node in self.nodes for _, value in sent_values(node)
        ]

    @cached_property
    def listed(self) -> bool:
        """Whether a contract lists the values of this place."""
        return any("enum" in node or "const" in node for _, node in self.nodes)

    @cached_property
    def lasting(self) -> bool:
        """Whether what a contract writes down here are durations."""
        return any(map(is_duration, self.known))

    @cached_property
    def numeric(self) -> bool:
        """Whether a contract knows a number here."""
        if self.free:
            return False
        kinds = {kind for _, node in self.nodes for kind in _kinds(node)}
        return bool(kinds & _NUMBERS) or any(
            isinstance(value, int | float) and not isinstance(value, bool) for value in self._values
        )

    @cached_property
    def boolean(self) -> bool:
        """Whether a contract knows true and false here."""
        return any("boolean" in _kinds(node) for _, node in self.nodes)

    @cached_property
    def times(self) -> frozenset[str]:
        """The formats that schemas ask for here; a free map's values are somebody's own."""
        return frozenset(() if self.free else (str(node["format"]) for _, node in self.nodes if "format" in node))

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """What the schemas ask of strings, beside their values."""
        asked = {
            repr(limits): limits
            for _, node in self.nodes
            if (limits := {key: node[key] for key in _LIMITS if key in node})
        }
        return tuple(check for limits in asked.values() if (check := _check(limits)) is not None)

    def child(self, name: str) -> "Spot | None":
        """The place of a documented property; None where no schema has it."""
        if name not in self._children:
            nodes = [
                (document, node["properties"][name])
                for document, node in self.nodes
                if isinstance(node.get("properties"), dict) and name in node["properties"]
            ]
            if not nodes:
                return None
            self._children[name] = Spot.of(nodes)
        return self._children[name]

    @cached_property
    def others(self) -> "Spot | None":
        """The place of the values of a free map; None where the object is closed."""
        nodes = list[tuple[Document, Any]]()
        open_ = False
        for document, node in self.nodes:
            schemas = [node[key] for key in _OPEN if key in node]
            patterns = node.get("patternProperties")
            schemas += patterns.values() if isinstance(patterns, dict) else ()
            if any(one is not False for one in schemas):
                open_ = True
                nodes += [(document, one) for one in schemas]
            elif "object" in _kinds(node) and not node.keys() & {"properties", "$ref", *_COMPOSED, *_OPEN}:
                open_ = True
        return Spot.of(nodes, free=True) if open_ else None

    @cached_property
    def closed(self) -> bool:
        """Whether a schema lists the names of the properties, and takes no others."""
        return any(
            node.get("properties") and not any(node.get(key, False) is not False for key in _OPEN)
            for _, node in self.nodes
        )

    @cached_property
    def names(self) -> tuple[Check, ...]:
        """What the schemas ask of the names of properties."""
        return Spot.of(
            [(document, node["propertyNames"]) for document, node in self.nodes if "propertyNames" in node]
        ).checks

    @cached_property
    def items(self) -> "Spot":
        """The place of the items of a list."""
        nodes = list[tuple[Document, Any]]()
        for document, node in self.nodes:
            nodes += [(document, node["items"])] if "items" in node else []
            nodes += [(document, one) for one in node.get("prefixItems", ())]
        return Spot.of(nodes, free=self.free)


def _kinds(node: Mapping[str, Any]) -> tuple[str, ...]:
    kinds = node.get("type", ())
    return (kinds,) if isinstance(kinds, str) else tuple(kinds)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _check(limits: Mapping[str, Any]) -> Check | None:
    try:
        return jsonschema_rs.Draft202012Validator({"type": "string", **limits}, validate_formats=True).is_valid
    except (jsonschema_rs.ValidationError, ValueError):
        return None
