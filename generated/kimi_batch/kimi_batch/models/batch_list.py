from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model

from ..models.batch import Batch


@define(eq=False, repr=False)
class BatchList(Model):
    """BatchList"""

    object_: str
    """Example: list"""
    data: list[Batch]
    has_more: bool | None = None
    """是否还有更多数据"""

    FIELDS = (
        Field("object_", "object", _kinds.STRING, True),
        Field("data", "data", _kinds.array_of(_kinds.object_of(Batch)), True),
        Field("has_more", "has_more", _kinds.BOOLEAN, False),
    )
