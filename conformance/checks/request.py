"""Whether a request keeps the contract, as far as the request alone can tell."""

import re
from collections.abc import Iterator
from typing import Any, Literal

import orjson
from attrs import frozen

from conformance.contract import Operation, Parameter, is_json
from conformance.exchange import Request, header
from conformance.schema import words

ORDINARY = range(1, 101)
"""Whole numbers that no server has reason to refuse where the contract names no bounds."""

REFERENCES = frozenset({"after", "before", "batch_id", "file_id", "input_file_id"})
"""Parameters and body fields that name a thing the server made: right only if an earlier response told the name."""

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBERISH = re.compile(r"\s*[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?\s*")
_MAX_DIGITS = 4300


@frozen
class Verdict:
    """What a contract makes of a request: `valid`, `invalid`, or `unsure`, where no server could be blamed either way.

    `pointer` and `reason` say what is invalid and why. `references` are the names in the request that an earlier
    response must have told for it to be valid.
    """

    kind: Literal["valid", "invalid", "unsure"]
    pointer: str = ""
    reason: str = ""
    references: tuple[str, ...] = ()


def judge_request(request: Request, operation: Operation, path_parameters: dict[str, str]) -> Verdict:
    """Hold a request against the contract.

    An unknown query parameter changes nothing: no server is wrong to ignore it, none to refuse it.
    """
    doubts, references = False, list(path_parameters.values())
    query: dict[str, list[str]] = {}
    for name, value in request.query:
        query.setdefault(name, []).append(value)
    for parameter in operation.parameters:
        if parameter.where != "query":
            continue
        values = query.pop(parameter.name, [])
        if not values and parameter.required:
            return Verdict("invalid", f"/{parameter.name}", "required")
        for verdict in _parameter(parameter, values):
            if verdict.kind == "invalid":
                return verdict
            doubts |= verdict.kind == "unsure"
        if parameter.name in REFERENCES:
            references += values
    doubts |= bool(query) or _asks_for_another_form(request) or _other_media_type(request, operation)
    if operation.body is not None or request.body:
        verdict = _body(request, operation)
        if verdict.kind == "invalid":
            return verdict
        doubts |= verdict.kind == "unsure"
        references += verdict.references
    return Verdict("unsure" if doubts else "valid", references=tuple(references))


def _parameter(parameter: Parameter, values: list[str]) -> Iterator[Verdict]:
    schema = parameter.schema.json_schema
    kinds = schema.get("type", "string")
    if len(values) > 1 and kinds != "array":
        yield Verdict("unsure")
        return
    for value in values:
        if not value:
            yield Verdict("unsure")
        elif kinds == "integer":
            yield _integer(parameter, value)
        elif kinds == "boolean":
            yield Verdict("valid" if value in {"true", "false"} else "unsure")
        elif kinds == "string":
            yield _string(parameter, value)


def _integer(parameter: Parameter, text: str) -> Verdict:
    schema = parameter.schema
    wrong = Verdict("invalid", f"/{parameter.name}", words(schema.json_schema))
    if not _INTEGER.fullmatch(text):
        if not _NUMBERISH.fullmatch(text):
            return wrong
        return wrong if _has_fraction(text) else Verdict("unsure")
    if len(text) > _MAX_DIGITS:
        return Verdict("unsure")
    number = int(text)
    if not schema.validator.is_valid(number):
        return wrong
    return Verdict("valid" if number in ORDINARY else "unsure")


def _has_fraction(text: str) -> bool:
    try:
        return not float(text).is_integer()
    except (ValueError, OverflowError):
        return False


def _string(parameter: Parameter, value: str) -> Verdict:
    if not parameter.schema.validator.is_valid(value):
        return Verdict("invalid", f"/{parameter.name}", words(parameter.schema.json_schema))
    return Verdict("valid" if parameter.name in REFERENCES or "enum" in parameter.schema.json_schema else "unsure")


def _asks_for_another_form(request: Request) -> bool:
    """Whether headers ask for something else than the usual JSON answer (RFC 9110 Accept, RFC 7240 Prefer)."""
    accept = header(request.headers, "accept")
    json = accept is None or any(is_json(one) or "*" in one for one in accept.split(","))
    return not json or header(request.headers, "prefer") is not None


def _other_media_type(request: Request, operation: Operation) -> bool:
    """Whether a body is announced in a form that the contract does not list, or none is due and one is announced."""
    declared = header(request.headers, "content-type")
    if declared is None:
        return bool(request.body)
    essence = declared.split(";")[0].strip().lower()
    return essence not in {media.lower() for media in operation.body_media_types}


def _body(request: Request, operation: Operation) -> Verdict:
    declared = header(request.headers, "content-type") or ""
    if request.body is None:
        return (
            Verdict("invalid", "", "a body is required")
            if operation.body_required and declared == ""
            else Verdict("unsure")
        )
    if operation.body is None or not is_json(declared):
        return Verdict("unsure")
    try:
        payload = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return Verdict("invalid", "", "JSON")
    doubts = False
    for error in operation.body.validator.iter_errors(payload):
        kind: Any = error.kind
        if getattr(kind, "unexpected", None):
            doubts = True  # as with query parameters: ignoring what one does not know is no fault
            continue
        path = tuple(error.instance_path)
        if kind.name == "required":
            path = (*path, kind.property)
        place = operation.body.place(path)
        return Verdict("invalid", place.pointer, words(operation.body.node(place)))
    return Verdict("unsure" if doubts else "valid", references=tuple(_references(payload)))


def _references(payload: Any) -> Iterator[str]:
    if isinstance(payload, dict):
        yield from (value for name, value in payload.items() if name in REFERENCES and isinstance(value, str))
