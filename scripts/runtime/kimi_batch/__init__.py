"""A client of the Batch API of Kimi (Moonshot AI): `KimiBatches`, and its async twin."""

from typing import TYPE_CHECKING, Any

from ._client import AsyncKimiBatches, KimiBatches
from ._drift import Drift
from ._errors import (
    BadRequest,
    BatchError,
    ConnectionFailed,
    Forbidden,
    NotFound,
    RateLimited,
    RequestTimedOut,
    ServerFailed,
    StatusError,
    Unauthorized,
    UnreadableResponse,
    WaitTimedOut,
)
from ._lazy import Lazy

if TYPE_CHECKING:
    from .client import AuthenticatedClient, Client
    from .models import Batch

__all__ = (
    "AsyncKimiBatches",
    "AuthenticatedClient",
    "BadRequest",
    "Batch",
    "BatchError",
    "Client",
    "ConnectionFailed",
    "Drift",
    "Forbidden",
    "KimiBatches",
    "NotFound",
    "RateLimited",
    "RequestTimedOut",
    "ServerFailed",
    "StatusError",
    "Unauthorized",
    "UnreadableResponse",
    "WaitTimedOut",
)

_LAZY = {"AuthenticatedClient": Lazy("client"), "Client": Lazy("client"), "Batch": Lazy("models")}


def __getattr__(name: str) -> Any:
    """What need not be there before it is used."""
    if name in _LAZY:
        return getattr(_LAZY[name], name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
