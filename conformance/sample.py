"""Payloads made from a schema: complete and conforming, the ground on which drift is tried out."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import pairwise
from typing import Any

from conformance.document import Location
from conformance.exchange import PayloadPath
from conformance.references import at, resolve
from conformance.schema import PayloadSchema

MAX_VALUES = 5_000
"""How many values a payload has at most: schemas that refer to one another would have no end."""
MAX_LENGTH = 10_000
"""Characters of a text, whatever a contract asks for."""
_LENGTHS = {"minLength": 0, "maxLength": 99}
_STRINGS = {
    "date-time": "2026-01-31T12:00:00Z",
    "date": "2026-01-31",
    "uri": "https://example.com/",
    "uuid": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
}


def sample(schema: PayloadSchema) -> Any:
    """A conforming payload with every documented property and one item in every list.

    Null stands only where nothing else is allowed; a property in which its own object would return is left out.
    """
    return _sample(schema, schema.location, frozenset(), iter(range(MAX_VALUES)))


def _sample(schema: PayloadSchema, location: Location, above: frozenset[Location], left: Iterator[int]) -> Any:  # noqa: PLR0911 - one return a kind
    location = resolve(schema.document, location)
    node = at(schema.document, location)
    if not isinstance(node, dict):
        return {}
    if "const" in node:
        return deepcopy(node["const"])
    if "enum" in node:
        return next((value for value in node["enum"] if value is not None), None)
    above |= {location}
    for key in ("oneOf", "anyOf"):
        if key in node:
            choices = [(*location, key, index) for index in range(len(node[key]))]
            return next(
                (value for choice in choices if (value := _sample(schema, choice, above, left)) is not None), None
            )
    kinds = node.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    kind = next((one for one in kinds if one != "null"), "null")
    if kind == "object" or "properties" in node or "allOf" in node:
        return _object(schema, location, node, above, left)
    if kind == "array":
        items = (*location, "items")
        return [_sample(schema, items, above, left)] if _leads_on(schema, items, above, left) else []
    return _scalar(kind, node)


def _leads_on(schema: PayloadSchema, location: Location, above: frozenset[Location], left: Iterator[int]) -> bool:
    """Whether something is defined at a location that is not being sampled already, and more may be made."""
    if next(left, None) is None:
        return False
    return location[-1] in at(schema.document, location[:-1]) and resolve(schema.document, location) not in above


def _object(
    schema: PayloadSchema,
    location: Location,
    node: Mapping[str, Any],
    above: frozenset[Location],
    left: Iterator[int],
) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for index in range(len(node.get("allOf", ()))):
        member = _sample(schema, (*location, "allOf", index), above, left)
        whole.update(member if isinstance(member, dict) else {})
    for name in node.get("properties", ()):
        place = (*location, "properties", name)
        if _leads_on(schema, place, above, left):
            whole[name] = _sample(schema, place, above, left)
    return whole


def _scalar(kind: str | None, node: Mapping[str, Any]) -> Any:
    example = node.get("example")
    match kind:
        case "integer" | "number":
            fits = isinstance(example, int | float) and not isinstance(example, bool)
            return example if fits else max(node.get("minimum", 0), min(1, node.get("maximum", 1)))
        case "boolean":
            return example if isinstance(example, bool) else False
        case "string":
            if isinstance(example, str) and example:
                return example
            least, most = (min(int(node.get(key, usual)), MAX_LENGTH) for key, usual in _LENGTHS.items())
            return _STRINGS.get(node.get("format", ""), "text".ljust(least, "x")[:most])
    return None


def replace(payload: Any, path: PayloadPath, value: Any) -> Any:
    """A copy of a payload with the value at a path set.

    Steps that are not there are made, as far as the path says how.
    """
    if not path:
        return value
    changed = deepcopy(payload)
    holder = changed
    for step, following in pairwise(path):
        holder = _step(holder, step, [] if isinstance(following, int) else {})
    if isinstance(holder, list):
        holder[min(int(path[-1]), len(holder) - 1) :] = [value]
    else:
        holder[path[-1]] = value
    return changed


def remove(payload: Any, path: PayloadPath) -> Any:
    """A copy of a payload without the property at a path."""
    changed = deepcopy(payload)
    holder = changed
    for step in path[:-1]:
        holder = _step(holder, step, {})
    holder.pop(path[-1], None)
    return changed


def _step(holder: Any, step: str | int, empty: Any) -> Any:
    """One step down; a list of samples has one item, which stands for all."""
    if isinstance(holder, list):
        if not holder:
            holder.append(empty)
        return holder[min(int(step), len(holder) - 1)]
    if not isinstance(holder.get(step), dict | list):
        holder[step] = empty
    return holder[step]


def value_at(payload: Any, path: PayloadPath) -> Any:
    """What a payload holds at a path.

    Raises:
        LookupError: nothing is there.
    """
    for step in path:
        if isinstance(step, int) != isinstance(payload, list):
            raise LookupError(step)
        payload = payload[step]
    return payload
