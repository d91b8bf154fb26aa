"""What a client needs to know of its contract, and the contract as the generator is given it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from attrs import evolve, frozen
from batch_client.provider import Operation
from batch_client.relies import FINAL, RELIES

from conformance.contract import LINES, Contract
from conformance.references import resolve
from scripts.python_names import class_name

Node = dict[str, Any]

STANDARD: Mapping[str, Operation] = {
    "list_batches": Operation("GET", "/batches", query=("after", "limit")),
    "create_batch": Operation("POST", "/batches"),
    "retrieve_batch": Operation("GET", "/batches/{batch_id}"),
    "cancel_batch": Operation("POST", "/batches/{batch_id}/cancel"),
    "upload_file": Operation("POST", "/files"),
    "list_files": Operation("GET", "/files"),
    "retrieve_file": Operation("GET", "/files/{file_id}"),
    "delete_file": Operation("DELETE", "/files/{file_id}"),
    "file_content": Operation("GET", "/files/{file_id}/content"),
}
"""The operations as OpenAI has them: how one is asked that a contract does not document."""

_COMMON = frozenset({"input_file_id", "endpoint", "completion_window", "metadata"})
"""Fields of a create that every face takes."""
_CHOICES = ("anyOf", "oneOf", "allOf")
_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "object": "Mapping[str, Any]"}


class UnfitContractError(Exception):
    """No client can be made of a contract; the message is one line, without the contract's name."""


@frozen
class Extra:
    """A field of a create that only this provider documents."""

    name: str
    annotation: str
    description: str


@frozen
class Facts:
    """What a client is made with.

    Attributes:
        operations: All nine, as the contract documents them, or else as OpenAI does.
        paths_begin: What stands before the paths in the contract, although the address of the provider ends in it.
        extras: What a create takes beside what all take.
    """

    operations: Mapping[str, Operation]
    paths_begin: str
    extras: tuple[Extra, ...]

    def given(self, operation: str) -> str:
        """The model of what an operation gives, by its name; an object without one if it has none."""
        found = self.operations[operation]
        return found.inner or found.model or "Undocumented"


def named(contract: Contract) -> Node:
    """The document of a contract whose operations have their names and tags, whatever the provider calls them.

    Without the schemas of lines: the client reads those itself, of every provider alike.
    """
    document: Node = deepcopy(contract.document.data)
    for schema in contract.lines.values():
        *above, name = resolve(contract.document, schema.location)
        if above == ["components", "schemas"]:
            document["components"]["schemas"].pop(name, None)
    for name, operation in contract.operations.items():
        node: Any = document
        for step in operation.location:
            node = node[step]
        node |= {"operationId": name, "tags": ["Batch" if "batch" in name else "Files"]}
        node.pop(LINES, None)
    return document


def facts(document: Any, version: str) -> Facts:
    """What a contract documents.

    Args:
        document: The contract.
        version: The end of the provider's address, as in `/v1`, or nothing.

    Raises:
        UnfitContractError: the face relies on something that the contract does not document.
    """
    found = {name: (path, method, node) for path, method, name, node in _operations(document)}
    paths = [path for path, _, _ in found.values()]
    begin = version if paths and all(path.startswith(f"{version}/") for path in paths) else ""
    documented = {
        name: _operation(document, name, path.removeprefix(begin), method, node)
        for name, (path, method, node) in found.items()
    }
    operations = {name: documented.get(name, standard) for name, standard in STANDARD.items()}
    file = operations["list_files"].item
    if operations["retrieve_file"].model is None:
        operations["retrieve_file"] = evolve(operations["retrieve_file"], model=file)
    _hold(document, documented)
    create = found["create_batch"][2] if "create_batch" in found else {}
    return Facts(operations, begin, tuple(_extras(document, create)))


def prepared(document: Any) -> Any:
    """A contract whose client has every description, and can rely on what it needs. Changes it in place.

    The generator reads what a parameter is for from its schema only; that is where it is put. Fields that the face
    relies on always become required: they are typed as always there, and one that is missing is told as drift.
    """
    for parameter in _parameters(document):
        schema = parameter.get("schema")
        if isinstance(schema, dict) and "$ref" not in schema and "description" in parameter:
            schema.setdefault("description", parameter["description"])
    for _, _, name, node in _operations(document):
        schema = _success(document, node)
        envelope = _envelope(document, name, schema)
        if envelope:
            _require(schema, envelope)
            schema = _resolved(document, schema["properties"][envelope])
        for one in RELIES:
            if one.always and name in one.operations:
                *steps, last = one.place.replace("[]", ".[]").split(".")
                _require(_at(document, schema, steps), last)
    return document


def _operations(document: Any) -> Iterator[tuple[str, str, str, Node]]:
    """Path, method, name and node of each of the nine that a contract has."""
    paths = document.get("paths") if isinstance(document, dict) else None
    for path, methods in (paths or {}).items():
        for method, node in (methods or {}).items() if isinstance(methods, dict) else ():
            name = node.get("operationId") if isinstance(node, dict) else None
            if isinstance(name, str) and name in STANDARD:
                yield path, method.upper(), name, {**node, "parameters": _given(document, methods, node)}


