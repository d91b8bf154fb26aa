"""The face of the client, async: `Batches` says what each method does."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from types import TracebackType
from typing import Any, Self

from . import _operations as operations
from ._download import Download, Target
from ._errors import BatchError
from ._paging import Paging
from ._provider import UploadedFile
from ._session import Session
from ._settings import RETRIES, TIMEOUT, Timeout, authenticated_client
from ._upload import Source, upload
from ._waiting import WAIT, Waiting
from .client import AuthenticatedClient
from .models import Batch, CreateBatchRequest


class AsyncBatches:
    """Batches of one account; arguments, results and errors are those of `Batches`."""

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        timeout: Timeout = TIMEOUT,
        retries: int = RETRIES,
        strict: bool = False,
    ) -> None:
        """Set it up; nothing is sent yet."""
        self._session = Session(authenticated_client(api_key, base_url, timeout), retries)
        self._strict = strict

    @property
    def client(self) -> AuthenticatedClient:
        """The generated client, for the calls in `api`."""
        return self._session.client

    async def upload(self, file: Source, *, purpose: str = "batch") -> UploadedFile:
        """Upload a file of requests, from a path or a binary file object; it is read as it is sent."""
        with upload(file, purpose, strict=self._strict) as call:
            return await self._session.call_async(call)

    async def create(
        self,
        input_file_id: str,
        completion_window: str = "24h",
        metadata: Mapping[str, str] | None = None,
        *,
        endpoint: str = "/v1/chat/completions",
        extra: Mapping[str, Any] | None = None,
    ) -> Batch:
        """Create a batch of the requests in a file that was uploaded."""
        body = operations.create_request(input_file_id, endpoint, completion_window, metadata, extra or {})
        return await self._create(body)

    async def _create(self, body: CreateBatchRequest) -> Batch:
        return await self._session.call_async(operations.create(body, strict=self._strict))

    async def retrieve(self, batch_id: str) -> Batch:
        """How a batch is now."""
        return await self._session.call_async(operations.retrieve(batch_id, strict=self._strict))

    async def cancel(self, batch_id: str) -> Batch:
        """Ask for a batch to be cancelled; `wait` tells when it is."""
        return await self._session.call_async(operations.cancel(batch_id, strict=self._strict))

    async def list(self, limit: int | None = None, *, after: str | None = None) -> AsyncIterator[Batch]:
        """Every batch, the newest first, page by page as they are asked for."""
        paging = Paging(after, self._strict)
        while not paging.over:
            page = await self._session.call_async(operations.page(limit, paging.after, strict=self._strict))
            for batch in paging.take(page):
                yield batch

    async def wait(
        self,
        batch_id: str,
        *,
        timeout: float | None = WAIT,  # noqa: ASYNC109 - the same face as the sync one
        interval: float | None = None,
        on_progress: Callable[[Batch], object] | None = None,
    ) -> Batch:
        """Wait until a batch is finished."""
        waiting = Waiting(batch_id, timeout, interval, on_progress)
        while True:
            try:
                batch = await self.retrieve(batch_id)
            except BatchError as error:
                waiting.failed(error)
            else:
                if waiting.seen(batch):
                    return batch
            await asyncio.sleep(waiting.pause())

    async def download(self, batch: Batch, target: Target, *, errors: bool = False) -> None:
        """Write a batch's results to a path or a binary file object."""
        with Download(batch, target, errors=errors) as download:
            await self._session.download_async(download)

    async def close(self) -> None:
        """Close the connections."""
        await self.client.get_async_httpx_client().aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={str(self.client.get_async_httpx_client().base_url)!r})"
