"""Why a batch failed: one line, from wherever its provider puts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batch_client.drift import is_array, is_object
from batch_client.property import value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

FAILED = ("failed", "expired", "cancelled")
"""The statuses that end a batch, but the good one."""
_FIELDS = ("errors", "error", "failure_reason", "error_message", "fail_reason")
"""Where it may stand: most providers have `errors`, of three shapes, some `error`."""
_MESSAGES = ("message", "detail", "msg", "reason")
TOLD = 3
"""Reasons, and lines of a file of errors, that are told."""
LONGEST = 300
"""Characters of each."""
_DEEPEST = 4


def failure_of(batch: Any) -> str | None:
    """The reasons that a batch gives; where it gives none, its file of errors if that is all that it has to show."""
    for field in _FIELDS:
        if found := list(dict.fromkeys(_reasons(value_of(batch, field)))):
            more = f" (and {len(found) - TOLD} more)" if len(found) > TOLD else ""
            return f"{'; '.join(found[:TOLD])}{more}"
    errors, output = value_of(batch, "error_file_id"), value_of(batch, "output_file_id")
    status = value_of(batch, "status")
    if isinstance(errors, str) and errors and (not output or status in FAILED):
        return f"its reasons are in the error file {errors.partition('?')[0]}"
    return None


def _reasons(told: Any, level: int = 0) -> Iterator[str]:
    """What an object, a list of objects or of texts, or a text says."""
    if isinstance(told, str):
        if text := " ".join(told.split())[:LONGEST]:
            yield text
    elif level > _DEEPEST:
        return
    elif is_array(told):
        for one in told:
            yield from _reasons(one, level + 1)
    elif is_object(told):
        yield from _of_object(told, level)


def _of_object(told: dict[str, Any], level: int) -> Iterator[str]:
    message = next((told[name] for name in _MESSAGES if isinstance(told.get(name), str) and told[name].strip()), "")
    code = told.get("code") or told.get("type")
    line = told.get("line")
    parts = [
        f"line {line}" if isinstance(line, int) else "",
        str(code) if isinstance(code, (str, int)) else "",
        " ".join(message.split())[:LONGEST],
    ]
    if message or parts[1]:
        yield ": ".join(part for part in parts if part)
        return
    for name in ("data", "errors", "error", *_MESSAGES):
        yield from _reasons(told.get(name), level + 1)
