from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client import model as _model

from ..models.error import Error


@define(eq=False, repr=False)
class ErrorResponse(_model.Model):
    """ErrorResponse"""

    error: Error

    FIELDS = (_model.Field("error", "error", _kinds.object_of(Error), True),)
