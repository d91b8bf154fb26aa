"""A contract in the form that clients are generated from: one way of saying what JSON Schema has several for.

What a client's type cannot hold is left out: formats of strings (they stay text), the values of numbers (an open list
of numbers is a number), defaults, titles (they would name classes). What is said twice over (`nullable`, a list
of types, an `anyOf` with null; `const`, an `enum` of one) is said one way. A schema that leads back to itself is typed
as anything where it does, since a value can be no deeper than its own text. What remains that cannot be said in Python
is refused by its place.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from typing import Any

from attrs import define, field

from conformance.document import Location
from conformance.references import pointer
from scripts.python_names import OUR_OWN, alike, distinct, module_name
from scripts.safety import MAX_ENTRIES

Node = dict[str, Any]

_REF = "#/components/schemas/"
_NULL: Node = {"type": "null"}
_TEXT_FORMATS = frozenset({"binary"})
"""Formats of strings that change what a client takes: a file."""

_TOLD = frozenset({"description", "example", "title", "default"})
"""Keywords that no value is held to."""

_SAID_ELSEWHERE = frozenset(
    {
        *("title", "nullable", "const", "enum", "type", "oneOf", "anyOf", "allOf", "default", "$comment", "$defs"),
        *("not", "if", "then", "else", "dependentSchemas", "dependentRequired", "patternProperties", "propertyNames"),
        *("unevaluatedProperties", "unevaluatedItems", "contains", "discriminator", "xml", "examples", "readOnly"),
    }
)
"""Keywords that are said another way in the normal form, or that no type of Python can say."""

_OF_TYPE: Mapping[str, frozenset[str]] = {
    "object": frozenset({"properties", "required", "additionalProperties", "minProperties", "maxProperties"}),
    "array": frozenset({"items", "prefixItems", "minItems", "maxItems", "uniqueItems"}),
    "string": frozenset({"format", "pattern", "minLength", "maxLength", "contentEncoding", "contentMediaType"}),
}
"""Keywords that speak of values of one type only."""

_TYPE_OF: Mapping[type, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
    type(None): "null",
}
TYPES = frozenset({"object", "array", "string", "integer", "number", "boolean", "null"})


class NoClientError(Exception):
    """A contract says something that no client can be generated for; the message names place and reason in one line."""


def normal_form(document: Node) -> Node:
    """The normal form of an OpenAPI document, which is left as it is.

    Raises:
        NoClientError: it has a schema that cannot be brought into that form.
    """
    made = deepcopy(document)
    _Former(made).form()
    return made


@define
class _Former:
    """Brings one document, in place, into normal form."""

    document: Node
    _nullable: dict[str, bool] = field(factory=dict)
    """By schema of the components, whether it admits null."""
    _made: dict[str, Node] = field(factory=dict)
    """Schemas that got a name of their own."""
    _modules: set[str] = field(factory=set)
    """What the modules of the components' schemas are called."""

    def form(self) -> None:
        schemas = _mapping(_mapping(self.document.get("components")).get("schemas"))
        if renamed := distinct(schemas):
            _rename(self.document, renamed)
            schemas = self.document["components"]["schemas"]
        self._modules = {*map(str.casefold, OUR_OWN), *map(module_name, schemas)}
        for name in schemas:
            self._nullable[name] = self._admits_null(schemas[name], ("components", "schemas", name), ())
        _cut_circles(schemas)
        for name, schema in schemas.items():
            schemas[name] = self._formed(schema, name, ("components", "schemas", name), whole=True)
        for holder, name, location in _places(self.document):
            holder["schema"] = self._formed(holder["schema"], name, location)
        for name, schema in self._made.items():
            schemas.setdefault(name, schema)

    def _formed(self, node: Any, name: str, location: Location, *, whole: bool = False) -> Node:
        """A schema in normal form; `name` is what a class of it would be called.

        Of one that stands as a `whole` under a name, null is left out: it is said wherever that name is referred to.
        """
        if isinstance(node, bool):
            return {}
        if not isinstance(node, dict):
            raise NoClientError(f"#{pointer(location)}: expected a schema, got {str(node)[:60]!r}")
        if "$ref" in node:
            return self._reference(node, location, whole=whole)
        node = self._merged(node, location)
        members = list(self._members(node, name, location))
        nullable = _NULL in members and members != [_NULL] and not whole
        members = [member for member in members if member != _NULL] or members[:1]
        told = {key: node[key] for key in ("description", "example") if key in node}
        if len(members) == 1 and not nullable:
            member = members[0] if "$ref" in members[0] else {**told, **members[0]}
            return self._named(member, name, 0) if not whole and module_name(name) in self._modules else member
        named = [self._named(member, name, number if len(members) > 1 else 0) for number, member in enumerate(members)]
        return {**told, "oneOf": [*_unique(named), *([_NULL] if nullable else [])]}

    def _reference(self, node: Node, location: Location, *, whole: bool) -> Node:
        target = str(node["$ref"])
        name = target.removeprefix(_REF)
        if not target.startswith(_REF) or name not in self._nullable:
            raise NoClientError(f"#{pointer(location)}: the reference {target[:80]!r} leads nowhere")
        plain = {"$ref": target}
        nullable = self._nullable[name] or node.get("nullable") is True
        return {"oneOf": [plain, _NULL]} if nullable and not whole else plain

    def _members(self, node: Node, name: str, location: Location) -> Iterator[Node]:
        """What a schema admits, as schemas of one type each; null among them."""
        if node.get("nullable") is True:
            yield _NULL
        alternatives = () if {"enum", "const"} & node.keys() else ("oneOf", "anyOf")  # values say more than types
        for key in alternatives:
            for index, member in enumerate(node.get(key) or ()):
                formed = self._formed(member, name, (*location, key, index))
                yield from formed.get("oneOf", [formed])
        if any(node.get(key) for key in alternatives):
            return
        values = node.get("enum", [node["const"]] if "const" in node else None)
        types = _types(node, values, location)
        if not types:
            yield self._typed(node, "", name, location)
        for kind in types:
            of_kind = [value for value in values or () if _TYPE_OF[type(value)] == kind]
            if kind == "null":
                yield _NULL
            elif kind == "string" and values is not None and of_kind:
                yield _enumeration(node, of_kind, location)
            elif values is None or of_kind:
                yield self._typed(node, kind, name, location)

    def _typed(self, node: Node, kind: str, name: str, location: Location) -> Node:
        """The part of a schema that speaks of one type."""
        foreign = frozenset().union(*(keys for other, keys in _OF_TYPE.items() if kind and other != kind))
        made = {key: value for key, value in node.items() if key not in _SAID_ELSEWHERE | foreign}
        if kind:
            made["type"] = kind
        if made.get("format") not in _TEXT_FORMATS:
            made.pop("format", None)
        if isinstance(properties := made.get("properties"), dict):
            if pair := alike(properties):
                raise NoClientError(
                    f"#{pointer((*location, 'properties', pair[1]))}: in Python the same as {pair[0]!r}"
                )
            made["properties"] = {
                key: self._formed(child, f"{name}{_pascal(key)}", (*location, "properties", key))
                for key, child in properties.items()
            }
        if isinstance(made.get("additionalProperties"), dict):
            made["additionalProperties"] = self._formed(
                made["additionalProperties"], f"{name}Value", (*location, "additionalProperties")
            )
        if kind == "array":
            made.pop("prefixItems", None)
            made["items"] = self._formed(made.get("items", {}), f"{name}Item", (*location, "items"))
        return made

    def _merged(self, node: Node, location: Location) -> Node:
        """A schema without `allOf`: what all of its members say together."""
        members = [member for member in node.get("allOf") or () if isinstance(member, dict) and member]
        if not members:
            return node
        merged = {key: value for key, value in node.items() if key != "allOf"}
        if len(members) == 1 and "$ref" in members[0] and not set(merged) - _TOLD:
            return {"anyOf": members, **{key: value for key, value in merged.items() if key != "title"}}
        for index, member in enumerate(members):
            there = self._resolved(member, (*location, "allOf", index), ())
            _merge(merged, self._merged(there, (*location, "allOf", index)), (*location, "allOf", index))
        return merged

    def _resolved(self, node: Node, location: Location, seen: tuple[str, ...]) -> Node:
        if "$ref" not in node:
            return node
        name = str(node["$ref"]).removeprefix(_REF)
        schemas = _mapping(_mapping(self.document.get("components")).get("schemas"))
        if name in seen or not isinstance(schemas.get(name), dict):
            raise NoClientError(f"#{pointer(location)}: the reference {str(node['$ref'])[:80]!r} leads nowhere")
        return self._resolved(schemas[name], location, (*seen, name))

    def _admits_null(self, node: Any, location: Location, seen: tuple[str, ...]) -> bool:
        if not isinstance(node, dict):
            return False
        if "$ref" in node:
            name = str(node["$ref"]).removeprefix(_REF)
            schemas = _mapping(_mapping(self.document.get("components")).get("schemas"))
            if name in seen:
                raise NoClientError(f"#{pointer(location)}: a reference that leads back to itself, and says nothing")
            return node.get("nullable") is True or self._admits_null(schemas.get(name), location, (*seen, name))
        members = [*(node.get("oneOf") or ()), *(node.get("anyOf") or ())]
        said = node.get("type") == "null" or (isinstance(node.get("type"), list) and "null" in node["type"])
        only_values = "type" not in node and None in (node.get("enum") or ())
        return bool(
            node.get("nullable") is True
            or said
            or only_values
            or any(self._admits_null(member, location, seen) for member in members)
        )

    def _named(self, member: Node, name: str, number: int) -> Node:
        """A member of a union; where it becomes a class, a reference to it by a name of its own."""
        if "enum" not in member and not (member.get("type") == "object" and member.get("properties", 1)):
            return member
        free = name
        while self._made.get(free, member) != member or module_name(free) in self._modules:
            free = f"{free}{number + 1 if number else 'Value'}"
        self._made[free] = member
        return {"$ref": f"{_REF}{free}"}


