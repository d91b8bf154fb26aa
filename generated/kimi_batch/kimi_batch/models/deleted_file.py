from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model


@define(eq=False, repr=False)
class DeletedFile(Model):
    """DeletedFile"""

    id: str
    object_: str
    """Example: file"""
    deleted: bool

    FIELDS = (
        Field("id", "id", _kinds.STRING, True),
        Field("object_", "object", _kinds.STRING, True),
        Field("deleted", "deleted", _kinds.BOOLEAN, True),
    )
