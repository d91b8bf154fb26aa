from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model

from ..models.file_purpose import FilePurpose


@define(eq=False, repr=False)
class File(Model):
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
        Field("id", "id", _kinds.STRING, True),
        Field("object_", "object", _kinds.STRING, True),
        Field("bytes_", "bytes", _kinds.INTEGER, True),
        Field("created_at", "created_at", _kinds.INTEGER, True),
        Field("filename", "filename", _kinds.STRING, True),
        Field("purpose", "purpose", _kinds.enumeration(FilePurpose), True),
        Field("status", "status", _kinds.STRING, True),
        Field("status_details", "status_details", _kinds.STRING, False),
    )
