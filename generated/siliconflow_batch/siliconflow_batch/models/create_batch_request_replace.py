from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model


@define(eq=False, repr=False)
class CreateBatchRequestReplace(Model):
    """What to put into every request of the file"""

    model: str | None = None
    """Example: deepseek-ai/DeepSeek-V3"""

    FIELDS = (Field("model", "model", _kinds.STRING, False),)
