"""Changes as drift: which rule each breaks, from the client's side, and what a typed client makes of it."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from attrs import evolve

from conformance.compare.operations import OperationChange, rows
from conformance.compare.schemas import ANY, Change
from conformance.contract import Contract, Operation
from conformance.drift import Breach, Drift, sighting
from conformance.exchange import Answer, Exchange, Request
from conformance.impact.reading import impacts
from conformance.providers import PROVIDERS
from conformance.rules import Severity
from conformance.sample import remove, replace, sample

_OPERATION: Mapping[str, str] = {
    "operation-removed": "api-removed-without-deprecation",
    "deprecated-operation-removed": "api-removed-without-deprecation",
    "operation-added": "endpoint-added",
    "security-added": "api-security-added",
    "security-removed": "api-security-removed",
}
_RESPONSE: Mapping[str, str] = {
    "success-status-added": "response-success-status-added",
    "success-status-removed": "response-success-status-removed",
    "non-success-status-added": "response-non-success-status-added",
    "non-success-status-removed": "response-non-success-status-removed",
    "response-media-type-added": "response-media-type-added",
    "response-media-type-removed": "response-media-type-removed",
    "required-removed": "response-required-property-removed",
    "optional-removed": "response-optional-property-removed",
    "required-added": "response-required-property-added",
    "optional-added": "response-optional-property-added",
    "became-optional": "response-property-became-optional",
    "became-required": "response-property-became-required",
    "became-nullable": "response-property-became-nullable",
    "became-not-nullable": "response-property-became-not-nullable",
    "type-changed": "response-property-type-changed",
    "type-widened": "response-property-type-changed",
    "type-narrowed": "response-property-type-specialized",
    "otherwise-changed": "response-property-type-changed",
    "value-added": "response-property-enum-value-added",
    "values-opened": "response-property-enum-value-added",
    "value-removed": "response-property-enum-value-removed",
    "values-closed": "response-property-enum-value-removed",
    "min-set": "response-property-min-increased",
    "min-increased": "response-property-min-increased",
    "min-decreased": "response-property-min-decreased",
    "min-unset": "response-property-min-decreased",
    "max-set": "response-property-max-decreased",
    "max-decreased": "response-property-max-decreased",
    "max-increased": "response-property-max-increased",
    "max-unset": "response-property-max-increased",
    "pattern-added": "response-property-pattern-added",
    "pattern-changed": "response-property-pattern-changed",
    "pattern-removed": "response-property-pattern-removed",
    "default-changed": "response-property-default-value-changed",
}
_REQUEST: Mapping[str, str] = {
    "body-became-required": "request-body-became-required",
    "body-became-optional": "request-body-became-optional",
    "body-media-type-added": "request-body-media-type-added",
    "body-media-type-removed": "request-body-media-type-removed",
    "required-removed": "request-property-removed",
    "optional-removed": "request-property-removed",
    "required-added": "new-required-request-property",
    "optional-added": "new-optional-request-property",
    "became-optional": "request-property-became-optional",
    "became-required": "request-property-became-required",
    "became-nullable": "request-property-became-nullable",
    "became-not-nullable": "request-property-became-not-nullable",
    "type-changed": "request-property-type-changed",
    "type-widened": "request-property-type-generalized",
    "type-narrowed": "request-property-type-changed",
    "otherwise-changed": "request-property-type-changed",
    "value-added": "request-property-enum-value-added",
    "values-opened": "request-property-enum-value-added",
    "value-removed": "request-property-enum-value-removed",
    "values-closed": "request-property-became-enum",
    "min-set": "request-property-min-set",
    "min-increased": "request-property-min-increased",
    "min-decreased": "request-property-min-decreased",
    "min-unset": "request-property-min-decreased",
    "max-set": "request-property-max-set",
    "max-decreased": "request-property-max-decreased",
    "max-increased": "request-property-max-increased",
    "max-unset": "request-property-max-increased",
    "pattern-added": "request-property-pattern-added",
    "pattern-changed": "request-property-pattern-changed",
    "pattern-removed": "request-property-pattern-removed",
    "default-changed": "request-property-default-value-changed",
}
_PARAMETER: Mapping[str, str] = {
    **_REQUEST,
    "parameter-removed": "request-parameter-removed",
    "parameter-added-required": "new-required-request-parameter",
    "parameter-added-optional": "new-optional-request-parameter",
    "parameter-became-required": "request-parameter-became-required",
    "parameter-became-optional": "request-parameter-became-optional",
    "default-changed": "request-parameter-default-value-changed",
}
_LIMIT: Mapping[str, str] = {
    "limit-increased": "request-limit-increased",
    "limit-decreased": "request-limit-decreased",
}
RULES: Mapping[str, Mapping[str, str]] = {
    "operation": _OPERATION,
    "response": _RESPONSE,
    "request": _REQUEST,
    "parameter": _PARAMETER,
    "limit": _LIMIT,
}
"""The rule of each kind of change, by the side it is on: what widens a response narrows what a client may rely on."""

SEVERITIES: Mapping[str, Severity] = {"deprecated-operation-removed": "info", "otherwise-changed": "warning"}
"""Where the kind of change decides, not the rule: what was announced, and what cannot be said to widen or narrow."""

_MISSING = frozenset({"required-removed", "optional-removed", "became-optional"})


def compare(old: Contract, new: Contract) -> tuple[Drift, ...]:
    """Every change from one contract to another, as drift of the new one (`contract:NAME`) from the old.

    Both sides of a change are told: `expected` is what the old contract says, `observed` what the new one does; the
    place is the old contract's, or, of what only the new one has, the new one's.

    Raises:
        DocumentError: a contract is not the OpenAPI it says it is.
    """
    found = tuple(_drifts(old, new))
    read = impacts([shown for _, shown in found], old, sdk=lambda _: False)
    return tuple(evolve(drift, impact=impact) for (drift, _), impact in zip(found, read, strict=True))


def endpoint(contract: Contract) -> str:
    """How a contract is named where it stands in an endpoint's place."""
    return f"contract:{contract.name}"


