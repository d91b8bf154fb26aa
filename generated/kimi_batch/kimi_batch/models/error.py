from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model


@define(eq=False, repr=False)
class Error(_model.Model):
    """Error"""

    message: str
    """描述错误原因的错误消息"""
    type_: str | None = None
    """错误类型"""
    code: str | None = None
    """错误码"""
    request_id: str | None = None
    """The ID of the request, for the provider's support"""

    FIELDS = (
        _model.Field("message", "message", _kinds.STRING, True),
        _model.Field("type_", "type", _kinds.STRING, False),
        _model.Field("code", "code", _kinds.STRING, False),
        _model.Field("request_id", "request_id", _kinds.STRING, False),
    )
