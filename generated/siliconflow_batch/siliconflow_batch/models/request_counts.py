from __future__ import annotations

from attrs import define

from .. import _kinds
from .._model import Field, Model


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
