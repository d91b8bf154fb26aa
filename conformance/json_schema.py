"""OpenAPI 3.0 and 3.1 schemas as JSON Schema 2020-12 with closed objects: undocumented properties are seen, too."""

from collections.abc import Mapping
from typing import Any

from attrs import define, field

from conformance.document import Document, DocumentError
from conformance.references import at, only_ref_counts, ref_location, resolve

MAX_PATHS = 10_000
"""In how many ways a schema may be composed of others."""
MAX_UNFOLDED = 20_000
"""How many schemas may come of one whose compositions are written out: a validator has them all in memory."""

COMPOSITION = ("allOf", "anyOf", "oneOf")
_SCHEMA_MAPS = ("properties", "patternProperties", "dependentSchemas")
_SCHEMA_LISTS = (*COMPOSITION, "prefixItems")
_SCHEMA_VALUES = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
_PLAIN = (
    *("type", "const", "enum", "required", "dependentRequired", "format", "pattern", "multipleOf", "uniqueItems"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems"),
    *("minProperties", "maxProperties", "minContains", "maxContains"),
)
_OPENS = ("additionalProperties", "patternProperties", "unevaluatedProperties")


def allows_null(node: Mapping[str, Any]) -> bool:
    """Whether a schema names null beside its type, as 3.0 (`nullable`) or as 3.1 does: then it is allowed beside all.

    Beside an enum too that does not list it: both say the same thing.
    """
    kinds = node.get("type")
    return node.get("nullable") is True or (isinstance(kinds, list) and "null" in kinds and len(kinds) > 1)


@define
class Converter:
    """Turns schemas of one document into JSON Schema 2020-12, references into `$defs`."""

    document: Document
    defs: dict[str, Any] = field(factory=dict)
    _names: dict[tuple[str, bool], str] = field(factory=dict)

    def root(self, node: Any) -> dict[str, Any]:
        """The whole of one, with what it refers to.

        Raises:
            DocumentError: it is composed in more ways than a validator can go.
        """
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
        below = [each for key in COMPOSITION for each in node.get(key, ())]
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
        for key in COMPOSITION:
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
                parts = [self.convert(child, branch=key in COMPOSITION) for child in node[key]]
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
    if "$ref" in out or any(key in out for key in COMPOSITION):
        rest = dict(out)
        out.clear()
        out["anyOf"] = [rest, {"type": "null"}]


def _close(out: dict[str, Any], *, branch: bool) -> None:
    """Let undocumented properties be seen; an object without declared properties is a free map."""
    if any(key in out for key in _OPENS):
        return
    composed = any(key in out for key in COMPOSITION) or "$ref" in out
    if branch:
        if "properties" not in out and not composed:
            out["additionalProperties"] = True
    elif any(key in out for key in COMPOSITION):
        out["unevaluatedProperties"] = False
    elif "properties" in out and "$ref" not in out:
        out["additionalProperties"] = False
