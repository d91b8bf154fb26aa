"""Kimi (Moonshot AI)'s server, as data.

Sources: [P] its pages on listing and creating batches, [D] documented elsewhere by it, [W] seen in the wild,
[O] OpenAI's reference, which it claims compatibility with. What has no mark is chosen here, where no source speaks.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from conformance.simulator.answer import Call
from conformance.simulator.lifecycle import Batch, Phase
from conformance.simulator.profile import BatchRules, File, FileRules, Json, Profile, Trouble, counts
from conformance.simulator.profiles.kimi_exhibits import exhibits

_PHASES = {
    # The statuses, and that each stamps its own time: [P]. How long each lasts is said nowhere.
    "validating": Phase("validating", 30, "in_progress", inspects=True, expires=True, cancellable=True),
    "in_progress": Phase(
        "in_progress", None, "finalizing", "in_progress_at", works=True, expires=True, cancellable=True
    ),
    "finalizing": Phase("finalizing", 60, "completed", "finalizing_at", cancellable=True),
    "completed": Phase("completed", stamp="completed_at", publishes=True),
    "failed": Phase("failed", stamp="failed_at"),  # [P] "校验失败": the check of the input
    "expired": Phase(
        "expired", publishes=True
    ),  # [P] the status exists, an expired_at does not; what is done is kept [O]
    "cancelling": Phase("cancelling", 30, "cancelled", "cancelling_at"),
    "cancelled": Phase("cancelled", stamp="cancelled_at", publishes=True),  # what is done is kept [O]
}

_STATUSES: Mapping[Trouble, int] = {
    "key_missing": 401,  # [P]
    "key_wrong": 401,  # [P]
    "forbidden": 403,
    "unknown_path": 404,
    "wrong_method": 405,
    "not_found": 404,  # [D]
    "invalid": 400,  # [D] on create and cancel
    "rate_limited": 429,  # [W]
    "server_error": 500,  # [P]
    "overloaded": 503,
    "timeout": 504,
}

_ERRORS: Mapping[Trouble, tuple[str, str]] = {
    # The type and the message.
    "key_missing": ("invalid_authentication_error", "Invalid Authentication"),  # [D]
    "key_wrong": ("incorrect_api_key_error", "Incorrect API key provided"),  # [D]
    "forbidden": ("permission_denied_error", "Permission denied"),
    "unknown_path": ("resource_not_found_error", "No such path"),
    "wrong_method": ("method_not_allowed_error", "Method not allowed"),
    "not_found": ("resource_not_found_error", "Not found: {}"),
    "invalid": ("invalid_request_error", "Invalid request: {}"),  # [D] the type
    "rate_limited": (
        "rate_limit_reached_error",
        "Your account has sent too many requests, please try again later",
    ),  # [W]
    "server_error": ("server_error", "Internal server error"),
    "overloaded": ("engine_overloaded_error", "The engine is currently overloaded, please try again later"),
    "timeout": ("server_error", "Gateway timeout"),
}


def _error(trouble: Trouble, detail: str) -> Any:
    """[P] the shape, of which only `message` is required; [D] samples have a type and no code."""
    kind, message = _ERRORS[trouble]
    return {"error": {"message": message.format(detail), "type": kind}}


_TIMES = ("in_progress_at", "expires_at", "finalizing_at", "completed_at", "failed_at", "cancelling_at", "cancelled_at")


def _batch(batch: Batch, phase: Phase, _call: Call) -> Json:
    """[P] every field of the create page's sample, in its order, and the `status` that it leaves out."""
    times = {"expires_at": batch.expires_at, **batch.stamps}
    return {
        "id": batch.id,
        "object": "batch",
        "endpoint": batch.endpoint,
        "input_file_id": batch.input_file_id,
        "completion_window": batch.completion_window,
        "status": phase.status,
        "created_at": batch.created_at,
        "request_counts": counts(batch, phase),
        "output_file_id": batch.output_file_id if phase.publishes else None,
        "error_file_id": batch.error_file_id if phase.publishes else None,
        **{name: times.get(name) for name in _TIMES},
        "metadata": batch.metadata,
    }


def _file(file: File) -> Json:
    """[D] flat; the example's status is "ready", elsewhere "ok"."""
    return {
        "id": file.id,
        "object": "file",
        "bytes": file.bytes,
        "created_at": file.created_at,
        "filename": file.filename,
        "purpose": file.purpose,
        "status": "ready",
    }


def _file_list(files: Sequence[File]) -> Json:
    """[D] without has_more."""
    return {"object": "list", "data": [_file(file) for file in files]}


KIMI = Profile(
    name="kimi",
    operations=frozenset(
        {
            "list_batches",  # [P]
            "create_batch",  # [P]
            "retrieve_batch",  # [D], and so the rest
            "cancel_batch",
            "upload_file",
            "list_files",
            "retrieve_file",
            "delete_file",
            "file_content",
        }
    ),
    phases=MappingProxyType(_PHASES),
    first_phase="validating",
    batches=BatchRules(
        default_limit=20,  # [P]
        has_cursors=False,  # [P]
        cancel_shows_before=False,  # [D] "goes to cancelling"
        replaces_model=False,
    ),
    files=FileRules(
        purposes=frozenset({"file-extract", "image", "video", "batch"}),  # [D]
        purpose_in_list=False,  # [D] no parameters
        default_limit=None,
        content_type="text/plain; charset=utf-8",  # [D]
        results_are_urls=False,  # [D] content "used for batch output"
    ),
    statuses=_STATUSES,
    error=_error,
    batch=_batch,
    file=_file,
    uploaded=_file,
    file_list=_file_list,
    exhibits=exhibits,
)
