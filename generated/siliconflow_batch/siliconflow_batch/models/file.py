from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model


@define(eq=False, repr=False)
class File(_model.Model):
    """File"""

    id: str
    """Example: file-kkhtqklcnm"""
    object_: str | None = None
    """Example: file"""
    bytes_: int | None = None
    """Example: 806"""
    created_at: int | None = None
    """Example: 1741777570"""
    filename: str | None = None
    """Example: requests-2.jsonl"""
    purpose: str | None = None
    """Example: batch"""
    line_count: int | None = None
    """Example: 2"""

    FIELDS = (
        _model.Field("id", "id", _kinds.STRING, True),
        _model.Field("object_", "object", _kinds.STRING, False),
        _model.Field("bytes_", "bytes", _kinds.INTEGER, False),
        _model.Field("created_at", "created_at", _kinds.INTEGER, False),
        _model.Field("filename", "filename", _kinds.STRING, False),
        _model.Field("purpose", "purpose", _kinds.STRING, False),
        _model.Field("line_count", "line_count", _kinds.INTEGER, False),
    )
