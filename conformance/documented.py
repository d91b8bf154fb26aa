"""Drift from another provider's contract that the endpoint's own contract documents, at a line of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import orjson

from conformance.checks.one.forms import said
from conformance.contract import Contract, Operation
from conformance.document import Location
from conformance.drift import Drift, Known
from conformance.json_schema import allows_null
from conformance.masking import shown_word
from conformance.places import ABSENT, Saying, saying
from conformance.references import at
from conformance.schema import PayloadSchema, json_type, sent_values

REASONS: Mapping[str, str] = {
    "value": "the endpoint's own contract names this value",
    "null": "the endpoint's own contract allows null here",
    "type": "the endpoint's own contract gives it this type",
    "field": "the endpoint's own contract has this field",
    "no-field": "the endpoint's own contract has no such field",
    "field-left-out": "the endpoint's own contract leaves this field out in its example",
    "status": "the endpoint's own contract names this status",
    "range": "the endpoint's own contract allows this value",
    "not-asked": "the endpoint's own contract does not ask for this",
}
"""Why a drift is documented; reports say it in their own language."""

Told = tuple[str, Location]
"""The key of a reason, and where the contract says so."""


def documented(drift: Drift, own: Contract) -> Known | None:
    """Why a drift of an endpoint from another provider's contract is known, if its own contract says so."""
    operation = own.operations.get(drift.identity.operation or "")
    rule = _RULES.get(drift.rule)
    told = rule(drift, operation) if rule and operation else None
    if told is None:
        return None
    return Known(kind="documented", reason=REASONS[told[0]], source=f"{own.file}:{own.line(told[1])}")


def _schema(drift: Drift, operation: Operation) -> PayloadSchema | None:
    response = operation.response(drift.identity.status_code or 0)
    return response.schema if response else None


def _at_place(
    find: Callable[[Drift, PayloadSchema, Saying, Saying], Told | None],
) -> Callable[[Drift, Operation], Told | None]:
    """A rule about what the own contract says of a place in the body."""

    def rule(drift: Drift, operation: Operation) -> Told | None:
        schema = _schema(drift, operation)
        return None if schema is None else find(drift, schema, *saying(schema, drift.identity.pointer))

    return rule


def _value(drift: Drift, schema: PayloadSchema, here: Saying, _: Saying) -> Told | None:
    """The very value, in an enum, an example or `x-values`: a bare type says nothing of a value."""
    for location in here.nodes:
        node = at(schema.document, location)
        named = [(value, (*location, "enum", index)) for index, value in enumerate(node.get("enum", ()))]
        named += [(node["const"], (*location, "const"))] if "const" in node else []
        named += [(value, (*location, "x-values", index)) for index, value in sent_values(node)]
        for value, place in named:
            if shown_word(value) == drift.identity.value:
                return "value", place
    for value, place in here.shown:
        if value is not ABSENT and shown_word(value) == drift.identity.value:
            return "value", place
    return None


def _null(_: Drift, schema: PayloadSchema, here: Saying, __: Saying) -> Told | None:
    for location in here.nodes:
        node = at(schema.document, location)
        open_types = node.get("x-open", ())
        named = allows_null(node) or node.get("type") in ("null", ["null"]) or None in node.get("enum", ())
        if "const" in node and node["const"] is None:
            return "null", (*location, "const")
        if named and None not in open_types and "null" not in open_types:
            return "null", (*location, "nullable" if node.get("nullable") is True else "type")
    return next((("null", place) for value, place in here.shown if value is None), None)


_IMPLIED = {"properties": "object", "items": "array"}


def _type(drift: Drift, schema: PayloadSchema, here: Saying, _: Saying) -> Told | None:
    wanted = drift.identity.value or ""
    for location in here.nodes:
        node = at(schema.document, location)
        kinds = node.get("type", [kind for key, kind in _IMPLIED.items() if key in node])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        opened = {"null" if one is None else one for one in node.get("x-open", ())}
        if wanted in {*kinds, *(["integer"] if "number" in kinds else [])} - opened:
            return "type", (*location, "type")
    shown = ((value, place) for value, place in here.shown if value is not ABSENT)
    return next((("type", place) for value, place in shown if json_type(value) == wanted), None)


