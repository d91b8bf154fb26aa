"""What SiliconFlow's contract does not say of its server: how a batch moves, and how errors are worded.

Sources: [P] its page on listing batches, [D] documented elsewhere by it, [W] seen in the wild,
[O] OpenAI's reference, which it claims compatibility with. What has no mark is chosen here, where no source speaks.
"""

from collections.abc import Mapping
from types import MappingProxyType

from attrs import evolve

from conformance.contract import Operation
from conformance.simulator import troubles
from conformance.simulator.answer import Call, ServedAnswer
from conformance.simulator.lifecycle import Batch, Phase
from conformance.simulator.profile import Exhibits, File, Json, Profile
from conformance.simulator.rows import input_row
from conformance.simulator.samples import response_sample
from conformance.simulator.troubles import Trouble

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


def _refuse(operation: Operation | None, trouble: Trouble, detail: str) -> ServedAnswer:
    status = troubles.status(operation, trouble)
    if trouble in _TEXTS:
        return ServedAnswer(status, _TEXTS[trouble])
    code, message = _OBJECTS[trouble]
    return ServedAnswer(
        status, {"code": code, "message": f"{message}: {detail}" if detail else message, "data": detail}
    )


def adapt(profile: Profile) -> Profile:
    """SiliconFlow's server."""

    def batch(batch: Batch, phase: Phase, call: Call) -> Json:
        shown = profile.batch(batch, phase, call)
        shown["errors"] = list(batch.errors) if phase.errors_listed else None
        # [P] an object, not nullable; a guide's sample shows null where none was given, the page is followed.
        shown["metadata"] = dict(batch.metadata or {})
        if call.operation != "list_batches":
            del shown["file_name"]  # [D] it is in the list alone
        return shown

    return evolve(
        profile,
        phases=MappingProxyType(_PHASES),
        first_phase="in_queue",
        refuse=_refuse,
        batch=batch,
        exhibits=lambda: _exhibits(profile.name),
        cancel_shows_before=True,  # [D] the sample still shows in_queue, cancelling_at null
        # [D] the guide speaks of the URL of the result file, [W] clients find one there, and no page has an operation
        # that gives a file's content.
        results_are_urls=True,
    )


def _exhibits(name: str) -> Exhibits:
    """[P] the sample's page: its item three times, once with its own id and once with each that the cursors name."""
    page = response_sample(name, "list_batches", 200)
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
