from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model


@define(eq=False, repr=False)
class BatchMetadata(_model.Model):
    """自定义元数据"""

    FIELDS = ()
    ADDITIONAL = _kinds.STRING
