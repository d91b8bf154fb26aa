"""Values in the shape that a contract documents: its fields, its types, its forms of time, and nothing else."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from attrs import frozen

from conformance.document import Location
from conformance.sample import sample
from conformance.schema import PayloadSchema
from conformance.simulator.described import chosen, fields_of, place_of, required_of, takes_null, types_of, words

Values = Mapping[str, Any]
"""What there is to say, by the name of the field; times as seconds since the epoch."""

ABSENT: Any = object()
"""Nothing to say: the field is left out."""


class Timestamp(int):
    """A time, in seconds since the epoch: a text where a contract has texts for times."""


class Troubles(list[dict[str, Any]]):
    """What is wrong with a batch's input: an object with a list, a list of objects or texts, or one text."""


@frozen
class Otherwise:
    """A value where the contract has no example."""

    value: Any


def unshaped(value: Any) -> Any:
    """A value where a contract has no shape for it."""
    return value.value if isinstance(value, Otherwise) else value


@frozen
class _Whole:
    """A value that stands as it is."""

    value: Any


def shaped(schema: PayloadSchema, steps: Sequence[str], core: Any, values: Values) -> Any:
    """A payload with something at the end of the steps, and around it what `values` and the contract have there.

    In the schema there are nothing but objects on the way.
    """
    return _around(schema, schema.location, tuple(steps), core, values)


def filled(schema: PayloadSchema, steps: Sequence[str], values: Values) -> Any:
    """The object at the end of the steps, each documented field with its value.

    A field of which nothing is known is null where that is documented, else as the contract's example, else left out
    if it may be.
    """
    return _object(schema, place_of(schema, schema.location, tuple(steps)), values)


def _around(schema: PayloadSchema, location: Location, steps: tuple[str, ...], core: Any, values: Values) -> Any:
    if not steps:
        return core
    place = chosen(schema, location)
    described = fields_of(schema, place)
    if steps[0] not in described:  # what is not described at all is as it usually is
        usual = {} if described else {name: unshaped(value) for name, value in values.items()}
        return {**usual, **_object(schema, place, values), steps[0]: core}
    inner = _around(schema, described[steps[0]], steps[1:], core, values)
    return _object(schema, place, {**values, steps[0]: _Whole(inner)})


@frozen
class _Field:
    """One documented field, ready to be filled."""

    name: str
    example: Any
    """ABSENT where the contract has none that is a scalar."""
    otherwise: Any
    """What stands there if nothing is known: null, something that conforms, or ABSENT."""
    required: bool
    fit: Callable[[Any], Any]
    """A value in the first documented type that can hold it; ABSENT where none can."""
    specimen: Callable[[], Any]

    def fill(self, value: Any) -> Any:
        kind = type(value)
        if kind is _Whole:
            return value.value
        if value is ABSENT or kind is Otherwise:
            value = self.example if self.example is not ABSENT else value if value is ABSENT else value.value
        if value is None or value is ABSENT:
            return self.otherwise
        fitted = self.fit(value)
        return self.specimen() if fitted is ABSENT and self.required else fitted


@cache
def _fields(schema: PayloadSchema, location: Location) -> tuple[_Field, ...]:
    """The fields of an object; found once, since answers are made of many."""
    location = chosen(schema, location)
    required = required_of(schema, location)
    return tuple(_field(schema, name, place, name in required) for name, place in fields_of(schema, location).items())


def _field(schema: PayloadSchema, name: str, place: Location, required: bool) -> _Field:  # noqa: FBT001 - a flag of it
    example = words(schema, place).get("example", ABSENT)
    otherwise = None if takes_null(schema, place) else specimen(schema, place) if required else ABSENT
    return _Field(
        name=name,
        example=ABSENT if isinstance(example, dict | list) else example,
        otherwise=otherwise,
        required=required,
        fit=_fitting(schema, chosen(schema, place)),
        specimen=lambda: specimen(schema, place),
    )


def _object(schema: PayloadSchema, location: Location, values: Values) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for field in _fields(schema, location):
        value = field.fill(values.get(field.name, ABSENT))
        if value is not ABSENT:
            whole[field.name] = value
    return whole


@cache
def specimen(schema: PayloadSchema, place: Location) -> Any:
    """Something that conforms: the example or default of a scalar, else as it is made from the schema."""
    node = words(schema, place)
    for key in ("example", "default"):
        if key in node and not isinstance(node[key], dict | list) and node[key] in node.get("enum", [node[key]]):
            return node[key]
    return sample(PayloadSchema(schema.document, place))


@cache
def _fitting(schema: PayloadSchema, location: Location) -> Callable[[Any], Any]:
    """How a value gets the first documented type that can hold it; ABSENT where none can."""
    node = words(schema, location)
    if "const" in node or "enum" in node:
        spelt = {str(one).lower(): one for one in ([node["const"]] if "const" in node else node["enum"])}
        return lambda value: spelt.get(str(value).lower(), ABSENT)
    ways = [_way(schema, location, node, kind) for kind in types_of(node) or ("anything",)]

    if len(ways) == 1:
        return ways[0]

    def fit(value: Any) -> Any:
        for way in ways:
            found = way(value)
            if found is not ABSENT:
                return found
        return ABSENT

    return fit


def _way(schema: PayloadSchema, location: Location, node: Mapping[str, Any], kind: str) -> Callable[[Any], Any]:
    if kind == "object":
        return partial(_as_object, schema, location, node)
    if kind == "array":
        return partial(_as_array, schema, location, node)
    return partial(_SCALARS[kind], node)


def _as_object(schema: PayloadSchema, location: Location, node: Mapping[str, Any], value: Any) -> Any:
    if isinstance(value, Troubles):
        value = {"object": "list", "data": value}
    if not isinstance(value, dict):
        return ABSENT
    closed = ("properties" in node or "allOf" in node) and not node.get("additionalProperties")
    return _object(schema, location, value) if closed else dict(value)


def _as_array(schema: PayloadSchema, location: Location, node: Mapping[str, Any], value: Any) -> Any:
    if not isinstance(value, list | tuple):
        return ABSENT
    if "items" not in node:
        return list(value)
    fit = _fitting(schema, chosen(schema, (*location, "items")))
    return [fit(one) for one in value]


def _as_number(_: Mapping[str, Any], value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else ABSENT


def _as_integer(node: Mapping[str, Any], value: Any) -> Any:
    """A whole number; of counts, the total."""
    if type(value) in {int, Timestamp}:
        return int(value)
    number = _as_number(node, value.get("total") if isinstance(value, dict) else value)
    return ABSENT if number is ABSENT else int(number)


def _as_string(node: Mapping[str, Any], value: Any) -> Any:
    """A text; of counts the total, of what is wrong the words, of a time RFC 3339's form."""
    if isinstance(value, str):
        return value
    if isinstance(value, Troubles):
        return "; ".join(one["message"] for one in value) or ABSENT
    if isinstance(value, dict):
        value = value.get("message") or value.get("total")
    if isinstance(value, str):
        return value
    number = _as_number(node, value)
    if number is not ABSENT and (node.get("format") == "date-time" or isinstance(value, Timestamp)):
        return datetime.fromtimestamp(number, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return number if number is ABSENT else str(number)


_SCALARS: Mapping[str, Callable[[Mapping[str, Any], Any], Any]] = {
    "integer": _as_integer,
    "number": _as_number,
    "string": _as_string,
    "boolean": lambda _, value: value if isinstance(value, bool) else ABSENT,
    "null": lambda *_: ABSENT,
    "anything": lambda _, value: dict(value) if isinstance(value, dict) else value,
}
