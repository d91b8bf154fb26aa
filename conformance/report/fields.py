"""The batch object of a contract, field by field, so that contracts can be read side by side."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from conformance.batches import BATCHES
from conformance.contract import Contract
from conformance.document import Location
from conformance.references import at, resolve
from conformance.schema import PayloadSchema, Place

_SUCCESS = 200
MAX_FIELDS = 2_000
"""More fields than anybody reads side by side."""


def batch_fields(contract: Contract) -> list[dict[str, Any]]:
    """Each documented field, nested ones included, in the contract's order; empty where it documents no batch object.

    A row holds `field` (a JSON Pointer within the batch), `type` (JSON types without null), `nullable`, `required`,
    `values` (the closed list, or null) and `line`.
    """
    schema = _batch(contract)
    return [] if schema is None else [_field(contract, schema, place) for place in islice(schema.places(), MAX_FIELDS)]


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
        "nullable": _takes_null(contract, resolve(contract.document, place.location)),
        "required": place.location[-1] in owner.get("required", ()),
        "values": None if values is None else [str(value) for value in values if value is not None],
        "line": contract.line(place),
    }


@lru_cache(maxsize=10_000)
def _takes_null(contract: Contract, location: Location) -> bool:
    return contract.schema(location).validator.is_valid(None)


def _types(contract: Contract, location: Location) -> Iterator[str]:
    """The JSON types that a schema names, those of its alternatives included."""
    for one in contract.schema(location).alternatives([location]):
        named = at(contract.document, one).get("type", [])
        yield from [named] if isinstance(named, str) else named
