"""The face of the client, async: `Batches` says what each method does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self

from ._defaults import RETRIES, TIMEOUT, WAIT
from ._errors import BatchError
from ._lazy import Lazy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from types import TracebackType

    from . import _download, _operations, _paging, _session, _settings, _upload, _waiting
    from ._defaults import Timeout
    from ._download import Target
    from ._provider import UploadedFile
    from ._upload import Source
    from .client import AuthenticatedClient
    from .models import Batch, CreateBatchRequest
else:
    _download, _operations, _paging = Lazy("_download"), Lazy("_operations"), Lazy("_paging")
    _session, _settings = Lazy("_session"), Lazy("_settings")
    _upload, _waiting = Lazy("_upload"), Lazy("_waiting")


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
        self._session = _session.Session(_settings.authenticated_client(api_key, base_url, timeout), retries)
        self._strict = strict

    @property
    def client(self) -> AuthenticatedClient:
        """The generated client, for the calls in `api`."""
        return self._session.client

    async def upload(self, file: Source, *, purpose: str = "batch") -> UploadedFile:
        """Upload a file of requests, from a path or a binary file object; it is read as it is sent."""
        with _upload.upload(file, purpose, strict=self._strict) as call:
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
        body = _operations.create_request(input_file_id, endpoint, completion_window, metadata, extra or {})
        return await self._create(body)

    async def _create(self, body: CreateBatchRequest) -> Batch:
        return await self._session.call_async(_operations.create(body, strict=self._strict))

    async def retrieve(self, batch_id: str) -> Batch:
        """How a batch is now."""
        return await self._session.call_async(_operations.retrieve(batch_id, strict=self._strict))

    async def cancel(self, batch_id: str) -> Batch:
        """Ask for a batch to be cancelled; `wait` tells when it is."""
        return await self._session.call_async(_operations.cancel(batch_id, strict=self._strict))

    async def list(self, limit: int | None = None, *, after: str | None = None) -> AsyncIterator[Batch]:
        """Every batch, the newest first, page by page as they are asked for."""
        paging = _paging.Paging(after, self._strict)
        while not paging.over:
            page = await self._session.call_async(_operations.page(limit, paging.after, strict=self._strict))
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
        waiting = _waiting.Waiting(batch_id, timeout, interval, on_progress)
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
        with _download.Download(batch, target, errors=errors) as download:
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
