from __future__ import annotations

from attrs import define

from .. import _kinds
from .._model import Field, Model
from ..models.error import Error


@define(eq=False, repr=False)
class ErrorResponse(Model):
    """ErrorResponse"""

    error: Error

    FIELDS = (Field("error", "error", _kinds.object_of(Error), True),)
