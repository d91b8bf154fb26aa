from __future__ import annotations

from attrs import define

from .. import _kinds
from .._model import Field, Model


@define(eq=False, repr=False)
class CreateBatchRequestReplace(Model):
    """What to put into every request of the file"""

    model: str | None = None
    """Example: deepseek-ai/DeepSeek-V3"""

    FIELDS = (Field("model", "model", _kinds.STRING, False),)
