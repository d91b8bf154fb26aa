"""One client library for the Batch APIs of all providers: a package each knows its provider, this one does the work.

from batch_client import Batches, Result

def ask(batches: Batches, path: str) -> list[Result]:
    batch = batches.create(batches.upload(path).id)
    return list(batches.results(batches.wait(batch.id)))
"""

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
    from batch_client.protocols import AsyncBatches, Batch, Batches, Counts, File, Payload
    from batch_client.result import Result, ResultError

__all__ = (
    "AsyncBatches",
    "BadRequest",
    "Batch",
    "BatchError",
    "Batches",
    "ConnectionFailed",
    "Counts",
    "Drift",
    "File",
    "Forbidden",
    "NotFound",
    "Payload",
    "RateLimited",
    "RequestTimedOut",
    "Result",
    "ResultError",
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
        **dict.fromkeys(("Result", "ResultError"), "batch_client.result"),
        **dict.fromkeys(("AsyncBatches", "Batch", "Batches", "Counts", "File", "Payload"), "batch_client.protocols"),
    },
)
