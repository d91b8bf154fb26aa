from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model

from ..models.file_purpose import FilePurpose
from ..types import File


@define(eq=False, repr=False)
class UploadFileRequest(_model.Model):
    """UploadFileRequest"""

    file: File
    """The file"""
    purpose: FilePurpose
    """What a file was uploaded for"""

    FIELDS = (
        _model.Field("file", "file", _kinds.ANYTHING, True),
        _model.Field("purpose", "purpose", _kinds.enumeration(FilePurpose), True),
    )
