"""A contract as the generator is given it: the same, said so that the generator takes in all of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Node = dict[str, Any]


def prepared(document: Any, relied_on: Mapping[str, Sequence[str]]) -> Any:
    """A contract whose client has every description, and can rely on what it needs. Changes it in place.

    The generator reads what a parameter is for from its schema only; that is where it is put. Properties of
    `relied_on`, by schema, become required: they are typed as always there, and one that is missing is told as drift.
    """
    for parameter in _parameters(document):
        schema = parameter.get("schema")
        if isinstance(schema, dict) and "$ref" not in schema and "description" in parameter:
            schema.setdefault("description", parameter["description"])
    for name, properties in relied_on.items():
        schema = _schema(document, name)
        required = schema.get("required", [])
        schema["required"] = [*required, *(each for each in properties if each not in required)]
    return document


def lacking(document: Any, relied_on: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The properties relied on that a contract does not have, as `Schema.property`."""
    return [
        f"{name}.{each}"
        for name, properties in relied_on.items()
        for each in properties
        if each not in _schema(document, name).get("properties", {})
    ]


def _schema(document: Any, name: str) -> Node:
    node = document if isinstance(document, dict) else {}
    for step in ("components", "schemas", name):
        node = node.get(step) or {}
    return node


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
