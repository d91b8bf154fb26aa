from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model

from ..models.file import File


@define(eq=False, repr=False)
class FileList(_model.Model):
    """FileList"""

    object_: str
    """Example: list"""
    data: list[File]

    FIELDS = (
        _model.Field("object_", "object", _kinds.STRING, True),
        _model.Field("data", "data", _kinds.array_of(_kinds.object_of(File)), True),
    )
