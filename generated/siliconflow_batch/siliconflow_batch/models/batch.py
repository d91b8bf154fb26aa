from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model

from ..models.batch_metadata import BatchMetadata
from ..models.request_counts import RequestCounts


@define(eq=False, repr=False)
class Batch(Model):
    """Batch"""

    id: str
    """Example: batch_id"""
    status: str
    """Example: in_queue"""
    object_: str | None = None
    """Example: batch"""
    endpoint: str | None = None
    """Example: /v1/chat/completions"""
    errors: list[str] | None = None
    input_file_id: str | None = None
    """Example: file-id"""
    completion_window: str | None = None
    """Example: 24h"""
    output_file_id: None | str = None
    error_file_id: None | str = None
    created_at: int | None = None
    """Example: 1749023566"""
    in_progress_at: int | None = None
    expires_at: int | None = None
    """Example: 1749109966"""
    finalizing_at: int | None = None
    completed_at: int | None = None
    failed_at: int | None = None
    expired_at: int | None = None
    cancelling_at: int | None = None
    cancelled_at: int | None = None
    request_counts: None | RequestCounts = None
    metadata: BatchMetadata | None = None
    file_name: str | None = None
    """Example: requests_name.json"""

    FIELDS = (
        Field("id", "id", _kinds.STRING, True),
        Field("status", "status", _kinds.STRING, True),
        Field("object_", "object", _kinds.STRING, False),
        Field("endpoint", "endpoint", _kinds.STRING, False),
        Field("errors", "errors", _kinds.one_of(_kinds.array_of(_kinds.STRING), _kinds.NULL), False),
        Field("input_file_id", "input_file_id", _kinds.STRING, False),
        Field("completion_window", "completion_window", _kinds.STRING, False),
        Field("output_file_id", "output_file_id", _kinds.one_of(_kinds.STRING, _kinds.NULL), False),
        Field("error_file_id", "error_file_id", _kinds.one_of(_kinds.STRING, _kinds.NULL), False),
        Field("created_at", "created_at", _kinds.INTEGER, False),
        Field("in_progress_at", "in_progress_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        Field("expires_at", "expires_at", _kinds.INTEGER, False),
        Field("finalizing_at", "finalizing_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        Field("completed_at", "completed_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        Field("failed_at", "failed_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        Field("expired_at", "expired_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        Field("cancelling_at", "cancelling_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        Field("cancelled_at", "cancelled_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        Field("request_counts", "request_counts", _kinds.one_of(_kinds.object_of(RequestCounts), _kinds.NULL), False),
        Field("metadata", "metadata", _kinds.object_of(BatchMetadata), False),
        Field("file_name", "file_name", _kinds.STRING, False),
    )
