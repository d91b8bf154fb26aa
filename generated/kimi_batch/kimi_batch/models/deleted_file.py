from __future__ import annotations

from attrs import define

from .. import _kinds
from .._model import Field, Model


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
