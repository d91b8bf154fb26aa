"""How a request was met, as far as one exchange alone shows.

What a request carried may not be known: a recording may have left it out. What depends on it is asked once for each
thing that it may have carried (`Case.credentials`).
"""

from collections.abc import Iterator
from typing import Any

from conformance.checks.case import Case
from conformance.checks.finder import judges
from conformance.checks.one.forms import said
from conformance.contract import Operation
from conformance.drift import Breach
from conformance.exchange import NOT_JSON
from conformance.masking import is_duration, is_short_number, shown_string, shown_word


@judges("kind", credentials=True)
def authorization(case: Case) -> Iterator[Breach]:
    """Whether a request without a key, or with a wrong one, was let through."""
    if case.is_success and case.operation.authenticated and case.credentials != "given":
        yield Breach(
            rule="auth-not-enforced",
            pointer="",
            expected="401 or 403",
            observed=f"{case.answer.status} with {'no' if case.credentials == 'absent' else 'a wrong'} key",
            location=case.operation.location,
        )


@judges("kind")
def accepted(case: Case) -> Iterator[Breach]:
    """Whether a request that the contract forbids was let through."""
    validity = case.validity
    if case.is_success and validity.kind == "invalid":
        yield Breach(
            rule="request-invalid-accepted",
            pointer=validity.pointer,
            expected=validity.reason,
            observed=_shown_input(case, validity.pointer),
            location=_input_location(case.operation, validity.pointer),
        )


def _shown_input(case: Case, pointer: str) -> str:
    """What was given, with its name: as far as it may be told, else its kind."""
    name = pointer.removeprefix("/")
    values = [value for key, value in case.query if key == name]
    if values:
        value = values[-1]
        return f"{name}={value if is_short_number(value) else shown_string(value)}"
    request = case.exchange.request
    if request.body is None or case.operation.parameter(name) is not None:
        return "not given"
    payload = said(request, case.operation)
    return "a body that breaks it" if payload is NOT_JSON else _shown_field(payload, name.split("/"), case.operation)


def _shown_field(value: Any, steps: list[str], operation: Operation) -> str:
    """A field of a body; of a list, or a free map, one item stands for all."""
    path: list[str | int] = []
    for step in steps if steps != [""] else []:
        key = _any_key(value) if step == "*" and value else step.replace("~1", "/").replace("~0", "~")
        try:
            value = value[key]
        except (LookupError, TypeError):
            return "not given"
        path.append(key)
    node = operation.body.node(operation.body.place(tuple(path))) if operation.body is not None else {}
    listed = not node.keys().isdisjoint({"enum", "const"})
    hidden = isinstance(value, str) and not (listed and is_duration(value))
    shown = shown_string(value) if hidden else shown_word(value)
    return f"{'.'.join(steps) or 'body'}={shown}"


def _any_key(holder: Any) -> str | int:
    return 0 if isinstance(holder, list) else next(iter(holder), "") if isinstance(holder, dict) else ""


def _input_location(operation: Operation, pointer: str) -> tuple[str | int, ...]:
    parameter = operation.parameter(pointer.removeprefix("/"))
    if parameter is not None:
        return parameter.schema.location
    return operation.body.location if operation.body is not None else operation.location
