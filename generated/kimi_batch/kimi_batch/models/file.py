from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model

from ..models.file_purpose import FilePurpose


@define(eq=False, repr=False)
class File(_model.Model):
    """File"""

    id: str
    object_: str
    """Example: file"""
    bytes_: int
    """The size of the file"""
    created_at: int
    """When the file was created (Unix timestamp)"""
    filename: str
    purpose: FilePurpose
    """What a file was uploaded for"""
    status: str
    """The state of processing; samples of the reference show `ready` and `ok` Example: ready"""
    status_details: str | None = None

    FIELDS = (
        _model.Field("id", "id", _kinds.STRING, True),
        _model.Field("object_", "object", _kinds.STRING, True),
        _model.Field("bytes_", "bytes", _kinds.INTEGER, True),
        _model.Field("created_at", "created_at", _kinds.INTEGER, True),
        _model.Field("filename", "filename", _kinds.STRING, True),
        _model.Field("purpose", "purpose", _kinds.enumeration(FilePurpose), True),
        _model.Field("status", "status", _kinds.STRING, True),
        _model.Field("status_details", "status_details", _kinds.STRING, False),
    )
