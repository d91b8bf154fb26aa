"""SiliconFlow's server, as data.

Sources: [P] its page on listing batches, [D] documented elsewhere by it, [W] seen in the wild,
[O] OpenAI's reference, which it claims compatibility with. What has no mark is chosen here, where no source speaks.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import evolve

from conformance.simulator.answer import Call
from conformance.simulator.lifecycle import Batch, Phase
from conformance.simulator.profile import BatchRules, Exhibits, File, FileRules, Json, Profile, Trouble, counts
from conformance.simulator.rows import input_row
from conformance.simulator.samples import response_sample

_PHASES = {
    # How long each lasts is said nowhere.
    "in_queue": Phase(  # [P] in_queue with null counts; [D] so answers create
        "in_queue", 30, "accepted", counts="null", errors_listed=False, expires=True, cancellable=True
    ),
    "accepted": Phase(  # [D] so answers retrieve: still in_queue, errors [], request_counts {}
        "in_queue", 30, "validating", counts="empty", expires=True, cancellable=True
    ),
    "validating": Phase(  # [D] the guide's sample: zeroed counts
        "validating", 30, "in_progress", inspects=True, expires=True, cancellable=True
    ),
    "in_progress": Phase(  # [D]
        "in_progress", None, "finalizing", "in_progress_at", works=True, expires=True, cancellable=True
    ),
    "finalizing": Phase("finalizing", 60, "sealed", "finalizing_at", cancellable=True),  # [D]
    "sealed": Phase("completed", 60, "completed", "completed_at"),  # [W] completed may precede output_file_id
    "completed": Phase("completed", publishes=True),  # [D]
    "failed": Phase("failed", stamp="failed_at"),  # [P] failed_at exists; the guide does not list the status
    "expired": Phase("expired", stamp="expired_at", publishes=True),  # [P] the field, [D] the status and its rows
    "cancelling": Phase("cancelling", 30, "cancelled", "cancelling_at"),  # [D]
    "cancelled": Phase("cancelled", stamp="cancelled_at", publishes=True),  # [D]; what is done is kept [O]
}

_STATUSES: Mapping[Trouble, int] = {
    "key_missing": 401,  # [P]
    "key_wrong": 401,  # [P]
    "forbidden": 403,  # [P]
    "unknown_path": 404,  # [P]
    "wrong_method": 405,
    "not_found": 404,  # [P]
    "invalid": 400,  # [P]
    "rate_limited": 429,  # [D] it exists
    "server_error": 500,
    "overloaded": 503,  # [P]
    "timeout": 504,  # [P]
}

_TEXTS: Mapping[Trouble, str] = {
    "key_missing": "Invalid token",  # [P]
    "key_wrong": "Invalid token",  # [P]
    "forbidden": "Forbidden",  # [P]
    "unknown_path": "404 page not found",  # [P]
    "not_found": "404 page not found",  # [P]
    "wrong_method": "405 method not allowed",  # as its 404 reads
    "server_error": "Internal server error",
    "timeout": "Gateway timeout",  # [P] a string
}
"""Troubles told as a bare JSON string."""

_OBJECTS: Mapping[Trouble, tuple[int, str]] = {
    "invalid": (20012, "The request is invalid"),  # [P] the code
    "rate_limited": (50603, "Request was rejected due to rate limiting"),  # its body is unknown: as 503 is written
    "overloaded": (50505, "Model service overloaded. Please try again later."),  # [P]
}
"""Troubles told as {code, message, data}; [P] `data` is a string."""


def _error(trouble: Trouble, detail: str) -> Any:
    if trouble in _TEXTS:
        return _TEXTS[trouble]
    code, message = _OBJECTS[trouble]
    return {"code": code, "message": f"{message}: {detail}" if detail else message, "data": detail}


_TIMES = (
    "in_progress_at",
    "expires_at",
    "finalizing_at",
    "completed_at",
    "failed_at",
    "expired_at",
    "cancelling_at",
    "cancelled_at",
)


def _batch(batch: Batch, phase: Phase, call: Call) -> Json:
    """[P] every field of the list's sample, in its order; [D] `file_name` is in the list alone."""
    times = {"expires_at": batch.expires_at, **batch.stamps}
    shown: Json = {
        "id": batch.id,
        "object": "batch",
        "endpoint": batch.endpoint,
        "errors": list(batch.errors) if phase.errors_listed else None,
        "input_file_id": batch.input_file_id,
        "completion_window": batch.completion_window,
        "status": phase.status,
        "output_file_id": batch.output_file_id if phase.publishes else None,
        "error_file_id": batch.error_file_id if phase.publishes else None,
        "created_at": batch.created_at,
        **{name: times.get(name) for name in _TIMES},
        "request_counts": counts(batch, phase),
        # [P] an object, not nullable; a guide's sample shows null where none was given, the page is followed.
        "metadata": dict(batch.metadata or {}),
    }
    if call.operation == "list_batches":
        shown["file_name"] = batch.file_name
    return shown


