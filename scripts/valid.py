"""Whether a document is OpenAPI, and if not, where and why: by the specification's own schemas, in one line.

Of what is not OpenAPI the first fault is told; those that a document has in its own words come before those that only
its references show.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import jsonschema_rs
import openapi_spec_validator
from attrs import frozen
from jsonschema import Draft202012Validator, ValidationError  # type: ignore[import-untyped]  # has no types
from openapi_spec_validator import OpenAPIV31SpecValidator, OpenAPIV32SpecValidator
from openapi_spec_validator.shortcuts import get_validator_cls
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError, ValidatorDetectError

from conformance.document import Location
from conformance.references import pointer

_SCHEMA = Draft202012Validator(Draft202012Validator.META_SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
_WHOLE = ("Unevaluated properties", "Additional properties")
"""What is also said of a whole of which a part is wrong."""
_VAGUE = ("is not valid under any of the", '"$ref" is a required property')
_LONG = 160
"""Characters of a reason; some quote the whole value."""


@frozen
class Fault:
    """What is wrong with a document, and where."""

    location: Location
    reason: str

    def __str__(self) -> str:
        """In one line."""
        place = f"#{pointer(self.location)}: " if self.location else ""
        return f"{place}not valid OpenAPI: {self.reason}"


def fault(document: Any) -> Fault | None:
    """The first thing that is wrong with a document; None where it is valid OpenAPI."""
    return next(_faults(document), None)


def _faults(document: Any) -> Iterator[Fault]:
    try:
        kind = get_validator_cls(document)
    except (ValidatorDetectError, AttributeError, KeyError, TypeError):
        version = document.get("openapi") if isinstance(document, dict) else document
        yield Fault((), f"`openapi: {str(version)[:20]}` is no version that there is")
        return
    if not kind.schema_validator.is_valid(document):
        schema: Any = kind.schema_validator.schema
        structure = jsonschema_rs.validator_for(schema)
        yield max(_structural(structure.iter_errors(document)), key=_telling)
    if kind in {OpenAPIV31SpecValidator, OpenAPIV32SpecValidator}:  # before, that schema speaks of schemas too
        for location, schema in _schemas(document, ()):
            for error in _SCHEMA.iter_errors(schema):
                yield _told(error, location)
    yield from _astray(document, document, ())
    try:
        openapi_spec_validator.validate(document)
    except OpenAPIValidationError as error:
        yield _told(error, next(_defaults(document, error.instance, ()), ()))
    except Exception as error:  # noqa: BLE001 - it raises whatever stops it at what it did not expect
        yield Fault((), f"{type(error).__name__}: {' '.join(str(error).split())[:_LONG]}")


def _structural(errors: Iterable[jsonschema_rs.ValidationError]) -> Iterator[Fault]:
    """What is wrong with the structure, and with each of the alternatives of which none fits."""
    for error in errors:
        reason = error.message.splitlines()[0]
        yield Fault(tuple(error.instance_path), reason if len(reason) <= _LONG else f"{reason[:_LONG]} …")
        for alternative in getattr(error.kind, "context", None) or ():
            yield from _structural(alternative)


def _telling(one: Fault) -> tuple[bool, int, bool]:
    """The deeper, the better; what is said of a whole, or of every alternative, says little."""
    return not one.reason.startswith(_WHOLE), len(one.location), not any(words in one.reason for words in _VAGUE)


def _told(error: ValidationError, location: Location = ()) -> Fault:
    reason = str(error.message).splitlines()[0]
    if error.validator in {"oneOf", "anyOf"}:
        if error.context:  # what the likeliest of them says is told
            return _told(max(error.context, key=lambda one: len(one.absolute_path)), location)
        reason = "it fits none of the forms that it may have there"
    return Fault((*location, *error.absolute_path), reason if len(reason) <= _LONG else f"{reason[:_LONG]} …")


def _defaults(node: Any, value: Any, location: Location) -> Iterator[Location]:
    """Where a value is a default; the validator does not say where it found one that is wrong."""
    if isinstance(node, dict | list):
        for key, child in node.items() if isinstance(node, dict) else enumerate(node):
            if key == "default" and child == value:
                yield (*location, key)
            yield from _defaults(child, value, (*location, key))


def _schemas(node: Any, location: Location) -> Iterator[tuple[Location, Any]]:
    """The schemas of a document that stand in no other."""
    if location == ("components", "schemas") and isinstance(node, dict):
        yield from (((*location, name), schema) for name, schema in node.items())
    elif isinstance(node, dict):
        for key, child in node.items():
            if key == "schema":
                yield (*location, key), child
            elif key not in {"example", "examples"} and not str(key).startswith("x-"):
                yield from _schemas(child, (*location, key))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from _schemas(child, (*location, index))


def _astray(document: Any, node: Any, location: Location) -> Iterator[Fault]:
    """References that lead nowhere, or to nothing but references."""
    if isinstance(node, list):
        for index, child in enumerate(node):
            yield from _astray(document, child, (*location, index))
    elif isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str) and location[-1:] != ("properties",) and (reason := _lost(document, reference)):
            yield Fault(location, f"the reference {reference[:80]!r} {reason}")
        for key, child in node.items():
            if key not in {"example", "examples", "default", "enum", "const"} or location[-1:] == ("properties",):
                yield from _astray(document, child, (*location, key))


def _lost(document: Any, reference: str) -> str | None:
    seen: set[str] = set()
    node: Any = {"$ref": reference}
    while isinstance(node, dict) and isinstance(one := node.get("$ref"), str):
        if one in seen:
            return "leads back to itself, and says nothing"
        seen.add(one)
        node = document
        for step in one.removeprefix("#/").split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and name.isdecimal() and int(name) < len(node):
                node = node[int(name)]
            elif isinstance(node, dict) and name in node:
                node = node[name]
            else:
                return "leads nowhere"
    return None
