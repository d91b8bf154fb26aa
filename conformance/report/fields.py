"""The batch object of a contract, field by field, so that contracts can be read side by side."""

from collections.abc import Iterator
from typing import Any

from conformance.checks.invariants import BATCHES
from conformance.contract import Contract
from conformance.document import Location
from conformance.schema import PayloadSchema, Place, at, resolve

_SUCCESS = 200


def batch_fields(contract: Contract) -> list[dict[str, Any]]:
    """Each documented field, nested ones included, in the contract's order; empty where it documents no batch object.

    A row holds `field` (a JSON Pointer within the batch), `type` (JSON types without null), `nullable`, `required`,
    `values` (the closed list, or null) and `line`.
    """
    schema = _batch(contract)
    return [] if schema is None else [_field(contract, schema, place) for place in schema.places()]


def _batch(contract: Contract) -> PayloadSchema | None:
    """The schema of the batch object, from the first operation that answers with one."""
    for name, path in BATCHES.items():
        operation = contract.operations.get(name)
        response = operation.response(_SUCCESS) if operation else None
        if response is not None and response.schema is not None:
            place = response.schema.place(tuple(0 if step == "*" else step for step in path))
            if place.documented:
                return contract.schema(place.location)
    return None


def _field(contract: Contract, schema: PayloadSchema, place: Place) -> dict[str, Any]:
    node = schema.node(place)
    owner = at(contract.document, place.location[:-2])
    values = node.get("enum", [node["const"]] if "const" in node else None)
    return {
        "field": place.pointer,
        "type": [kind for kind in dict.fromkeys(_types(contract, place.location)) if kind != "null"],
        "nullable": contract.schema(place.location).validator.is_valid(None),
        "required": place.location[-1] in owner.get("required", ()),
        "values": None if values is None else [str(value) for value in values if value is not None],
        "line": contract.line(place),
    }


def _types(contract: Contract, location: Location) -> Iterator[str]:
    """The JSON types that a schema names, those of its alternatives included."""
    location = resolve(contract.document, location)
    node = at(contract.document, location)
    if not isinstance(node, dict):
        return
    named = node.get("type", [])
    yield from [named] if isinstance(named, str) else named
    for key in ("anyOf", "oneOf", "allOf"):
        for index in range(len(node.get(key, ()))):
            yield from _types(contract, (*location, key, index))
