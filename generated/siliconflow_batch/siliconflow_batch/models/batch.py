from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model

from ..models.batch_metadata import BatchMetadata
from ..models.request_counts import RequestCounts


@define(eq=False, repr=False)
class Batch(_model.Model):
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
        _model.Field("id", "id", _kinds.STRING, True),
        _model.Field("status", "status", _kinds.STRING, True),
        _model.Field("object_", "object", _kinds.STRING, False),
        _model.Field("endpoint", "endpoint", _kinds.STRING, False),
        _model.Field("errors", "errors", _kinds.one_of(_kinds.array_of(_kinds.STRING), _kinds.NULL), False),
        _model.Field("input_file_id", "input_file_id", _kinds.STRING, False),
        _model.Field("completion_window", "completion_window", _kinds.STRING, False),
        _model.Field("output_file_id", "output_file_id", _kinds.one_of(_kinds.STRING, _kinds.NULL), False),
        _model.Field("error_file_id", "error_file_id", _kinds.one_of(_kinds.STRING, _kinds.NULL), False),
        _model.Field("created_at", "created_at", _kinds.INTEGER, False),
        _model.Field("in_progress_at", "in_progress_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        _model.Field("expires_at", "expires_at", _kinds.INTEGER, False),
        _model.Field("finalizing_at", "finalizing_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        _model.Field("completed_at", "completed_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        _model.Field("failed_at", "failed_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        _model.Field("expired_at", "expired_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        _model.Field("cancelling_at", "cancelling_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        _model.Field("cancelled_at", "cancelled_at", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), False),
        _model.Field(
            "request_counts", "request_counts", _kinds.one_of(_kinds.object_of(RequestCounts), _kinds.NULL), False
        ),
        _model.Field("metadata", "metadata", _kinds.object_of(BatchMetadata), False),
        _model.Field("file_name", "file_name", _kinds.STRING, False),
    )
