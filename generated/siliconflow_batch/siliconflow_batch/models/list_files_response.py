from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model

from ..models.file_list import FileList


@define(eq=False, repr=False)
class ListFilesResponse(_model.Model):
    """ListFilesResponse"""

    code: int
    """Example: 20000"""
    message: str
    """Example: Ok"""
    status: bool
    """Example: True"""
    data: FileList

    FIELDS = (
        _model.Field("code", "code", _kinds.INTEGER, True),
        _model.Field("message", "message", _kinds.STRING, True),
        _model.Field("status", "status", _kinds.BOOLEAN, True),
        _model.Field("data", "data", _kinds.object_of(FileList), True),
    )
