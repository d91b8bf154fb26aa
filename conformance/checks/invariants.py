"""What must hold within one response, whatever the schema says: constants, counts, timestamps.

The tables say what providers document (constants, examples, the timestamps' descriptions; OpenAI's reference for the
rest). An invariant is judged only where every place it reads conforms.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from conformance.drift import Breach
from conformance.masking import shown_word
from conformance.schema import PayloadSchema, json_type

Path = tuple[str | int, ...]

CONSTANTS: Mapping[str, Mapping[Path, str]] = {
    "list_batches": {("object",): "list", ("data", "*", "object"): "batch"},
    "create_batch": {("object",): "batch"},
    "retrieve_batch": {("object",): "batch"},
    "cancel_batch": {("object",): "batch"},
    "upload_file": {("object",): "file", ("data", "object"): "file"},
    "list_files": {
        ("object",): "list",
        ("data", "*", "object"): "file",
        ("data", "data", "*", "object"): "file",
    },
    "retrieve_file": {("object",): "file"},
    "delete_file": {("object",): "file"},
}
"""Fields that always hold the same string; a place that the contract does not document is passed over.

Where a contract requires nothing, an object that holds none of its fields conforms; that it lacks even its constant
tells it from one that is merely sparse.
"""

BATCHES: Mapping[str, Path] = {
    "list_batches": ("data", "*"),
    "create_batch": (),
    "retrieve_batch": (),
    "cancel_batch": (),
}
"""Where an operation's success holds batch objects."""

_ENDS = ("completed_at", "failed_at", "expired_at", "cancelled_at")

TIMESTAMPS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # status: (must be set, must not be set yet or ever)
    "in_queue": ((), ("in_progress_at", "finalizing_at", *_ENDS, "cancelling_at")),
    "validating": ((), ("in_progress_at", "finalizing_at", *_ENDS, "cancelling_at")),
    "in_progress": (("in_progress_at",), ("finalizing_at", *_ENDS, "cancelling_at")),
    "finalizing": (("finalizing_at",), (*_ENDS, "cancelling_at")),
    "completed": (("completed_at",), ("failed_at", "expired_at", "cancelled_at")),
    "failed": (("failed_at",), ("completed_at", "expired_at", "cancelled_at")),
    "expired": (("expired_at",), ("completed_at", "failed_at", "cancelled_at")),
    "cancelling": (("cancelling_at",), _ENDS),
    "cancelled": (("cancelled_at",), ("completed_at", "failed_at", "expired_at")),
}
"""Which timestamps a status demands and which it forbids; 0 counts as not set."""

ORDER = (
    ("created_at", ("in_progress_at", "finalizing_at", *_ENDS, "cancelling_at", "expires_at")),
    ("in_progress_at", ("finalizing_at", "completed_at")),
    ("finalizing_at", ("completed_at",)),
    ("cancelling_at", ("cancelled_at",)),
)
"""A timestamp and those that may not be earlier."""

_MANY = 1000
"""Keys of an object that cannot be said to hold nothing."""

_READ = tuple({name: None for first, later in ORDER for name in (first, *later)})


def check_invariants(
    payload: Any,
    operation: str,
    schema: PayloadSchema,
    broken: Collection[Path],
    among: Collection[int] | None = None,
) -> Iterator[Breach]:
    """Judge one success body; `broken` are the paths that do not conform to the schema.

    Of a list only the items `among` these indexes; all if None.
    """
    yield from _gather(_constants(payload, operation, schema, broken, among), schema)
    yield from _gather(_batches(payload, operation, _with_above(broken), among), schema)


def _with_above(broken: Collection[Path]) -> Collection[Path]:
    """The paths, and those of what encloses them."""
    return {path[:depth] for path in broken for depth in range(1, len(path) + 1)}


_Spot = tuple[str, Path, str, Any]
"""Rule, path, what is expected, what was observed."""


def _gather(spots: Iterator[_Spot], schema: PayloadSchema) -> Iterator[Breach]:
    first: dict[tuple[str, str, str | None], _Spot] = {}
    counts: Counter[tuple[str, str, str | None]] = Counter()
    for spot in spots:
        rule, path, _, observed = spot
        value = observed if rule == "invariant-constant-changed" else None
        row = (rule, schema.place(path).pointer, value)
        counts[row] += 1
        first.setdefault(row, spot)
    for (rule, place, value), (_, path, expected, observed) in first.items():
        yield Breach(
            rule=rule,
            pointer=place,
            expected=expected,
            observed=observed,
            value=value,
            location=schema.place(path).location,
            items=counts[rule, place, value] if "*" in place else 0,
            path=path,
        )


