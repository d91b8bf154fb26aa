from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model


@define(eq=False, repr=False)
class OverloadedError(_model.Model):
    """OverloadedError"""

    code: int
    """Example: 50505"""
    message: str
    """Example: Model service overloaded. Please try again later."""
    data: str

    FIELDS = (
        _model.Field("code", "code", _kinds.INTEGER, True),
        _model.Field("message", "message", _kinds.STRING, True),
        _model.Field("data", "data", _kinds.STRING, True),
    )
