from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model


@define(eq=False, repr=False)
class DeletedFile(_model.Model):
    """DeletedFile"""

    id: str
    object_: str
    """Example: file"""
    deleted: bool

    FIELDS = (
        _model.Field("id", "id", _kinds.STRING, True),
        _model.Field("object_", "object", _kinds.STRING, True),
        _model.Field("deleted", "deleted", _kinds.BOOLEAN, True),
    )
