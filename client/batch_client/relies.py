"""What the face relies on in what endpoints answer: the one list of it, held against each contract.

Of a contract that lacks one of these no client is made. An answer that lacks one is drift, or, where nobody could go on
without it, an `UnreadableResponse`; an AttributeError it is never.
"""

from collections.abc import Mapping

from attrs import frozen


@frozen
class Relied:
    """One field: of what operations give, at a place below that, and which methods of the face need it.

    `place` is written as in `data[].id`, with names as attributes have them. `needed` is whether an answer without it
    is of no use at all; `always` whether it is typed as always there, though it may not be documented so.
    """

    operations: tuple[str, ...]
    place: str
    by: tuple[str, ...]
    needed: bool = False
    always: bool = False


_BATCH = ("create_batch", "retrieve_batch", "cancel_batch")
_FILE = ("upload_file", "retrieve_file")

RELIES: tuple[Relied, ...] = (
    Relied(("list_batches",), "data", ("list",), needed=True, always=True),
    Relied(("list_batches",), "data[].id", ("list",), always=True),
    Relied(("list_batches",), "data[].status", ("list",), always=True),
    Relied(("list_batches",), "has_more", ("list",)),
    Relied(_BATCH, "id", ("create", "retrieve", "cancel", "wait"), needed=True, always=True),
    Relied(_BATCH, "status", ("wait", "download", "results"), always=True),
    Relied(_BATCH, "output_file_id", ("wait", "download", "results")),
    Relied(_BATCH, "error_file_id", ("wait", "download", "results")),
    Relied(_BATCH, "input_file_id", ("create",)),
    Relied(_BATCH, "created_at", ("list",)),
    Relied(_BATCH, "request_counts", ("wait",)),
    Relied(_BATCH, "request_counts.total", ("wait",)),
    Relied(_BATCH, "request_counts.completed", ("wait",)),
    Relied(_BATCH, "request_counts.failed", ("wait",)),
    Relied(_FILE, "id", ("upload", "file"), needed=True, always=True),
    Relied(_FILE, "filename", ("upload",)),
    Relied(_FILE, "bytes", ("upload",)),
    Relied(_FILE, "created_at", ("upload",)),
    Relied(_FILE, "purpose", ("files",)),
    Relied(("list_files",), "data", ("files",), needed=True, always=True),
    Relied(("list_files",), "data[].id", ("files",), always=True),
    Relied(("list_files",), "data[].filename", ("upload",)),
    Relied(("list_files",), "data[].bytes", ("upload",)),
    Relied(("list_files",), "data[].created_at", ("upload",)),
)
"""Checked by scripts/generate_clients.py for every provider, of the operations that its contract has."""

FINAL = ("completed", "failed", "expired", "cancelled")
"""The statuses that end a batch: where a contract lists statuses, these are among them."""

NEEDED: Mapping[str, str] = {operation: one.place for one in RELIES if one.needed for operation in one.operations}
"""By operation, the field without which its answer is of no use."""
