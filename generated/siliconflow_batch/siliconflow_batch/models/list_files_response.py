from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model

from ..models.file_list import FileList


@define(eq=False, repr=False)
class ListFilesResponse(Model):
    """ListFilesResponse"""

    code: int
    """Example: 20000"""
    message: str
    """Example: Ok"""
    status: bool
    """Example: True"""
    data: FileList

    FIELDS = (
        Field("code", "code", _kinds.INTEGER, True),
        Field("message", "message", _kinds.STRING, True),
        Field("status", "status", _kinds.BOOLEAN, True),
        Field("data", "data", _kinds.object_of(FileList), True),
    )
