"""Whether a request keeps the contract, as far as the request alone can tell."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import parse_qsl

import orjson
from attrs import frozen

from conformance.checks.names import Names
from conformance.checks.one.forms import fields, is_form, is_right_input
from conformance.contract import Operation, Parameter, is_json
from conformance.exchange import Request, essence, header
from conformance.schema import PayloadSchema, error_path, schema_words

ORDINARY = range(1, 101)
"""Whole numbers that no server has reason to refuse where the contract names no bounds."""

REFERENCES = frozenset({"after", "before", "batch_id", "file_id", "input_file_id"})
"""Parameters and body fields that name a thing the server made: right only if an earlier response told the name."""

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBERISH = re.compile(r"\s*[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?\s*")
_MAX_DIGITS = 4300
_SHORT = 1000
"""Characters of an Accept that is remembered."""

Pairs = tuple[tuple[str, str], ...]
"""A query, decoded."""


@frozen
class Validity:
    """What a contract makes of a request: `valid`, `invalid`, or `unsure`, where no server could be blamed either way.

    `pointer` and `reason` say what is invalid and why. `references` are the names in query and body that an earlier
    response must have told for it to be valid.
    """

    kind: Literal["valid", "invalid", "unsure"]
    pointer: str = ""
    reason: str = ""
    references: Names = ()


_VALID, _UNSURE = Validity("valid"), Validity("unsure")


def query_pairs(url: str) -> Pairs:
    """The query of a URL as decoded pairs, in order, blanks kept; as `urllib.parse.parse_qsl` gives them."""
    query = url.partition("#")[0].partition("?")[2]
    if "%" in query or "+" in query:
        return tuple(parse_qsl(query, keep_blank_values=True))
    return tuple([(name, value) for pair in query.split("&") if pair for name, _, value in (pair.partition("="),)])


def judge_request(
    request: Request,
    operation: Operation,
    pairs: Pairs,
) -> Validity:
    """Hold a request, whose query is given as decoded pairs, against the contract.

    An unknown query parameter changes nothing: no server is wrong to ignore it, none to refuse it.
    """
    doubts, references = False, list[str]()
    query: dict[str, list[str]] = {}
    for name, value in pairs:
        query.setdefault(name, []).append(value)
    for parameter in operation.parameters:
        if parameter.where != "query":
            continue
        values = query.pop(parameter.name, [])
        if not values and parameter.required:
            return Validity("invalid", f"/{parameter.name}", "required")
        for verdict in _parameter(parameter, values):
            if verdict.kind == "invalid":
                return verdict
            doubts |= verdict is _UNSURE
        if parameter.name in REFERENCES:
            references += values
    doubts |= bool(query) or _asks_for_another_form(request, operation) or _other_media_type(request, operation)
    if operation.body is not None or request.body:
        verdict = _body(request, operation)
        if verdict.kind == "invalid":
            return verdict
        doubts |= verdict.kind == "unsure"
        references += verdict.references
    return Validity("unsure" if doubts else "valid", references=tuple(references))


def _parameter(parameter: Parameter, values: list[str]) -> list[Validity]:
    kinds = parameter.schema.json_schema.get("type", "string")
    if len(values) > 1 and kinds != "array":
        return [_UNSURE]
    judge = _KINDS.get(kinds) if isinstance(kinds, str) else None
    return [judge(parameter, value) if value else _UNSURE for value in values] if judge else []


def _wrong(parameter: Parameter) -> Validity:
    return Validity("invalid", f"/{parameter.name}", schema_words(parameter.schema.json_schema))


def _integer(parameter: Parameter, text: str) -> Validity:
    if not _INTEGER.fullmatch(text):
        return _UNSURE if _NUMBERISH.fullmatch(text) and _is_whole(text) else _wrong(parameter)
    if len(text) > _MAX_DIGITS:
        return _UNSURE
    number = int(text)
    if not parameter.schema.validator.is_valid(number):
        return _wrong(parameter)
    return _VALID if number in ORDINARY else _UNSURE


def _boolean(_: Parameter, text: str) -> Validity:
    return _VALID if text in {"true", "false"} else _UNSURE


def _is_whole(text: str) -> bool:
    try:
        return float(text).is_integer()
    except ValueError:  # 1.2.3, say
        return False


def _string(parameter: Parameter, text: str) -> Validity:
    if not parameter.schema.validator.is_valid(text):
        return _wrong(parameter)
    return _VALID if parameter.name in REFERENCES or "enum" in parameter.schema.json_schema else _UNSURE


_KINDS = {"integer": _integer, "boolean": _boolean, "string": _string}


def _asks_for_another_form(request: Request, operation: Operation) -> bool:
    """Whether headers ask for something else than the documented answer (RFC 9110 Accept, RFC 7240 Prefer)."""
    accept = header(request.headers, "accept")
    takes = _takes if accept is None or len(accept) < _SHORT else _takes.__wrapped__
    refused = accept is not None and not takes(accept, operation.answers)
    return refused or header(request.headers, "prefer") is not None


@lru_cache(maxsize=1000)
def _takes(accept: str, media_types: frozenset[str]) -> bool:
    wanted = [one.split(";")[0].strip().lower() for one in accept.split(",")]
    return not media_types or any("*" in one or one in media_types for one in wanted)


def _other_media_type(request: Request, operation: Operation) -> bool:
    """Whether a body is announced in a form that the contract does not list, or none is due and one is announced."""
    declared = header(request.headers, "content-type")
    if declared is None:
        return bool(request.body)
    return essence(declared) not in {media.lower() for media in operation.body_media_types}


def _body(request: Request, operation: Operation) -> Validity:
    declared = header(request.headers, "content-type") or ""
    if request.body is None:
        return (
            Validity("invalid", "", "a body is required")
            if operation.body_required and declared == ""
            else Validity("unsure")
        )
    if is_form(declared):
        return _form(request.body, declared, operation)
    if operation.body is None or not is_json(declared):
        return Validity("unsure")
    try:
        payload = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return Validity("invalid", "", "JSON")
    return _held(payload, operation.body)


def _form(body: bytes, declared: str, operation: Operation) -> Validity:
    """A form is held to the contract as JSON is; what it uploads may be refused for what it says."""
    found = fields(body, declared, operation)
    if found is None or operation.body is None:
        return Validity("unsure")
    verdict = _held(found[0], operation.body)
    sure = verdict.kind == "invalid" or (not found[1] and is_right_input(body, declared))
    return verdict if sure else Validity("unsure", references=verdict.references)


def _held(payload: Any, body: PayloadSchema) -> Validity:
    doubts = False
    try:
        errors = list(body.validator.iter_errors(payload))
    except ValueError:  # nested deeper than the validator goes
        return Validity("unsure")
    for error in errors:
        kind: Any = error.kind
        if getattr(kind, "unexpected", None):
            doubts = True  # as with query parameters: ignoring what one does not know is no fault
            continue
        path = error_path(error, payload)
        if kind.name == "required":
            path = (*path, kind.property)
        place = body.place(path)
        return Validity("invalid", place.pointer, schema_words(body.node(place)))
    return Validity("unsure" if doubts else "valid", references=tuple(_references(payload)))


def _references(payload: Any) -> Iterator[str]:
    if isinstance(payload, dict):
        yield from (value for name, value in payload.items() if name in REFERENCES and isinstance(value, str))
