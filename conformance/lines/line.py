"""What one line of a file of results says became of a request: as the clients read it, and what is wrong with it."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen
from batch_client.drift import described
from batch_client.rows import looked_at

from conformance.lines.text import BrokenLine, read
from conformance.masking import shown_word

KEYS = (b'"custom_id"', b'"response"', b'"error"', b'"status_code"', b'"body"')
"""Of two values of the same key two readers take different ones."""
EXPIRED = "batch_expired"
"""The code of a request that a batch did not come to within its window."""
_STATUSES = range(100, 600)
_LARGE = 1_000_000


@frozen
class Line:
    """A line that was looked at.

    Attributes:
        number: Which line of the file it is, from 1.
        custom_id: What the request called itself; None where the line does not say.
        ok: Whether it has a success to go on with.
        row: The line as data; None where it is no JSON object.
        broken: What is there in place of one.
        why_empty: In what it says nothing of the request: no body and no error, or a status that is none.
        status: The status code, where it is one.
        code: The error's code or type, fit to be shown.
    """

    number: int
    custom_id: str | None
    ok: bool
    row: dict[str, Any] | None = None
    broken: str | None = None
    why_empty: str | None = None
    status: int | None = None
    code: str | None = None

    @property
    def named(self) -> str:
        """What stands in the place of a custom_id, in words."""
        found = (self.row or {}).get("custom_id")
        return "an empty string" if found == "" else described(found) if "custom_id" in (self.row or {}) else "missing"

    @property
    def expired(self) -> bool:
        """Whether the batch ended before the request was answered."""
        return self.code == EXPIRED

    @property
    def reason(self) -> str:
        """Why there is no success, in a word or two."""
        if self.broken is not None:
            return "broken"
        told = [str(one) for one in (self.status, self.code) if one is not None]
        return " ".join(told) or ("empty" if self.why_empty else "no result")


def line_of(line: bytes, number: int, *, cut: bool = False) -> Line:
    """Look at a line; `cut`: the file ends behind it without a line feed."""
    row = read(line, KEYS, cut=cut)
    if isinstance(row, BrokenLine):
        return Line(number, None, ok=False, broken=row.observed)
    result, custom_id = looked_at(row, line), row.get("custom_id")
    return Line(
        number,
        custom_id if isinstance(custom_id, str) and custom_id else None,
        ok=result.ok,
        row=row,
        why_empty=_why_empty(row),
        status=_status(row),
        code=None if result.ok else _code(row),
    )


def _why_empty(row: Mapping[str, Any]) -> str | None:
    """What is not there: no error, and no body or no status that is one."""
    if row.get("error"):
        return None
    response = row.get("response")
    if not isinstance(response, dict):
        return None if response else "neither a response nor an error"
    status = response.get("status_code")
    if isinstance(status, int) and status not in _STATUSES:
        return f"a status of {status}" if 0 <= status < _LARGE else "a status that is none"
    return None if response.get("body") else "neither a body nor an error"


def _status(row: Mapping[str, Any]) -> int | None:
    response = row.get("response")
    status = response.get("status_code") if isinstance(response, dict) else None
    return status if isinstance(status, int) and not isinstance(status, bool) and status in _STATUSES else None


def _code(row: Mapping[str, Any]) -> str | None:
    """What the error calls itself, wherever it stands."""
    for error in _errors(row):
        for name in ("code", "type"):
            if isinstance(found := error.get(name), str | int) and not isinstance(found, bool) and found != "":
                return shown_word(found)
    return None


def _errors(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    response = row.get("response")
    body = response.get("body") if isinstance(response, dict) else None
    for one in (row.get("error"), body.get("error") if isinstance(body, dict) else None, body):
        found = one.get("error", one) if isinstance(one, dict) else None
        if isinstance(found, dict):
            yield found
