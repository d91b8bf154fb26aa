from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model


@define(eq=False, repr=False)
class OverloadedError(Model):
    """OverloadedError"""

    code: int
    """Example: 50505"""
    message: str
    """Example: Model service overloaded. Please try again later."""
    data: str

    FIELDS = (
        Field("code", "code", _kinds.INTEGER, True),
        Field("message", "message", _kinds.STRING, True),
        Field("data", "data", _kinds.STRING, True),
    )
