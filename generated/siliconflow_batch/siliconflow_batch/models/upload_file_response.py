from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model

from ..models.uploaded_file import UploadedFile


@define(eq=False, repr=False)
class UploadFileResponse(Model):
    """UploadFileResponse"""

    data: UploadedFile
    code: int | None = None
    """Example: 20000"""
    message: str | None = None
    """Example: Ok"""
    status: bool | None = None
    """Example: True"""

    FIELDS = (
        Field("data", "data", _kinds.object_of(UploadedFile), True),
        Field("code", "code", _kinds.INTEGER, False),
        Field("message", "message", _kinds.STRING, False),
        Field("status", "status", _kinds.BOOLEAN, False),
    )
