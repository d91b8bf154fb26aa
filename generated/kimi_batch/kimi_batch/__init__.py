"""A client of the Batch API of Kimi (Moonshot AI): `KimiBatches`, and its async twin."""

from typing import TYPE_CHECKING

from batch_client.errors import (
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
from batch_client.lazy import lazily

if TYPE_CHECKING:
    from batch_client.drift import Drift
    from batch_client.result import Result

    from ._batches import AsyncKimiBatches, KimiBatches
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
    "Result",
    "ServerFailed",
    "StatusError",
    "Unauthorized",
    "UnreadableResponse",
    "WaitTimedOut",
)

__getattr__ = lazily(
    __name__,
    {
        "Drift": "batch_client.drift",
        "Result": "batch_client.result",
        "KimiBatches": "kimi_batch._batches",
        "AsyncKimiBatches": "kimi_batch._batches",
        "AuthenticatedClient": "kimi_batch.client",
        "Client": "kimi_batch.client",
        "Batch": "kimi_batch.models",
    },
)
