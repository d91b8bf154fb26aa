from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model

from ..models.file import File


@define(eq=False, repr=False)
class FileList(Model):
    """FileList"""

    object_: str
    """Example: list"""
    data: list[File]

    FIELDS = (
        Field("object_", "object", _kinds.STRING, True),
        Field("data", "data", _kinds.array_of(_kinds.object_of(File)), True),
    )
