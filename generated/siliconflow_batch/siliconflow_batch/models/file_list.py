from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model

from ..models.file import File


@define(eq=False, repr=False)
class FileList(Model):
    """FileList"""

    data: list[File]
    object_: str | None = None
    """Example: file"""

    FIELDS = (
        Field("data", "data", _kinds.array_of(_kinds.object_of(File)), True),
        Field("object_", "object", _kinds.STRING, False),
    )
