"""What is asked, held to what the contract documents: query parameters, JSON bodies, form fields."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from conformance.contract import Operation, Parameter
from conformance.simulator.troubles import Refusal

_WHOLE = re.compile(r"-?[0-9]{1,18}")


def check_query(operation: Operation, query: Mapping[str, str]) -> None:
    """Hold the query to the documented parameters; what is not documented is ignored.

    Raises:
        Refusal: one is missing, or not as documented.
    """
    for parameter in operation.parameters:
        if parameter.where != "query" or parameter.name == "limit":
            continue
        text = query.get(parameter.name)
        if text is None and parameter.required:
            raise Refusal("invalid", f"{parameter.name} is missing")
        if text is not None and not _admits(parameter, text):
            raise Refusal("invalid", f"{parameter.name} must not be {text[:60]!r}")


def page_limit(operation: Operation, query: Mapping[str, str]) -> int | None:
    """The number of items asked for, or as many as the contract says there are else; None: all of them.

    Raises:
        Refusal: it is not an integer of at least 1, or more than is documented.
    """
    parameter = operation.parameter("limit")
    if parameter is None:
        return None
    text = query.get("limit")
    node = parameter.schema.node(parameter.schema.place(()))
    if text is None:
        default = node.get("default")
        return default if isinstance(default, int) else 20
    if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) < 1:
        raise Refusal("invalid", "limit must be an integer of at least 1")
    if not _admits(parameter, text):
        raise Refusal("invalid", f"limit must be from {node.get('minimum', 1)} to {node.get('maximum')}")
    return int(text)


def _admits(parameter: Parameter, text: str) -> bool:
    """Whether the text can be read as something that the parameter's schema takes."""
    readings: list[Any] = [text]
    if _WHOLE.fullmatch(text):
        readings.append(int(text))
    if text in {"true", "false"}:
        readings.append(text == "true")
    return any(map(parameter.schema.validator.is_valid, readings))


def read_object(body: bytes) -> Mapping[str, Any]:
    """A JSON object.

    Raises:
        Refusal: it is none.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Refusal("invalid", "the body must be JSON") from None
    if not isinstance(value, dict):
        raise Refusal("invalid", "the body must be a JSON object")
    return value


def check_body(operation: Operation, asked: Mapping[str, Any]) -> None:
    """Hold a JSON body to its schema; properties that are not documented are ignored.

    Raises:
        Refusal: it is not as documented.
    """
    for error in operation.body.validator.iter_errors(asked) if operation.body else ():
        if error.kind.name not in {"additionalProperties", "unevaluatedProperties"}:
            place = ".".join(map(str, error.instance_path)) or "the body"
            raise Refusal("invalid", f"{place}: {error.message}")


def required_of(operation: Operation) -> Sequence[str]:
    """What a body must have."""
    node = operation.body.node(operation.body.place(())) if operation.body else {}
    return tuple(node.get("required", ()))


def check_form(operation: Operation, fields: Mapping[str, str], parts: Sequence[str]) -> None:
    """Hold the fields of a form to what is required of it.

    Raises:
        Refusal: one is missing.
    """
    for name in required_of(operation):
        if name not in fields and name not in parts:
            raise Refusal("invalid", f"{name} is missing")
