from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Model


@define(eq=False, repr=False)
class BatchMetadata(Model):
    """自定义元数据"""

    FIELDS = ()
    ADDITIONAL = _kinds.STRING
