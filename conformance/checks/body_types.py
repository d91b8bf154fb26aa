"""What types say of a contract's bodies of batches: those made here accept only bodies in which nothing is to be found.

They accept only what the schema allows, with the constants and the timestamps of a status as the tables have them; what
they refuse need not be wrong. Schemas that use a keyword that does not occur in the kept contracts have no types.
"""

from collections.abc import Collection, Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal

import msgspec
from attrs import frozen

from conformance.batches import BATCHES, CONSTANTS, COUNTS, IDS, TIMES_IN_ORDER, TIMESTAMPS
from conformance.checks.names import LONG
from conformance.contract import Operation
from conformance.exchange import PayloadPath
from conformance.schema import PayloadSchema


@frozen
class BodyTypes:
    """The type of a whole body and that of a batch, which is a union of structs, one a status.

    Fields that are not there are None. `fields` are those of a batch, but for its status; `listed`: the body is a list
    of batches.
    """

    body: Any
    batch: Any
    listed: bool
    fields: tuple[str, ...]
    is_open: bool
    """Whether anything may stand anywhere, and so may go too deep."""


_INTEGER = Annotated[int, msgspec.Meta(ge=-(1 << 60), le=1 << 60)]
"""Those that can be kept; others are looked at."""
_SCALARS: Mapping[str, Any] = {"string": str, "integer": _INTEGER, "number": float, "boolean": bool, "null": None}
_LENGTHS: Mapping[str, Mapping[str, str]] = {
    "string": {"maxLength": "max_length"},
    "object": {"maxProperties": "max_length"},
}
_KNOWN: Mapping[str, frozenset[str]] = {
    "string": frozenset({"enum", "const", "maxLength"}),
    "object": frozenset({"properties", "required", "additionalProperties", "propertyNames", "maxProperties"}),
    "array": frozenset({"items"}),
}
"""The keywords that are understood, by the type that they speak of."""
_DEEPEST, _MOST = 20, 2000
"""Steps from the root, and places in all, beyond which a schema (that refers to itself, say) has no types."""


class _Beyond(ValueError):  # noqa: N818 - names the situation
    """The schema says something for which there is no type."""


def body_types(operation: Operation, schema: PayloadSchema) -> BodyTypes:
    """The types for a success of an operation in BATCHES.

    Raises:
        ValueError, TypeError: there are none; making a decoder of them may raise these too.
    """
    compiler = _Compiler(schema.json_schema, CONSTANTS[operation.name], BATCHES[operation.name])
    body = compiler.type_of(schema.json_schema, ())
    listed = bool(BATCHES[operation.name])
    if compiler.batch is None or (listed and not isinstance(body, type)):
        raise _Beyond
    return BodyTypes(body, compiler.batch, listed, compiler.fields, compiler.is_open)