def _drifts(old: Contract, new: Contract) -> Iterator[tuple[Drift, Drift]]:
    """Every change, and the same with a response that shows it, where there can be one."""
    for row in rows(old, new):
        change = row.change
        breach = Breach(
            rule=RULES[row.side][change.kind],
            pointer=change.pointer,
            expected=change.expected,
            observed=change.observed,
            value=change.value,
            location=change.old,
            severity=SEVERITIES.get(change.kind),
        )
        drift = sighting(breach, None, endpoint(new), old.name, row.operation)
        status = int(row.status) if row.status and row.status.isdecimal() else None
        told: Mapping[str | None, int] = {orjson.dumps(change.observed).decode(): 1 + change.more}
        drift = evolve(drift, identity=evolve(drift.identity, status_code=status), observed=told, responses=0)
        if change.kind.endswith("-added") and change.kind != "value-added":
            drift = evolve(drift, spec=(new.file, new.line(change.new)))
        in_answer = row.side == "response" and status is not None and row.operation in new.operations
        yield drift, _shown(drift, old, new, row, status) if in_answer and status is not None else drift


def _shown(drift: Drift, old: Contract, new: Contract, row: OperationChange, status: int) -> Drift:
    """A change with a response that shows it: as documented, but for the changed place."""
    operation, provider = old.operations[row.operation], PROVIDERS.get(old.name)
    documented = operation.response(status)
    if provider is None or documented is None or documented.schema is None:
        return drift
    missing = row.change.kind in _MISSING
    try:
        value = None if missing else _value(row.change, new)
        body = sample(documented.schema)
        path = _path(row.change.steps, body)
        body = remove(body, path) if missing else replace(body, path, value)
    except (AttributeError, KeyError, LookupError, TypeError, _UnnamedError):
        return drift
    return evolve(drift, example=_exchange(operation, status, body), path=path)


def _path(steps: tuple[str, ...], body: Any) -> tuple[str | int, ...]:
    """One concrete path to a place: the first item of a list, any key of a free map."""
    path: list[str | int] = []
    for step in steps:
        if step == "*" and isinstance(body, list):
            path.append(0)
            body = body[0] if body else None
        else:
            path.append(step)
            body = body.get(step) if isinstance(body, dict) else None
    return tuple(path)


class _UnnamedError(Exception):
    """No value shows what changed."""


def _value(change: Change, new: Contract) -> object:
    """A value that only the new contract lets through."""
    if change.kind == "became-nullable":
        return None
    if change.kind in {"value-added", "values-opened"}:
        return "another" if change.value == ANY else change.value
    if change.kind in {"type-changed", "type-widened"}:
        return sample(new.schema(change.new))
    raise _UnnamedError


def _exchange(operation: Operation, status: int, body: object) -> Exchange:
    answer = Answer(status, (("content-type", "application/json"),), orjson.dumps(body))
    return Exchange(operation.name, Request(operation.method, "http://localhost"), answer)
