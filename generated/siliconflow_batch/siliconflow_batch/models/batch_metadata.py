from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model


@define(eq=False, repr=False)
class BatchMetadata(_model.Model):
    """BatchMetadata"""

    batch_description: str | None = None
    name: str | None = None
    """Example: batch"""

    FIELDS = (
        _model.Field("batch_description", "batch_description", _kinds.STRING, False),
        _model.Field("name", "name", _kinds.STRING, False),
    )
