"""A cheap test that only batches pass in which no invariant is broken; what does not pass is looked at rule by rule.

What is ordinary is learned from batches that were found in order: which timestamps are set in a status, by number.
Set timestamps that do not decrease along LINE keep every pair of ORDER.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import repeat
from operator import itemgetter
from typing import Any

from attrs import define, field

from conformance.checks.columns import Columns
from conformance.checks.invariants import CONSTANTS, ORDER, TIMESTAMPS, Path

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

LIST = CONSTANTS["list_batches"]["object",]
BATCH = CONSTANTS["list_batches"]["data", "*", "object"]
MAX_SHAPES = 1000
_COUNTS = itemgetter("completed", "failed", "total")

_RISING: Mapping[int, Callable[..., bool]] = {
    2: lambda a, b: 0 < a <= b,
    3: lambda a, b, c: 0 < a <= b <= c,
    4: lambda a, b, c, d: 0 < a <= b <= c <= d,
    5: lambda a, b, c, d, e: 0 < a <= b <= c <= d <= e,
    6: lambda a, b, c, d, e, f: 0 < a <= b <= c <= d <= e <= f,
}

Lines = dict[tuple[str, int], tuple[Callable[..., Any], Callable[..., bool]]]
"""By status and number of nulls among the timestamps that a batch has: takes those that are set; whether they rise."""

Row = tuple[Lines, Any, tuple[Any, ...], Any, Any]
"""What is ordinary for a batch; its status, timestamps, `object` and counts."""


@define(eq=False)
class Ordinary:
    """The test for the batches of a list."""

    _lines: dict[tuple[str, ...], Lines] = field(factory=dict)
    """By the timestamps that batches have."""

    def doubtful(self, listed: Columns, broken: Collection[Path]) -> list[int]:
        """The indexes of batches that may break an invariant; those with a path that does not conform always are."""
        suspects = {path[1] for path in broken if len(path) > 1}
        for index, (lines, status, row, constant, counts) in enumerate(self._rows(listed)):
            try:
                held, rises = lines[status, row.count(None)]
                if constant == BATCH and rises(*held(row)):
                    if counts is None:
                        continue
                    completed, failed, total = _COUNTS(counts)
                    if completed + failed <= total:
                        continue
            except (KeyError, TypeError):
                pass
            suspects.add(index)
        return sorted(index for index in suspects if isinstance(index, int))

    def _rows(self, listed: Columns) -> Iterable[Row]:
        fields = listed.fields
        if fields is not None and fields.keys() >= {"status", "object", "request_counts"}:
            names = tuple([name for name in LINE if name in fields])
            times = zip(*[fields[name] for name in names], strict=True) if names else repeat(())
            lines = repeat(self._lines.get(names, {}))
            return zip(lines, fields["status"], times, fields["object"], fields["request_counts"], strict=False)
        return map(self._row, listed.items)

    def _row(self, batch: Any) -> Row:
        if not isinstance(batch, dict):
            return ({}, None, (), None, None)
        names = tuple([name for name in LINE if name in batch])
        row = tuple([batch[name] for name in names])
        return (self._lines.get(names, {}), batch.get("status"), row, batch.get("object"), batch.get("request_counts"))

    def learn(self, batch: Any) -> None:
        """Take note of a batch in which no invariant is broken."""
        if not isinstance(batch, dict) or batch.get("status") not in TIMESTAMPS:
            return
        names = tuple([name for name in LINE if name in batch])
        values = [batch[name] for name in names]
        held = [index for index, value in enumerate(values) if value is not None]
        if names not in self._lines and len(self._lines) >= MAX_SHAPES:
            return
        if len(held) in _RISING and all(type(values[index]) is int and values[index] > 0 for index in held):
            line = (itemgetter(*held), _RISING[len(held)])
            self._lines.setdefault(names, {})[batch["status"], len(values) - len(held)] = line
