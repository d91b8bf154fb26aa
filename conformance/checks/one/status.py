"""Whether a status is documented."""

from collections.abc import Iterator

from conformance.checks.case import Case
from conformance.checks.finder import judges
from conformance.drift import Breach
from conformance.rules import Severity

UNDOCUMENTED = "response-status-undocumented"


@judges("kind")
def status(case: Case) -> Iterator[Breach]:
    """Whether the status code is documented."""
    if case.documented is None:
        yield Breach(
            rule=UNDOCUMENTED,
            pointer="",
            expected=f"one of {', '.join(case.operation.responses)}",
            observed=case.answer.status,
            location=(*case.operation.location, "responses"),
            severity=severity(case.answer.status, reached=True, refuses_valid=False),
        )


def severity(code: int, *, reached: bool, refuses_valid: bool) -> Severity:
    """How severe an undocumented status is.

    `reached`: the operation got past refusals; `refuses_valid`: a request that the contract allows was met so.
    """
    if not reached:
        return "info"
    if code < 400:
        return "breaking"
    return "warning" if refuses_valid else "info"
