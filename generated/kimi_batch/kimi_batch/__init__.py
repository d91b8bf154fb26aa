"""A client of the Batch API of Kimi (Moonshot AI): `KimiBatches`, and its async twin."""

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