def _enumeration(node: Node, values: list[str], location: Location) -> Node:
    values = list(dict.fromkeys(values))
    if len(values) > MAX_ENTRIES:
        raise NoClientError(f"#{pointer((*location, 'enum'))}: {len(values)} values, more than {MAX_ENTRIES}")
    told: Node = {key: node[key] for key in ("description", "example") if key in node}
    return {**told, "type": "string", "enum": values, **_constants(values)}


def _constants(values: list[str]) -> Node:
    """Names for the values of an enumeration, where the generator's own would not be distinct ones."""
    names = [re.sub(r"\W|^(?=\d)", "_", value).upper() for value in values]
    if len(set(names)) == len(values) and all(re.fullmatch(r"[A-Z][A-Z0-9_]*", name) for name in names):
        return {}
    return {"x-enum-varnames": [f"VALUE_{number}" for number in range(len(values))]}


def _types(node: Node, values: Any, location: Location) -> list[str]:
    """The types that a schema admits, in its order; none where it says nothing of them."""
    if values is not None and (not isinstance(values, list) or not values):
        raise NoClientError(f"#{pointer((*location, 'enum'))}: expected a list of values, got {str(values)[:60]!r}")
    said = node.get("type")
    types = list(said) if isinstance(said, list) else [said] if said is not None else []
    if bad := [one for one in types if one not in TYPES]:
        raise NoClientError(f"#{pointer((*location, 'type'))}: {str(bad[0])[:60]!r} is no type of JSON")
    if not types and values is not None:
        types = list(dict.fromkeys(_TYPE_OF[type(value)] for value in values))
    if not types:
        types = ["object"] if node.get("properties") else ["array"] if "items" in node else []
    return list(dict.fromkeys(types))


