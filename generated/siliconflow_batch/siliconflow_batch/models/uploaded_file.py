from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model


@define(eq=False, repr=False)
class UploadedFile(_model.Model):
    """UploadedFile"""

    id: str
    """Example: file-jkvytbjtow"""
    object_: str | None = None
    """Example: file"""
    bytes_: int | None = None
    """Example: 8509"""
    created_at: int | None = None
    """Example: 1741685396"""
    filename: str | None = None
    """Example: requests.jsonl"""
    purpose: str | None = None
    """Example: batch"""

    FIELDS = (
        _model.Field("id", "id", _kinds.STRING, True),
        _model.Field("object_", "object", _kinds.STRING, False),
        _model.Field("bytes_", "bytes", _kinds.INTEGER, False),
        _model.Field("created_at", "createdAt", _kinds.INTEGER, False),
        _model.Field("filename", "filename", _kinds.STRING, False),
        _model.Field("purpose", "purpose", _kinds.STRING, False),
    )