def _given(document: Any, methods: Node, node: Node) -> Sequence[Node]:
    given = [*(methods.get("parameters") or ()), *(node.get("parameters") or ())]
    return [_resolved(document, one) for one in given]


def _operation(document: Any, name: str, path: str, method: str, node: Node) -> Operation:
    query = [one for one in node["parameters"] if one.get("in") == "query"]
    schema = _success(document, node)
    envelope = _envelope(document, name, schema)
    inner = schema["properties"][envelope] if envelope else None
    page = _resolved(document, inner) if inner else schema
    return Operation(
        method=method,
        path=path,
        model=_model(_success(document, node, resolve=False)),
        query=tuple(one["name"] for one in query),
        required=tuple(one["name"] for one in query if one.get("required")),
        envelope=envelope,
        inner=_model(inner) if inner else None,
        item=_model(_resolved(document, _properties(page).get("data", {})).get("items") or {}),
    )


def _envelope(document: Any, name: str, schema: Node) -> str | None:
    """The property that holds what is asked for, where the answer is not that itself: an object, and called `data`."""
    inner = _resolved(document, _properties(schema).get("data", {}))
    wanted = next((one.place for one in RELIES if one.needed and name in one.operations), None)
    return "data" if wanted is not None and wanted in _properties(inner) else None


def _success(document: Any, node: Node, *, resolve: bool = True) -> Node:
    """The schema of an operation's success; nothing where it is none of JSON."""
    for status, response in (node.get("responses") or {}).items():
        if str(status).startswith("2"):
            content = _resolved(document, response).get("content") or {}
            schema = next((one.get("schema") or {} for kind, one in content.items() if "json" in kind), {})
            return _resolved(document, schema) if resolve else schema
    return {}


def _hold(document: Any, documented: Mapping[str, Operation]) -> None:
    """Hold a contract to what the face relies on."""
    nodes = {name: node for _, _, name, node in _operations(document)}
    for one in RELIES:
        for name in (each for each in one.operations if each in documented):
            schema = _success(document, nodes[name])
            if envelope := documented[name].envelope:
                schema = _resolved(document, schema["properties"][envelope])
            *steps, last = one.place.replace("[]", ".[]").split(".")
            held = {_snake(each): value for each, value in _properties(_at(document, schema, steps)).items()}
            users = _and(one.by)
            if last not in held:
                raise UnfitContractError(f"{name} documents no {one.place}, which the client needs for {users}")
            values = _resolved(document, held[last]).get("enum")
            if last == "status" and values and (lacks := [each for each in FINAL if each not in values]):
                raise UnfitContractError(
                    f"{name} documents no {one.place} {_and(lacks)}, which the client needs for {users}"
                )
    for name, operation in documented.items():
        if operation.model is None and name != "file_content":
            raise UnfitContractError(f"{name} documents no named schema for its success")


def _extras(document: Any, create: Node) -> Iterator[Extra]:
    content = (_resolved(document, create.get("requestBody") or {}).get("content") or {}).values()
    body = _resolved(document, next((one["schema"] for one in content if one.get("schema")), {}))
    for name, schema in _properties(body).items():
        if name.isascii() and name.isidentifier() and name not in _COMMON:
            found = _resolved(document, schema)
            kinds = found.get("type")
            kind = kinds if isinstance(kinds, str) else ""
            yield Extra(name, _TYPES.get(kind, "Any"), str(found.get("description") or "of this provider"))


def _at(document: Any, schema: Node, steps: Sequence[str]) -> Node:
    for step in steps:
        inner = schema.get("items") if step == "[]" else _properties(schema).get(step)
        schema = _resolved(document, inner or {})
    return schema


def _require(schema: Node, name: str) -> None:
    if name in _properties(schema) and name not in (required := schema.get("required") or []):
        schema["required"] = [*required, name]


def _model(schema: Node) -> str | None:
    """The class of a schema, which the generator calls as the schema is called."""
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    return class_name(reference.rpartition("/")[2]) if isinstance(reference, str) else None


def _snake(name: str) -> str:
    """A property as its attribute is called."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _properties(schema: Any) -> Node:
    found = schema.get("properties") if isinstance(schema, dict) else None
    return found if isinstance(found, dict) else {}


def _resolved(document: Any, node: Any) -> Node:
    """What a reference leads to; of alternatives the one beside null."""
    for _ in range(20):
        if not isinstance(node, dict):
            return {}
        if isinstance(reference := node.get("$ref"), str):
            found = document
            for step in reference.removeprefix("#/").split("/"):
                found = found.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
            node = found
        elif not _properties(node) and isinstance(
            choices := node.get("anyOf") or node.get("oneOf") or node.get("allOf"), list
        ):
            node = next((one for one in choices if isinstance(one, dict) and one.get("type") != "null"), {})
        else:
            return node
    return {}


def _parameters(node: Any) -> Iterator[Node]:
    """Everything in a document that is a parameter."""
    if isinstance(node, dict):
        if "in" in node and "name" in node:
            yield node
        for child in node.values():
            yield from _parameters(child)
    elif isinstance(node, list):
        for child in node:
            yield from _parameters(child)


def _and(names: Sequence[str]) -> str:
    return ", ".join(names)
