"""How a request was met, as far as one exchange alone shows.

What a request carried may not be known: a recording may have left it out. What depends on it is asked once for each
thing that it may have carried (`Case.credentials`).
"""

from collections.abc import Iterator

from conformance.checks.case import Case
from conformance.checks.finder import judges
from conformance.contract import Operation
from conformance.drift import Breach
from conformance.exchange import Exchange
from conformance.masking import is_short_number, shown_string


@judges(payload=False, credentials=True)
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


@judges(payload=False)
def accepted(case: Case) -> Iterator[Breach]:
    """Whether a request that the contract forbids was let through."""
    validity = case.validity
    if case.is_success and validity.kind == "invalid":
        yield Breach(
            rule="request-invalid-accepted",
            pointer=validity.pointer,
            expected=validity.reason,
            observed=_shown_input(case.exchange, validity.pointer),
            location=_input_location(case.operation, validity.pointer),
        )


def _shown_input(exchange: Exchange, pointer: str) -> str:
    name = pointer.removeprefix("/")
    values = [value for key, value in exchange.request.query if key == name]
    if not values:
        return "not given" if exchange.request.body is None else "a body that breaks it"
    value = values[-1]
    return f"{name}={value if is_short_number(value) else shown_string(value)}"


def _input_location(operation: Operation, pointer: str) -> tuple[str | int, ...]:
    parameter = operation.parameter(pointer.removeprefix("/"))
    if parameter is not None:
        return parameter.schema.location
    return operation.body.location if operation.body is not None else operation.location
