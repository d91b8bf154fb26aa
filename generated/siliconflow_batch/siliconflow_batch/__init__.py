"""A client of the Batch API of SiliconFlow: `SiliconFlowBatches`, and its async twin."""

from ._client import AsyncSiliconFlowBatches, SiliconFlowBatches
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
    "AsyncSiliconFlowBatches",
    "AuthenticatedClient",
    "BadRequest",
    "Batch",
    "BatchError",
    "Client",
    "ConnectionFailed",
    "Drift",
    "Forbidden",
    "NotFound",
    "RateLimited",
    "RequestTimedOut",
    "ServerFailed",
    "SiliconFlowBatches",
    "StatusError",
    "Unauthorized",
    "UnreadableResponse",
    "WaitTimedOut",
)
