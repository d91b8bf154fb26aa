from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model


@define(eq=False, repr=False)
class BadRequestError(Model):
    """BadRequestError"""

    code: int | None
    """Example: 20012"""
    message: str
    data: str

    FIELDS = (
        Field("code", "code", _kinds.one_of(_kinds.INTEGER, _kinds.NULL), True),
        Field("message", "message", _kinds.STRING, True),
        Field("data", "data", _kinds.STRING, True),
    )
