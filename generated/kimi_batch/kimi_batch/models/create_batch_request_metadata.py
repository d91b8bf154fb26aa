from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model


@define(eq=False, repr=False)
class CreateBatchRequestMetadata(_model.Model):
    """Pairs of the caller's own"""

    FIELDS = ()
    ADDITIONAL = _kinds.STRING
