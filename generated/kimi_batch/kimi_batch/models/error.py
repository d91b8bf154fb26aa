from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model


@define(eq=False, repr=False)
class Error(Model):
    """Error"""

    message: str
    """描述错误原因的错误消息"""
    type_: str | None = None
    """错误类型"""
    code: str | None = None
    """错误码"""

    FIELDS = (
        Field("message", "message", _kinds.STRING, True),
        Field("type_", "type", _kinds.STRING, False),
        Field("code", "code", _kinds.STRING, False),
    )
