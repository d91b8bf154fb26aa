"""A cheap test that only lists pass in which no invariant is broken; whatever does not pass is looked at rule by rule.

What is ordinary is learned from batches that were found in order: which timestamps are set in a status, by number. Set timestamps that do
not decrease along LINE keep every pair of ORDER.
"""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from attrs import define, field

from conformance.checks.columns import Columns
from conformance.checks.invariants import ORDER, TIMESTAMPS

LINE = (
    "created_at",
    "in_progress_at",
    "finalizing_at",
    "cancelling_at",
    "completed_at",
    "failed_at",
    "expired_at",
    "cancelled_at",
    "expires_at",
)
"""The timestamps in an order in which each pair of ORDER stands."""
assert all(LINE.index(first) < LINE.index(name) for first, later in ORDER for name in later)

MAX_SHAPES = 1000
_COUNTS = itemgetter("completed", "failed", "total")

_RISING: Mapping[int, Callable[..., bool]] = {
    2: lambda a, b: 0 < a <= b,
    3: lambda a, b, c: 0 < a <= b <= c,
    4: lambda a, b, c, d: 0 < a <= b <= c <= d,
    5: lambda a, b, c, d, e: 0 < a <= b <= c <= d <= e,
    6: lambda a, b, c, d, e, f: 0 < a <= b <= c <= d <= e <= f,
}

Shape = tuple[str, int]
"""A status, and how many of the timestamps that a batch has are null."""


@define(eq=False)
class Ordinary:
    """The test for lists of batches that conform to their schema."""

    _lines: dict[tuple[str, ...], dict[Shape, tuple[Callable[..., Any], Callable[..., bool]]]] = field(factory=dict)
    """By the timestamps that batches have, and by shape: which of them are set, and what then must hold."""

    def passes(self, payload: Mapping[str, Any], batches: Columns) -> bool:
        """Whether no invariant is broken, for sure."""
        fields = batches.fields
        if fields is None:
            return False
        names = tuple([name for name in LINE if name in fields])
        times = zip(*[fields[name] for name in names], strict=True)
        try:
            if payload["object"] != "list" or fields["object"].count("batch") != len(batches.items):
                return False
            lines = self._lines[names]
            for status, row, counts in zip(fields["status"], times, fields["request_counts"], strict=True):
                held, rises = lines[status, row.count(None)]
                if not rises(*held(row)):
                    return False
                if counts is not None:
                    completed, failed, total = _COUNTS(counts)
                    if completed + failed > total:
                        return False
        except (KeyError, TypeError):
            return False
        return True

    def learn(self, payload: Any) -> None:  # noqa: ANN401 - plain data
        """Take note of the batches of a list in which no invariant is broken."""
        batches = payload.get("data") if isinstance(payload, dict) else None
        for batch in batches if isinstance(batches, list) else ():
            if isinstance(batch, dict) and batch.get("status") in TIMESTAMPS:
                names = tuple([name for name in LINE if name in batch])
                values = [batch[name] for name in names]
                held = [index for index, value in enumerate(values) if value is not None]
                lines = self._lines.setdefault(names, {}) if len(self._lines) < MAX_SHAPES else {}
                if len(held) in _RISING and all(type(values[index]) is int and values[index] > 0 for index in held):
                    lines[batch["status"], len(values) - len(held)] = (itemgetter(*held), _RISING[len(held)])
