"""How a request was met, as far as one exchange alone shows."""

from collections.abc import Iterator

from conformance.checks.replay import may_refuse, rejected, undocumented_refusal
from conformance.checks.request import Verdict
from conformance.contract import Operation
from conformance.drift import Breach
from conformance.exchange import Credentials, Exchange
from conformance.masking import is_short_number, shown_string


def check_met(
    exchange: Exchange, status: int, operation: Operation, verdict: Verdict, credentials: Credentials
) -> Iterator[Breach]:
    """Whether the right was refused or the wrong let through, if the request carried these credentials."""
    if 200 <= status < 300:
        if operation.authenticated and credentials != "given":
            yield Breach(
                rule="auth-not-enforced",
                pointer="",
                expected="401 or 403",
                observed=f"{status} with {'no' if credentials == 'absent' else 'a wrong'} key",
                location=operation.location,
            )
        if verdict.kind == "invalid":
            yield Breach(
                rule="request-invalid-accepted",
                pointer=verdict.pointer,
                expected=verdict.reason,
                observed=_shown_input(exchange, verdict.pointer),
                location=_input_location(operation, verdict.pointer),
            )
    elif (
        verdict.kind == "valid"
        and not verdict.references
        and credentials == "given"
        and 400 <= status < 500
        and not may_refuse(operation, status)
    ):
        yield rejected(operation, status)
        if operation.response(status) is None:
            yield undocumented_refusal(operation, status)


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