def _envelope(data: Json) -> Json:
    return {"code": 20000, "message": "Ok", "status": True, "data": data}  # [D]


def _uploaded(file: File) -> Json:
    """[D] enveloped, with `createdAt`."""
    shown = _file(file)
    return _envelope(
        {
            "id": file.id,
            "object": "file",
            "bytes": file.bytes,
            "createdAt": shown["created_at"],
            "filename": file.filename,
            "purpose": file.purpose,
        }
    )


def _file(file: File) -> Json:
    return {
        "id": file.id,
        "object": "file",
        "bytes": file.bytes,
        "created_at": file.created_at,
        "filename": file.filename,
        "purpose": file.purpose,
        "line_count": file.lines or 0,
    }


def _file_list(files: Sequence[File]) -> Json:
    """[D] enveloped twice; the inner object says "file"."""
    return _envelope({"data": [_file(file) for file in files], "object": "file"})


def _exhibits() -> Exhibits:
    """[P] the sample's page: its item three times, once with its own id and once with each that the cursors name."""
    page = response_sample("siliconflow", "list_batches", 200)
    item = page["data"][0]
    sample = Batch(
        id=item["id"],
        number=0,
        endpoint=item["endpoint"],
        input_file_id=item["input_file_id"],
        completion_window=item["completion_window"],
        created_at=item["created_at"],
        expires_at=item["expires_at"],
        phase=item["status"],
        entered_at=item["created_at"],
        metadata=item["metadata"],
        file_name=item["file_name"],
        exhibit=True,
    )
    oldest_first = (page["last_id"], item["id"], page["first_id"])
    batches = [evolve(sample, id=batch_id, number=number) for number, batch_id in enumerate(oldest_first)]
    content = b"".join(input_row(number, "deepseek-ai/DeepSeek-V3") for number in range(1, 4))
    file = File(
        id=sample.input_file_id,
        number=0,
        bytes=len(content),
        created_at=sample.created_at - 60,
        filename=sample.file_name,
        purpose="batch",
        lines=3,
    )
    return Exhibits(batches, [file], {file.id: content})


SILICONFLOW = Profile(
    name="siliconflow",
    operations=frozenset(
        {
            "list_batches",  # [P]
            "create_batch",  # [D], and so the rest
            "retrieve_batch",
            "cancel_batch",
            "upload_file",
            "list_files",
        }
    ),
    phases=MappingProxyType(_PHASES),
    first_phase="in_queue",
    batches=BatchRules(
        default_limit=20,  # [O] none is documented
        has_cursors=True,  # [P]
        cancel_shows_before=True,  # [D] the sample still shows in_queue, cancelling_at null
        replaces_model=True,  # [D]
    ),
    files=FileRules(
        purposes=frozenset({"batch"}),  # [D]
        purpose_in_list=True,  # [D]
        default_limit=10,  # [D]
        content_type="application/octet-stream",
        # [D] the guide speaks of the URL of the result file, [W] clients find one there, and no page has an operation
        # that gives a file's content.
        results_are_urls=True,
    ),
    statuses=_STATUSES,
    error=_error,
    batch=_batch,
    file=_file,
    uploaded=_uploaded,
    file_list=_file_list,
    exhibits=_exhibits,
)
