from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model

from ..models.file_purpose import FilePurpose
from ..types import File


@define(eq=False, repr=False)
class UploadFileRequest(Model):
    """UploadFileRequest"""

    file: File
    """The file"""
    purpose: FilePurpose
    """What a file was uploaded for"""

    FIELDS = (
        Field("file", "file", _kinds.ANYTHING, True),
        Field("purpose", "purpose", _kinds.enumeration(FilePurpose), True),
    )
