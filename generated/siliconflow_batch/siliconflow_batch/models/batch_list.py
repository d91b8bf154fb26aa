from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model

from ..models.batch import Batch


@define(eq=False, repr=False)
class BatchList(_model.Model):
    """BatchList"""

    data: list[Batch]
    object_: str | None = None
    """Example: list"""
    first_id: str | None = None
    """Example: first_batch_id"""
    last_id: str | None = None
    """Example: last_batch_id"""
    has_more: bool | None = None
    """Example: False"""

    FIELDS = (
        _model.Field("data", "data", _kinds.array_of(_kinds.object_of(Batch)), True),
        _model.Field("object_", "object", _kinds.STRING, False),
        _model.Field("first_id", "first_id", _kinds.STRING, False),
        _model.Field("last_id", "last_id", _kinds.STRING, False),
        _model.Field("has_more", "has_more", _kinds.BOOLEAN, False),
    )