class _Compiler:
    def __init__(self, root: Mapping[str, Any], constants: Mapping[PayloadPath, str], batches: PayloadPath) -> None:
        self._root, self._constants, self._batches = root, constants, batches
        self._names = {(*batches, name) for name in IDS}
        self._places = 0
        self.is_open = False
        self.batch: Any = None
        self.fields: tuple[str, ...] = ()

    def type_of(self, node: Any, path: PayloadPath) -> Any:
        node = self._resolved(node)
        self._places += 1
        if len(path) > _DEEPEST or self._places > _MOST:
            raise _Beyond
        if (node is True or node == {}) and path not in self._constants and path not in self._names:
            self.is_open = True
            return Any
        if not isinstance(node, dict):
            raise _Beyond
        kinds = _kinds(node)
        known = {"type", "$defs"}.union(*(_KNOWN.get(kind, ()) for kind in kinds))
        if not kinds or not node.keys() <= known:
            raise _Beyond
        words = _listed(node)
        if path in self._names:
            if "string" not in kinds or not {*kinds} <= {"string", "null"}:
                raise _Beyond
            kinds = ("string",) if path[-1] == "id" else kinds
        if words is not None:
            kinds = tuple(kind for kind in kinds if kind == "string" or (kind == "null" and None in words))
        return reduce(or_, [self._of_kind(kind, node, path) for kind in kinds])

    def _resolved(self, node: Any) -> Any:
        for _ in range(_DEEPEST):
            if not isinstance(node, dict) or "$ref" not in node:
                return node
            if not node.keys() <= {"$ref", "$defs"}:  # what stands beside a reference counts too
                raise _Beyond
            node = self._root["$defs"][node["$ref"].rpartition("/")[2]]
        raise _Beyond

    def _of_kind(self, kind: str, node: Mapping[str, Any], path: PayloadPath) -> Any:
        if kind == "array":
            return list[self.type_of(node.get("items", True), (*path, "*"))]  # type: ignore[misc]
        if kind == "object":
            return self._object(node, path)
        if kind == "string":
            return _string(node, self._constants.get(path), is_name=path in self._names)
        return _SCALARS[kind]

    def _object(self, node: Mapping[str, Any], path: PayloadPath) -> Any:
        properties = node.get("properties", {})
        if node.get("additionalProperties", True) is False:
            if node.keys() & {"maxProperties", "propertyNames"}:
                raise _Beyond
            types = {name: self.type_of(child, (*path, name)) for name, child in properties.items()}
            required = {*node.get("required", ()), *(name for name in properties if (*path, name) in self._constants)}
            if not required <= properties.keys():
                raise _Beyond
            return self._batch(node, types, required) if path == self._batches else _struct("Object", types, required)
        return self._map(node, properties, path)

    def _map(self, node: Mapping[str, Any], properties: Mapping[str, Any], path: PayloadPath) -> Any:
        """A free map; where some of its keys are declared, all of them must be of one type, and it is narrower."""
        if path == self._batches or "required" in node:
            raise _Beyond
        values = {str(child): child for child in properties.values()}
        others = node.get("additionalProperties", True)
        if len(values) > 1 or (values and others is not True):
            raise _Beyond
        (value,) = values.values() or (others,)
        names = self.type_of({"type": "string", **node.get("propertyNames", {})}, (*path, "*"))
        return _bounded(dict[names, self.type_of(value, (*path, "*"))], "object", node)  # type: ignore[valid-type,misc]

    def _batch(self, node: Mapping[str, Any], types: Mapping[str, Any], required: Collection[str]) -> Any:
        properties = {name: self._resolved(child) for name, child in node["properties"].items()}
        if _kinds(node) != ("object",) or "status" not in types:
            raise _Beyond
        status = properties["status"]
        if "string" not in _kinds(status) or not status.keys() <= {"type", "enum", "const"}:
            raise _Beyond
        if not _counts_are_whole(properties.get("request_counts"), self._resolved):
            raise _Beyond
        times = {name: _kinds(properties[name]) for name in TIMES_IN_ORDER if name in types}
        if not all("integer" in kinds and set(kinds) <= {"integer", "null"} for kinds in times.values()):
            raise _Beyond
        documented = _listed(status)
        plain = {name: kind for name, kind in types.items() if name != "status"}
        if "id" not in plain:
            raise _Beyond
        required = {*required, "id"}
        variants = [
            _struct("Batch", plain | _times_in(word, times), required, status=word)
            for word in TIMESTAMPS
            if documented is None or word in documented
        ]
        if not variants:
            raise _Beyond
        self.batch, self.fields = reduce(or_, variants), tuple(plain)
        return self.batch


def _kinds(node: Any) -> tuple[str, ...]:
    kinds = node.get("type", ()) if isinstance(node, dict) else ()
    return (kinds,) if isinstance(kinds, str) else tuple(kinds)


def _listed(node: Mapping[str, Any]) -> list[Any] | None:
    """The values that a schema lists; None where it lists none."""
    if "const" in node and "enum" in node:
        raise _Beyond
    listed: list[Any] | None = [node["const"]] if "const" in node else node.get("enum")
    return listed


def _string(node: Mapping[str, Any], constant: str | None, *, is_name: bool) -> Any:
    """A string; a name is not empty, and short."""
    listed = _listed(node)
    words = None if listed is None else [word for word in listed if isinstance(word, str)]
    if is_name and words is None:
        return Annotated[str, msgspec.Meta(min_length=1, max_length=min(LONG, node.get("maxLength", LONG)))]
    if is_name:
        raise _Beyond
    if constant is not None:
        words = [constant] if words is None or constant in words else []
    if words is None:
        return _bounded(str, "string", node)
    if not words or "maxLength" in node:
        raise _Beyond
    return Literal[tuple(words)]


def _bounded(kind: Any, name: str, node: Mapping[str, Any]) -> Any:
    bounds: dict[str, Any] = {ours: node[theirs] for theirs, ours in _LENGTHS[name].items() if theirs in node}
    return Annotated[kind, msgspec.Meta(**bounds)] if bounds else kind


def _counts_are_whole(node: Any, resolved: Any) -> bool:
    """Whether the counts, where a contract has them, are an object in which each is a whole number."""
    if not isinstance(node, dict):
        return node is None
    properties = node.get("properties", {})
    return all(_kinds(resolved(properties.get(name, {}))) == ("integer",) for name in COUNTS)


def _times_in(status: str, times: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """What the timestamps that a status demands and forbids may be."""
    demanded, forbidden = TIMESTAMPS[status]
    set_: dict[str, Any] = {name: Annotated[int, msgspec.Meta(gt=0)] for name in demanded if name in times}
    unset: dict[str, Any] = {
        name: Literal[0] | None if "null" in times[name] else Literal[0] for name in forbidden if name in times
    }
    return set_ | unset


def _struct(name: str, types: Mapping[str, Any], required: Collection[str], status: str | None = None) -> Any:
    fields = [(key, kind) if key in required else (key, kind, None) for key, kind in types.items()]
    if not all(key.isidentifier() for key in types):
        raise _Beyond
    tag: dict[str, Any] = (
        {} if status is None else {"tag_field": "status", "tag": status, "namespace": {"status": status}}
    )
    return msgspec.defstruct(name, fields, kw_only=True, forbid_unknown_fields=True, gc=False, **tag)
