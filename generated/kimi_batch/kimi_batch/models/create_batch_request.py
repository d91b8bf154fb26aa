from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model

from ..models.create_batch_request_endpoint import CreateBatchRequestEndpoint
from ..models.create_batch_request_metadata import CreateBatchRequestMetadata


@define(eq=False, repr=False)
class CreateBatchRequest(_model.Model):
    """CreateBatchRequest"""

    input_file_id: str
    """The ID of a .jsonl file uploaded with the purpose `batch`"""
    endpoint: CreateBatchRequestEndpoint
    """The endpoint that the requests of the file are for"""
    completion_window: str
    """The time within which the batch is to be processed Example: 24h"""
    metadata: CreateBatchRequestMetadata | None = None
    """Pairs of the caller's own"""

    FIELDS = (
        _model.Field("input_file_id", "input_file_id", _kinds.STRING, True),
        _model.Field("endpoint", "endpoint", _kinds.enumeration(CreateBatchRequestEndpoint), True),
        _model.Field("completion_window", "completion_window", _kinds.STRING, True),
        _model.Field("metadata", "metadata", _kinds.object_of(CreateBatchRequestMetadata), False),
    )
