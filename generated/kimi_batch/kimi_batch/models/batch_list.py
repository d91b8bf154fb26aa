from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model

from ..models.batch import Batch


@define(eq=False, repr=False)
class BatchList(_model.Model):
    """BatchList"""

    object_: str
    """Example: list"""
    data: list[Batch]
    has_more: bool | None = None
    """是否还有更多数据"""

    FIELDS = (
        _model.Field("object_", "object", _kinds.STRING, True),
        _model.Field("data", "data", _kinds.array_of(_kinds.object_of(Batch)), True),
        _model.Field("has_more", "has_more", _kinds.BOOLEAN, False),
    )
