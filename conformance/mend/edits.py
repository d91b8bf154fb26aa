"""A drift as edits of a contract: what would have to be said for the drift to be none."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import frozen

from conformance.contract import Contract, Operation, Response
from conformance.document import Location
from conformance.masking import MEDIA_TYPES
from conformance.references import at, resolve
from conformance.schema import PayloadSchema, in_full

DriftRow = Mapping[str, Any]
"""A row of drift.json."""


@frozen
class Edit:
    """One action: `value` is merged into what is at a location; None removes it, or of a list the item `item`."""

    location: Location
    value: Any = None
    item: str | None = None


def edits(contract: Contract, row: DriftRow) -> tuple[Edit, ...]:
    """The edits that a row asks for, in order; none where a contract cannot, or should not, say what was seen.

    Raises:
        DocumentError: a reference of the contract leads nowhere.
    """
    make = _BY_RULE.get(row["rule"])
    operation = contract.operations.get(row["operation"] or "")
    return tuple(make(contract, operation, row)) if make and operation else ()


def place(contract: Contract, row: DriftRow) -> Location | None:
    """Where a contract speaks of a row's place, or of what encloses a field that it does not have."""
    operation = contract.operations.get(row["operation"] or "")
    schema = _schema(operation, row) if operation else None
    if schema is None:
        return None
    steps = _steps(row)
    found = _place(schema, steps)
    if found is not None:
        return found
    above = _place(schema, steps[:-1])
    return None if above is None else resolve(contract.document, above)


def _schema(operation: Operation, row: DriftRow) -> PayloadSchema | None:
    response = operation.response(row["status_code"]) if row["status_code"] else None
    return response.schema if response else None


def _steps(row: DriftRow) -> tuple[str, ...]:
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in row["pointer"].split("/")[1:])


def _place(schema: PayloadSchema, steps: tuple[str, ...]) -> Location | None:
    """Where the contract documents a place of the payload; None where it does not."""
    path: tuple[str | int, ...] = ()
    for step in steps:
        tries = ((*path, 0), (*path, step)) if step == "*" else ((*path, step),)
        path = next((one for one in tries if schema.place(one).documented), ())
        if not path:
            return None
    return schema.place(path).location


def _nullable(contract: Contract, operation: Operation, row: DriftRow) -> Iterator[Edit]:
    schema = _schema(operation, row)
    location = _place(schema, _steps(row)) if schema else None
    if location is None:
        return
    node = at(contract.document, location)
    if contract.version.startswith("3.0"):
        location = resolve(contract.document, location)
        if isinstance(at(contract.document, location), dict):
            yield Edit(location, {"nullable": True})
    elif not isinstance(node, dict):
        yield from _replaced(location, node, {"type": "null"})
        return
    elif "$ref" in node:
        yield from _replaced(location, node, {"anyOf": [{"$ref": node["$ref"]}, {"type": "null"}]})
        return
    elif isinstance(node.get("type"), list):
        yield Edit((*location, "type"), ["null"])
    elif "type" in node:
        yield Edit((*location, "type"))
        yield Edit(location, {"type": [node["type"], "null"]})
    if "enum" in in_full(at(contract.document, location)):
        yield Edit((*location, "enum"), [None])


def _value(contract: Contract, operation: Operation, row: DriftRow) -> Iterator[Edit]:
    schema = _schema(operation, row)
    location = _place(schema, _steps(row)) if schema else None
    if location is None or row["value"] is None or row["value"].startswith("<"):  # masked: no word of the API
        return
    location = resolve(contract.document, location)
    node = in_full(at(contract.document, location))
    if "enum" in node:
        yield Edit((*location, "enum"), [row["value"]])
    elif "const" in node:
        yield Edit((*location, "const"))
        yield Edit(location, {"enum": [node["const"], row["value"]]})


def _type(contract: Contract, operation: Operation, row: DriftRow) -> Iterator[Edit]:
    schema = _schema(operation, row)
    location = _place(schema, _steps(row)) if schema else None
    if location is not None and row["value"]:
        node, seen = at(contract.document, location), {"type": row["value"]}
        yield from _replaced(location, node, {"anyOf": [dict(node), seen]} if isinstance(node, dict) else seen)


def _replaced(location: Location, node: Any, value: dict[str, Any]) -> Iterator[Edit]:
    """Another schema in the place of one; what is `true` or `false` has nothing that could be changed."""
    if isinstance(node, dict):
        yield from (Edit((*location, key)) for key in node)
        yield Edit(location, value)
    elif isinstance(location[-1], str):
        yield Edit(location)
        yield Edit(location[:-1], {location[-1]: value})


def _optional(contract: Contract, operation: Operation, row: DriftRow) -> Iterator[Edit]:
    schema = _schema(operation, row)
    *above, name = _steps(row)
    location = _place(schema, tuple(above)) if schema else None
    if location is None:
        return
    location = resolve(contract.document, location)
    if name in in_full(at(contract.document, location)).get("required", ()):
        yield Edit((*location, "required"), item=name)


def _property(contract: Contract, operation: Operation, row: DriftRow) -> Iterator[Edit]:
    schema = _schema(operation, row)
    *above, name = _steps(row)
    location = _place(schema, tuple(above)) if schema else None
    seen = sorted({str(one["value"]) for one in row["observed"]} & _TYPES)
    if location is None or name == "*" or not seen:
        return
    location = resolve(contract.document, location)
    if isinstance(at(contract.document, location), dict):
        yield Edit(location, {"properties": {name: _seen_type(contract, seen)}})


_TYPES = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})


def _seen_type(contract: Contract, seen: list[str]) -> dict[str, Any]:
    """A schema for the types that were seen; nothing is known of what a list or an object holds."""
    plain = [one for one in seen if one != "null"]
    one: dict[str, Any] = {"type": plain[0], **({"items": {}} if plain[0] == "array" else {})} if plain else {}
    if len(plain) > 1:
        one = {"anyOf": [_seen_type(contract, [each]) for each in plain]}
    if len(plain) == len(seen) or not plain:
        return one
    if contract.version.startswith("3.0"):
        return {**one, "nullable": True}
    return {"anyOf": [one, {"type": "null"}]} if len(plain) > 1 else {**one, "type": [plain[0], "null"]}


def _status(_: Contract, operation: Operation, row: DriftRow) -> Iterator[Edit]:
    yield Edit((*operation.location, "responses"), {str(row["status_code"]): {"description": "Seen, not documented"}})


def _media_type(contract: Contract, operation: Operation, row: DriftRow) -> Iterator[Edit]:
    response: Response | None = operation.response(row["status_code"])
    if response is not None:
        seen = [str(one["value"]) for one in row["observed"] if str(one["value"]) in MEDIA_TYPES]
        location = resolve(contract.document, response.location)
        yield from (Edit((*location, "content"), {one: {}}) for one in seen)


_BY_RULE: Mapping[str, Callable[[Contract, Operation, DriftRow], Iterator[Edit]]] = {
    "response-property-became-nullable": _nullable,
    "response-property-enum-value-added": _value,
    "invariant-constant-changed": _value,
    "response-required-property-missing": _optional,
    "response-property-undocumented": _property,
    "response-status-undocumented": _status,
    "response-media-type-undocumented": _media_type,
    "response-property-type-changed": _type,
}
"""What a contract can say, in the order of work; that pages repeat, or a key is not asked for, it should not."""

ORDER = tuple(_BY_RULE)
