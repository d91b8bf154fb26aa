from __future__ import annotations

from attrs import define
from batch_client import kinds as _kinds
from batch_client.model import Field, Model

from ..models.error import Error


@define(eq=False, repr=False)
class ErrorResponse(Model):
    """ErrorResponse"""

    error: Error

    FIELDS = (Field("error", "error", _kinds.object_of(Error), True),)
