from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model

from ..models.create_batch_request_endpoint import CreateBatchRequestEndpoint
from ..models.create_batch_request_metadata import CreateBatchRequestMetadata
from ..models.create_batch_request_replace import CreateBatchRequestReplace


@define(eq=False, repr=False)
class CreateBatchRequest(_model.Model):
    """CreateBatchRequest"""

    input_file_id: str
    """The ID of an uploaded file Example: file-jkvytbjtow"""
    endpoint: CreateBatchRequestEndpoint
    """The endpoint that the requests of the file are for; the only one that is supported Example: /v1/chat/completions"""
    completion_window: str
    """The time within which the batch is to be processed, in hours Example: 24h"""
    metadata: CreateBatchRequestMetadata | None = None
    """Pairs of the caller's own; a key has at most 64 characters"""
    replace: CreateBatchRequestReplace | None = None
    """What to put into every request of the file"""

    FIELDS = (
        _model.Field("input_file_id", "input_file_id", _kinds.STRING, True),
        _model.Field("endpoint", "endpoint", _kinds.enumeration(CreateBatchRequestEndpoint), True),
        _model.Field("completion_window", "completion_window", _kinds.STRING, True),
        _model.Field("metadata", "metadata", _kinds.object_of(CreateBatchRequestMetadata), False),
        _model.Field("replace", "replace", _kinds.object_of(CreateBatchRequestReplace), False),
    )
