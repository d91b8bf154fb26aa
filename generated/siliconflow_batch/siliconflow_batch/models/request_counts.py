from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model


@define(eq=False, repr=False)
class RequestCounts(Model):
    """RequestCounts"""

    completed: int | None = None
    failed: int | None = None
    total: int | None = None

    FIELDS = (
        Field("completed", "completed", _kinds.INTEGER, False),
        Field("failed", "failed", _kinds.INTEGER, False),
        Field("total", "total", _kinds.INTEGER, False),
    )
