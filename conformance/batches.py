"""What batches and files look like, by what providers document: constants, statuses, timestamps, where they stand.

Constants and examples are the providers', and the timestamps' descriptions; OpenAI's reference has the rest.
"""

from collections.abc import Mapping

from conformance.exchange import PayloadPath

CONSTANTS: Mapping[str, Mapping[PayloadPath, str]] = {
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

BATCHES: Mapping[str, PayloadPath] = {
    "list_batches": ("data", "*"),
    "create_batch": (),
    "retrieve_batch": (),
    "cancel_batch": (),
}
"""Where an operation's success holds batch objects."""

FILES = ("input_file_id", "output_file_id", "error_file_id")
"""Fields of a batch that name a file."""

IDS = ("id", *FILES)
"""Fields of a batch or a file that hold an id or null."""

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

TIMES_IN_ORDER = (
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
assert all(TIMES_IN_ORDER.index(first) < TIMES_IN_ORDER.index(name) for first, later in ORDER for name in later)

COUNTS = ("completed", "failed", "total")

RANK: Mapping[str, int] = {
    "in_queue": 0,
    "validating": 0,
    "in_progress": 1,
    "finalizing": 2,
    "cancelling": 3,
    "completed": 4,
    "failed": 4,
    "expired": 4,
    "cancelled": 4,
}
"""How far along a status is; a batch never goes to a lower rank, and never leaves the last."""
FINAL = 4

SUCCESS_CODES = frozenset({0, 200, 20000})
"""Codes that an envelope says success with: 20000 is documented; the others are common."""