def _field(_: Drift, __: PayloadSchema, here: Saying, ___: Saying) -> Told | None:
    return ("field", here.nodes[0]) if here.nodes else None


def _missing(_: Drift, schema: PayloadSchema, here: Saying, around: Saying) -> Told | None:
    """No such field, or one that the example for this status leaves out: "not required" says nothing."""
    if not here.nodes:
        owners = [one for one in around.nodes if at(schema.document, one).get("properties")]
        others = [one for one in around.nodes if _is_no_object(at(schema.document, one))]
        if owners or (around.nodes and len(others) == len(around.nodes)):
            return "no-field", (*owners[0], "properties") if owners else around.nodes[0]
        return None
    return next((("field-left-out", place) for value, place in here.shown if value is ABSENT), None)


def _is_no_object(node: Mapping[str, object]) -> bool:
    kinds = node.get("type")
    return kinds is not None and "object" not in ([kinds] if isinstance(kinds, str) else kinds)  # type: ignore[operator]


def _status(drift: Drift, operation: Operation) -> Told | None:
    response = operation.response(drift.identity.status_code or 0)
    return ("status", response.location) if response and response.status != "default" else None


_BOUNDS = frozenset({"enum", "const", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
"""What says of values which are allowed: a bare type does not."""


def _request(drift: Drift, operation: Operation) -> Told | None:
    """A value that the own contract's range takes, or one left out that it does not ask for."""
    name = drift.identity.pointer.removeprefix("/")
    request = drift.example.request if drift.example else None
    if request is None or not name or "/" in name:
        return None
    parameter = operation.parameter(name)
    if parameter is None and request.body is not None:
        return _field_sent(drift, operation, name, said(request, operation))
    values = [value for key, value in request.query if key == name]
    if not values:
        asked = parameter is not None and parameter.required
        return None if asked else ("not-asked", parameter.schema.location if parameter else operation.location)
    shown = [text.removeprefix(f"{name}=") for text in map(str, _observed(drift))]
    wanted = [*values, *(text for text in shown if text.lstrip("-").isdecimal())]
    return _allowed(parameter.schema, [_read(text) for text in wanted]) if parameter else None


def _field_sent(drift: Drift, operation: Operation, name: str, payload: object) -> Told | None:
    """Likewise of a field of the body."""
    body = operation.body
    if body is None or not isinstance(payload, dict):
        return None
    here, around = saying(body, drift.identity.pointer)
    if name in payload:
        return _allowed(PayloadSchema(body.document, here.nodes[0]), [payload[name]]) if here.nodes else None
    asked = any(name in at(body.document, one).get("required", ()) for one in around.nodes)
    return None if asked or not around.nodes else ("not-asked", (here.nodes or around.nodes)[0])


def _observed(drift: Drift) -> Iterator[object]:
    return (orjson.loads(value) for value in drift.observed if value is not None)


def _read(text: str) -> object:
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 20 else text


def _allowed(schema: PayloadSchema, values: Iterable[object]) -> Told | None:
    nodes = saying(schema, "")[0].nodes
    says = next((one for one in nodes if _BOUNDS & at(schema.document, one).keys()), None)
    return None if says is None or not all(map(schema.validator.is_valid, values)) else ("range", says)


_RULES: Mapping[str, Callable[[Drift, Operation], Told | None]] = {
    "response-property-enum-value-added": _at_place(_value),
    "response-property-became-nullable": _at_place(_null),
    "response-property-type-changed": _at_place(_type),
    "response-property-undocumented": _at_place(_field),
    "response-required-property-missing": _at_place(_missing),
    "response-status-undocumented": _status,
    "request-invalid-accepted": _request,
}
"""What can be documented at all: never how an endpoint behaves."""
