"""What a body says: what its schema does not allow, and an error where a success was promised."""

from collections.abc import Iterable, Iterator
from typing import Any

from conformance.batches import SUCCESS_CODES
from conformance.checks.case import Case
from conformance.checks.complaints import gathered
from conformance.checks.finder import in_types, judges
from conformance.drift import Breach
from conformance.schema import PayloadSchema


@judges(quick=in_types)
def places(case: Case) -> Iterable[Breach]:
    """One breach for each place, rule and value that the schema does not allow."""
    return gathered(case.broken.values(), case.schema) if case.schema is not None else ()


@judges("top")
def error(case: Case) -> Iterator[Breach]:
    """Whether a body that came with a success status is an error."""
    if case.is_settled and case.schema is not None and case.documented and is_error(case.payload, case.schema):
        yield Breach(
            rule="success-carries-error",
            pointer="",
            expected="no error with a success status",
            observed="an error body",
            location=case.documented.location,
        )


def is_error(payload: Any, schema: PayloadSchema) -> bool:
    """Whether a body that came with a success status is an error.

    An `error`, or a code with a message and nothing else.
    """
    if not isinstance(payload, dict):
        return False
    error = payload.get("error")
    if isinstance(error, dict | str) and error and not schema.place(("error",)).documented:
        return True
    code = payload.get("code")
    if not isinstance(code, int) or isinstance(code, bool) or not isinstance(payload.get("message"), str):
        return False
    return code not in SUCCESS_CODES and not payload.get("data")
