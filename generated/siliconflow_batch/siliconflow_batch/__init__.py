"""A client of the Batch API of SiliconFlow: `SiliconFlowBatches`, and its async twin."""

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

    from ._batches import AsyncSiliconFlowBatches, SiliconFlowBatches
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
    "Result",
    "ServerFailed",
    "SiliconFlowBatches",
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
        "SiliconFlowBatches": "siliconflow_batch._batches",
        "AsyncSiliconFlowBatches": "siliconflow_batch._batches",
        "AuthenticatedClient": "siliconflow_batch.client",
        "Client": "siliconflow_batch.client",
        "Batch": "siliconflow_batch.models",
    },
)
