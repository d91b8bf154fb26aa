from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model


@define(eq=False, repr=False)
class RequestCounts(_model.Model):
    """RequestCounts"""

    completed: int | None = None
    failed: int | None = None
    total: int | None = None

    FIELDS = (
        _model.Field("completed", "completed", _kinds.INTEGER, False),
        _model.Field("failed", "failed", _kinds.INTEGER, False),
        _model.Field("total", "total", _kinds.INTEGER, False),
    )
