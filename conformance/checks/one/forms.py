"""A form as the object that a contract describes it by: fields by name, a file as a text of no content."""

from functools import lru_cache
from typing import Annotated, Any, TypeAlias

import msgspec
import orjson
from msgspec import Meta, Struct

from conformance.contract import Operation
from conformance.document import Location
from conformance.exchange import NOT_JSON, Request, essence, header
from conformance.multipart import FormPart, parts
from conformance.references import at
from conformance.schema import PayloadSchema

FORM = "multipart/form-data"
_BATCH = b"batch"
_Text: TypeAlias = Annotated[str, Meta(min_length=1)]


def is_form(declared: str) -> bool:
    """Whether a content type declares a form."""
    return essence(declared) == FORM


def fields(body: bytes, declared: str, operation: Operation) -> tuple[dict[str, Any], bool] | None:
    """The fields of a form, and whether there are some that no name of a property can be (`a[b]`, or a name twice).

    None where it is no form, or the contract describes no such.
    """
    if operation.body is None or operation.body_media_types[:1] != (FORM,):
        return None
    found = parts(body, declared)
    if found is None:
        return None
    values, beyond = dict[str, Any](), False
    for part in found:
        if "[" in part.name or part.name in values:
            beyond = True
        else:
            values[part.name] = "" if part.filename is not None else _value(part, operation.body)
    return values, beyond


def said(request: Request, operation: Operation) -> Any:
    """What a request says in its body: its JSON, or the fields of a form; NOT_JSON where it says nothing readable."""
    declared = header(request.headers, "content-type") or ""
    if request.body is None:
        return NOT_JSON
    if is_form(declared):
        form = fields(request.body, declared, operation)
        return NOT_JSON if form is None else form[0]
    try:
        return orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return NOT_JSON


def _value(part: FormPart, body: PayloadSchema) -> Any:
    """What a field says: its text, that as JSON, or a list of one; the first that the contract allows."""
    text = part.content.decode("utf-8", "replace")
    place = body.place((part.name,))
    if not place.documented:
        return text
    schema = _schema_at(body, place.location)
    literals = _literals(text)
    for one in (text, *literals, [text], *([one] for one in literals)):
        if schema.validator.is_valid(one):
            return one
    return text if _takes_text(schema) or not literals else literals[0]


@lru_cache(maxsize=1000)
def _schema_at(body: PayloadSchema, location: Location) -> PayloadSchema:
    return PayloadSchema(body.document, location)


def _literals(text: str) -> list[Any]:
    try:
        return [orjson.loads(text)]
    except orjson.JSONDecodeError:
        return []


def _takes_text(schema: PayloadSchema) -> bool:
    """Whether a text is of a type that a schema names, if it names any."""
    nodes = [at(schema.document, one) for one in schema.alternatives([schema.location])]
    kinds = [node["type"] for node in nodes if "type" in node]
    return not kinds or any(kind == "string" or "string" in kind for kind in kinds)


class _Asked(Struct):
    model: _Text
    messages: Annotated[list[Any], Meta(min_length=1)]


class _Line(Struct):
    """A line of the input of a batch, as far as nobody has reason to refuse it."""

    custom_id: _Text
    method: str
    url: str
    body: _Asked


def is_right_input(body: bytes, declared: str) -> bool:
    """Whether a form uploads the input of a batch that nobody has reason to refuse, as far as its shape goes."""
    found = {part.name: part for part in parts(body, declared) or ()}
    purpose, file = found.get("purpose"), found.get("file")
    if purpose is None or purpose.content != _BATCH or file is None or file.filename is None:
        return False
    try:
        lines = [msgspec.convert(orjson.loads(line), _Line) for line in file.content.splitlines()]
    except (orjson.JSONDecodeError, msgspec.ValidationError):
        return False
    return len({one.custom_id for one in lines}) == len(lines) and len({one.body.model for one in lines}) == 1