def _merge(into: Node, member: Node, location: Location) -> None:
    for key, value in member.items():
        old = into.get(key)
        if key in {"properties", "patternProperties"} and isinstance(old, dict) and isinstance(value, dict):
            into[key] = {**value, **old}
        elif key == "required" and isinstance(old, list) and isinstance(value, list):
            into[key] = list(dict.fromkeys([*value, *old]))
        elif key == "type" and old is not None and old != value:
            raise NoClientError(f"#{pointer(location)}: {old} and {value} at once: nothing is both")
        else:
            into.setdefault(key, value)


def _rename(document: Node, names: Mapping[str, str]) -> None:
    """Give schemas of the components other names, wherever they are referred to."""
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {names.get(name, name): schema for name, schema in schemas.items()}

    def follow(node: Any) -> None:
        if isinstance(node, dict):
            target = node.get("$ref")
            name = target.removeprefix(_REF) if isinstance(target, str) and target.startswith(_REF) else ""
            if name in names:
                node["$ref"] = f"{_REF}{names[name]}"
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            follow(child)

    follow(document)


def _cut_circles(schemas: Node) -> None:
    """Leave out each reference that leads back to a schema it stands in."""
    done: set[str] = set()

    def follow(node: Any, above: tuple[str, ...]) -> Any:
        if isinstance(node, list):
            return [follow(item, above) for item in node]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("$ref"), str):
            name = node["$ref"].removeprefix(_REF)
            if name in above:
                return {key: follow(value, above) for key, value in node.items() if key != "$ref"}
            visit(name, above)
            return node
        return {key: follow(value, above) for key, value in node.items()}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in schemas and name not in done:
            schemas[name] = follow(schemas[name], (*above, name))
            done.add(name)

    for name in list(schemas):
        visit(name, ())


def _places(document: Node) -> Iterator[tuple[Node, str, Location]]:
    """Everything outside of `components/schemas` that holds a schema, and what its class would be called."""
    components = _mapping(document.get("components"))
    for kind, holders in components.items():
        if kind != "schemas":
            for name, holder in _mapping(holders).items():
                yield from _holders(holder, _pascal(name), ("components", kind, name))
    for path, item in _mapping(document.get("paths")).items():
        for method, operation in _mapping(item).items():
            named = operation.get("operationId", path) if isinstance(operation, dict) else path
            yield from _holders(operation, _pascal(str(named)), ("paths", path, method))


def _holders(node: Any, name: str, location: Location) -> Iterator[tuple[Node, str, Location]]:
    if isinstance(node, dict):
        if "schema" in node and not {"example", "examples", "properties"} & set(location):
            yield node, name, (*location, "schema")
        for key, child in node.items():
            if key != "schema":
                yield from _holders(child, f"{name}{_step(key)}", (*location, key))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from _holders(child, name, (*location, index))


def _step(key: str) -> str:
    """What a step to a schema adds to the name of its class: the status of a response, the body of a request."""
    return f"Response{key}" if re.fullmatch(r"[1-5](?:\d\d|XX)", str(key)) else "Body" if key == "requestBody" else ""


def _unique(members: Collection[Node]) -> list[Node]:
    unique: list[Node] = []
    for member in members:
        if member not in unique:
            unique.append(member)
    return unique


def _mapping(node: Any) -> Node:
    return node if isinstance(node, dict) else {}


def _pascal(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^0-9A-Za-z]+", str(name)) if part)