def spread(payload: Any, path: Path, among: Collection[int] | None = None) -> Iterator[tuple[Path, Any]]:
    """The concrete paths and values that a path with `*` for indexes (`among` these, if not None) reaches."""
    found: list[tuple[Path, Any]] = [((), payload)]
    for step in path:
        if step == "*":
            lists = [(at, node) for at, node in found if isinstance(node, list)]
            found = [((*at, i), node[i]) for at, node in lists for i in (range(len(node)) if among is None else among)]
        else:
            found = [((*at, step), node[step]) for at, node in found if isinstance(node, dict) and step in node]
    yield from found


def _constants(
    payload: Any, operation: str, schema: PayloadSchema, broken: Collection[Path], among: Collection[int] | None
) -> Iterator[_Spot]:
    for path, constant in CONSTANTS.get(operation, {}).items():
        for concrete, value in spread(payload, path, among):
            if value == constant or not isinstance(value, str) or not schema.place(concrete).documented:
                continue
            if not any(concrete[:depth] in broken for depth in range(len(concrete) + 1)):
                yield "invariant-constant-changed", concrete, f"always {constant}", shown_word(value)
        for above, holder in spread(payload, path[:-1], among):
            concrete = (*above, path[-1])
            if _holds_nothing(holder, above, schema) and schema.place(concrete).documented and concrete not in broken:
                yield "invariant-constant-changed", concrete, f"always {constant}", "(missing)"


def _holds_nothing(holder: Any, above: Path, schema: PayloadSchema) -> bool:
    """Whether an object has none of the fields that are documented for it; an error in its place is another matter."""
    if not isinstance(holder, dict) or len(holder) > _MANY or (not above and error_in_success(holder, schema)):
        return False
    return not any(schema.place((*above, key)).documented for key in holder)


def _batches(payload: Any, operation: str, broken: Collection[Path], among: Collection[int] | None) -> Iterator[_Spot]:
    """`broken`: with what encloses them."""
    root = BATCHES.get(operation)
    if root is None:
        return
    for at, batch in spread(payload, root, among):
        if isinstance(batch, dict):
            yield from _counts(batch, at, broken)
            yield from _timestamps(batch, at, broken)


def _counts(batch: Mapping[str, Any], at: Path, broken: Collection[Path]) -> Iterator[_Spot]:
    counts = batch.get("request_counts")
    if not isinstance(counts, dict):
        return
    place = (*at, "request_counts")
    numbers: list[int] = [
        counts[name] for name in ("completed", "failed", "total") if json_type(counts.get(name)) == "integer"
    ]
    if len(numbers) != 3:
        return
    if place in broken:
        return
    completed, failed, total = numbers
    if completed + failed > total:
        yield (
            "invariant-counts-exceed-total",
            place,
            "completed + failed at most total",
            f"completed {completed}, failed {failed}, total {total}",
        )


def _timestamps(batch: Mapping[str, Any], at: Path, broken: Collection[Path]) -> Iterator[_Spot]:
    times = {name: value for name in _READ if isinstance(value := batch.get(name), int) and value}
    if broken:
        times = {name: value for name, value in times.items() if (*at, name) not in broken}
    yield from _order(times, at)
    status = batch.get("status")
    if not isinstance(status, str) or status not in TIMESTAMPS or (broken and (*at, "status") in broken):
        return
    demanded, forbidden = TIMESTAMPS[status]
    for name in demanded:
        if name in batch and name not in times and (*at, name) not in broken:
            yield "invariant-status-timestamp", (*at, name), f"set when status is {status}", f"not set, status {status}"
    for name in forbidden:
        if name in times:
            yield "invariant-status-timestamp", (*at, name), f"not set when status is {status}", f"set, status {status}"


def _order(times: Mapping[str, int], at: Path) -> Iterator[_Spot]:
    for first, later in ORDER:
        start = times.get(first, 0)
        for name in later:
            if times.get(name, start) < start:
                seconds = start - times[name]
                yield "invariant-timestamp-order", (*at, name), f"not before {first}", f"{seconds} s before {first}"


def error_in_success(payload: Any, schema: PayloadSchema) -> bool:
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


SUCCESS_CODES = frozenset({0, 200, 20000})
"""Codes that an envelope says success with: 20000 is documented; the others are common."""
