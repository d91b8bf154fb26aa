from __future__ import annotations

from attrs import define

from .. import _kinds
from .._model import Field, Model


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
