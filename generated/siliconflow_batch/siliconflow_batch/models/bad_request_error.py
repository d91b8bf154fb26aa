from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model


@define(eq=False, repr=False)
class BadRequestError(_model.Model):
    """BadRequestError"""

    code: int | None
    """Example: 20012"""
    message: str
    data: str

    FIELDS = (
        _model.Field("code", "code", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), True),
        _model.Field("message", "message", _kinds.STRING, True),
        _model.Field("data", "data", _kinds.STRING, True),
    )
