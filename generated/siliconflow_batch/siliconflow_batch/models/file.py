from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model


@define(eq=False, repr=False)
class File(Model):
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
        Field("id", "id", _kinds.STRING, True),
        Field("object_", "object", _kinds.STRING, False),
        Field("bytes_", "bytes", _kinds.INTEGER, False),
        Field("created_at", "created_at", _kinds.INTEGER, False),
        Field("filename", "filename", _kinds.STRING, False),
        Field("purpose", "purpose", _kinds.STRING, False),
        Field("line_count", "line_count", _kinds.INTEGER, False),
    )
