from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model


@define(eq=False, repr=False)
class RequestCounts(Model):
    """RequestCounts"""

    completed: int
    """已完成的请求数量"""
    failed: int
    """失败的请求数量"""
    total: int
    """总请求数量"""

    FIELDS = (
        Field("completed", "completed", _kinds.INTEGER, True),
        Field("failed", "failed", _kinds.INTEGER, True),
        Field("total", "total", _kinds.INTEGER, True),
    )
