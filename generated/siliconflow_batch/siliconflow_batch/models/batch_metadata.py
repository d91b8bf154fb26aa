from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model


@define(eq=False, repr=False)
class BatchMetadata(Model):
    """BatchMetadata"""

    batch_description: str | None = None
    name: str | None = None
    """Example: batch"""

    FIELDS = (
        Field("batch_description", "batch_description", _kinds.STRING, False),
        Field("name", "name", _kinds.STRING, False),
    )
