from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model


@define(eq=False, repr=False)
class RequestCounts(_model.Model):
    """RequestCounts"""

    completed: int
    """已完成的请求数量"""
    failed: int
    """失败的请求数量"""
    total: int
    """总请求数量"""

    FIELDS = (
        _model.Field("completed", "completed", _kinds.INTEGER, True),
        _model.Field("failed", "failed", _kinds.INTEGER, True),
        _model.Field("total", "total", _kinds.INTEGER, True),
    )
