"""What must hold within one response, whatever the schema says: constants, counts, timestamps.

An invariant is judged only where every place it reads conforms. Its quick form says of a decoded batch whether there is
nothing to be found; see `finder`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from conformance.batches import BATCHES, CONSTANTS, COUNTS, ORDER, TIMES_IN_ORDER, TIMESTAMPS
from conformance.checks.case import Case
from conformance.checks.complaints import CONSTANT, Complaint, gathered
from conformance.checks.finder import in_types, judges
from conformance.checks.items import Items, spread
from conformance.checks.one.payload import is_error
from conformance.checks.quick import Fits
from conformance.drift import Breach
from conformance.exchange import PayloadPath
from conformance.masking import shown_word
from conformance.schema import PayloadSchema, json_type

_MANY = 1000
"""Keys of an object that cannot be said to hold nothing."""

_READ = tuple({name: None for first, later in ORDER for name in (first, *later)})


@judges(operations=CONSTANTS, quick=in_types)
def constants(case: Case) -> Iterable[Breach]:
    """Fields that hold another string than the one they always hold, or are missing with all others."""
    return gathered(_constants(case, case.schema), case.schema) if case.is_settled and case.schema else ()


def _constants(case: Case, schema: PayloadSchema) -> Iterator[Complaint]:
    for path, constant in CONSTANTS.get(case.operation.name, {}).items():
        for concrete, value in spread(case.payload, path, case.doubtful):
            if value == constant or not isinstance(value, str) or not schema.place(concrete).documented:
                continue
            if not any(concrete[:depth] in case.broken for depth in range(len(concrete) + 1)):
                yield Complaint(CONSTANT, concrete, shown_word(value), f"always {constant}")
        for above, holder in spread(case.payload, path[:-1], case.doubtful):
            concrete = (*above, path[-1])
            if not schema.place(concrete).documented or concrete in case.broken:
                continue
            if _holds_nothing(holder, above, schema):
                yield Complaint(CONSTANT, concrete, "(missing)", f"always {constant}")


def _holds_nothing(holder: Any, above: PayloadPath, schema: PayloadSchema) -> bool:
    """Whether an object has none of the fields that are documented for it; an error in its place is another matter."""
    if not isinstance(holder, dict) or len(holder) > _MANY or (not above and is_error(holder, schema)):
        return False
    return not any(schema.place((*above, key)).documented for key in holder)


_Look = Callable[[Mapping[str, Any], PayloadPath, Case], Iterator[Complaint]]


def _of_batches(look: _Look) -> Callable[[Case], Iterable[Breach]]:
    """What a look at each batch in a body finds."""

    def found(case: Case) -> Iterable[Breach]:
        if not case.is_settled or case.schema is None:
            return ()
        spots = spread(case.payload, BATCHES[case.operation.name], case.doubtful)
        batches = [(at, batch) for at, batch in spots if isinstance(batch, dict)]
        return gathered((one for at, batch in batches for one in look(batch, at, case)), case.schema)

    return found


def _counts(batch: Mapping[str, Any], at: PayloadPath, case: Case) -> Iterator[Complaint]:
    counts, place = batch.get("request_counts"), (*at, "request_counts")
    if not isinstance(counts, dict) or place in case.touched:
        return
    numbers: list[int] = [counts[name] for name in COUNTS if json_type(counts.get(name)) == "integer"]
    if len(numbers) == len(COUNTS) and numbers[0] + numbers[1] > numbers[2]:
        told = f"completed {numbers[0]}, failed {numbers[1]}, total {numbers[2]}"
        yield Complaint("invariant-counts-exceed-total", place, told, "completed + failed at most total")


def _counts_fit(fields: Collection[str]) -> Fits | None:
    def fits(batches: Items) -> bool:
        try:
            for counts in batches.column("request_counts"):
                if counts is not None and counts.completed + counts.failed > counts.total:
                    return False
        except (AttributeError, TypeError):  # one of them is not there, or they are no counts
            return False
        return True

    return fits if "request_counts" in fields else None


def _times(batch: Mapping[str, Any], at: PayloadPath, case: Case) -> Mapping[str, int]:
    """The timestamps that are set, by name."""
    return {
        name: value
        for name in _READ
        if isinstance(value := batch.get(name), int) and value and (*at, name) not in case.touched
    }


def _set(batch: Mapping[str, Any], at: PayloadPath, case: Case) -> Iterator[Complaint]:
    status, times = batch.get("status"), _times(batch, at, case)
    if not isinstance(status, str) or status not in TIMESTAMPS or (*at, "status") in case.touched:
        return
    demanded, forbidden = TIMESTAMPS[status]
    wrong = [(name, "") for name in forbidden if name in times]
    wrong += [(name, "not ") for name in demanded if name in batch and name not in times]
    for name, word in wrong:
        if (*at, name) not in case.touched:
            should = "" if word else "not "
            told = f"{word}set, status {status}"
            yield Complaint("invariant-status-timestamp", (*at, name), told, f"{should}set when status is {status}")


def _order(batch: Mapping[str, Any], at: PayloadPath, case: Case) -> Iterator[Complaint]:
    times = _times(batch, at, case)
    for first, later in ORDER:
        for name in later:
            if first in times and name in times and times[name] < times[first]:
                told = f"{times[first] - times[name]} s before {first}"
                yield Complaint("invariant-timestamp-order", (*at, name), told, f"not before {first}")


def _in_line(fields: Collection[str]) -> Fits | None:
    """Whether what is set of the timestamps does not decrease in their order; then each pair of ORDER is right."""
    known = [name for name in TIMES_IN_ORDER if name in fields]

    def fits(batches: Items) -> bool:
        for row in zip(*map(batches.column, known), strict=True):
            last = 0
            for time in row:
                if time:
                    if time < last:
                        return False
                    last = time
        return True

    return fits if len(known) > 1 else None


counts = judges(operations=BATCHES, quick=_counts_fit)(_of_batches(_counts))
set_times = judges(operations=BATCHES, quick=in_types)(_of_batches(_set))
order = judges(operations=BATCHES, quick=_in_line)(_of_batches(_order))
