"""What typed clients make of drift: it is set into an otherwise conforming response, and each client reads that."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import httpx
import orjson

from conformance.contract import Contract, Operation
from conformance.drift import Drift
from conformance.impact.clients import Read, answered, readers
from conformance.sample import remove, replace, sample, value_at

_WHOLE = frozenset(
    {
        "response-body-not-json",
        "response-media-type-undocumented",
        "response-status-undocumented",
        "success-carries-error",
    }
)
"""Rules that speak of a response as a whole: it is given to the clients as it came."""
_PLAIN = frozenset({"str", "int", "float", "bool", "list", "dict"})
_IN_PAYLOAD = ("response-property-", "response-required-", "response-value-", "invariant-constant")
"""Beginnings of rules that speak of one place in a payload."""


def impact(drift: Drift, contract: Contract, *, sdk: bool) -> Mapping[str, str]:
    """By client, what becomes of the payload; empty where a payload is not the matter."""
    operation = contract.operations.get(drift.identity.operation or "")
    response = _drifted(drift, operation) if operation else None
    if response is None or operation is None:
        return {}
    documented = operation.response(response.status_code)
    right = (
        answered(response.status_code, orjson.dumps(sample(documented.schema)))
        if documented and documented.schema
        else None
    )
    return {
        name: _outcome(read, response, right, drift) for name, read in readers(contract, operation, sdk=sdk).items()
    }


def _drifted(drift: Drift, operation: Operation) -> httpx.Response | None:
    """The drift, and as far as can be nothing but it, as a response."""
    answer = drift.example.answer if drift.example else None
    if answer is None:
        return None
    if drift.rule in _WHOLE:
        return answered(answer.status, answer.body, answer.media_type or "text/plain")
    documented = operation.response(answer.status)
    schema = documented.schema if documented else None
    if schema is None or drift.path is None or not drift.rule.startswith(_IN_PAYLOAD):
        return None
    body = sample(schema)
    try:
        if drift.rule == "response-required-property-missing":
            body = remove(body, drift.path)
        else:
            body = replace(body, drift.path, value_at(answer.json, drift.path))
    except LookupError:
        return None
    return answered(answer.status, orjson.dumps(body))


def _outcome(read: Read, response: httpx.Response, right: httpx.Response | None, drift: Drift) -> str:
    """In a few words, without a value that came from the endpoint; `right` is what is documented for the status."""
    try:
        parsed = read(response)
    except Exception as error:  # noqa: BLE001 - whatever the client raises is what is told
        name = type(error).__name__
        return (
            f"raises {name}, as it should" if right is not None and _raises(read, right) == name else f"raises {name}"
        )
    if parsed is None:
        return "None: the response is lost in silence"
    return _found(parsed, drift.path or ())


def _raises(read: Read, response: httpx.Response) -> str | None:
    try:
        read(response)
    except Exception as error:  # noqa: BLE001 - likewise
        return type(error).__name__
    return None


def _found(parsed: Any, path: tuple[str | int, ...]) -> str:
    """How the drifted value looks from the client's side, and whether the client says so itself."""
    place = "$" + "".join("[0]" if isinstance(step, int) else f".{step}" for step in path)
    told = place in getattr(parsed, "drift", ())
    found = parsed
    for step in path:
        if isinstance(step, int):
            found = found[min(step, len(found) - 1)] if isinstance(found, list) and found else None
            continue
        for extra in (getattr(found, "additional_properties", None), getattr(found, "model_extra", None)):
            if isinstance(extra, dict) and step in extra:
                return "kept aside, untyped"
        found = getattr(found, step, getattr(found, f"{step}_", None))
    name = type(found).__name__
    if found is None or name == "Unset":
        return f"{'None' if found is None else 'unset'}, {'named in .drift' if told else 'in silence'}"
    if told:
        return "kept as open value" if isinstance(found, Enum) else "kept raw, named in .drift"
    return f"plain {name}" if name in _PLAIN else f"taken as {name}"
