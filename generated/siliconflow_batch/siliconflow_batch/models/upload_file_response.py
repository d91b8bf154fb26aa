from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model

from ..models.uploaded_file import UploadedFile


@define(eq=False, repr=False)
class UploadFileResponse(_model.Model):
    """UploadFileResponse"""

    data: UploadedFile
    code: int | None = None
    """Example: 20000"""
    message: str | None = None
    """Example: Ok"""
    status: bool | None = None
    """Example: True"""

    FIELDS = (
        _model.Field("data", "data", _kinds.object_of(UploadedFile), True),
        _model.Field("code", "code", _kinds.INTEGER, False),
        _model.Field("message", "message", _kinds.STRING, False),
        _model.Field("status", "status", _kinds.BOOLEAN, False),
    )
