from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model


@define(eq=False, repr=False)
class CreateBatchRequestReplace(_model.Model):
    """What to put into every request of the file"""

    model: str | None = None
    """Example: deepseek-ai/DeepSeek-V3"""

    FIELDS = (_model.Field("model", "model", _kinds.STRING, False),)
