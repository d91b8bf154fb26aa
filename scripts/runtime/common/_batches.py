"""The face of the client, sync."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

from ._defaults import RETRIES, TIMEOUT, WAIT
from ._errors import BatchError
from ._lazy import Lazy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
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


class Batches:
    """Batches of one account; every method may raise a BatchError.

    Args:
        api_key: The key; without it, the environment's.
        base_url: Where the endpoint is, with or without `/v1`; without it, the environment's or the provider's own.
        timeout: Seconds for each wait on the network, or an `httpx.Timeout`; None waits for ever.
        retries: How many more times than once a request may be tried.
        strict: Whether what is not as documented is an error, instead of being kept and listed in `drift`.
    """

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

    def upload(self, file: Source, *, purpose: str = "batch") -> UploadedFile:
        """Upload a file of requests, from a path or a binary file object; it is read as it is sent."""
        with _upload.upload(file, purpose, strict=self._strict) as call:
            return self._session.call(call)

    def create(
        self,
        input_file_id: str,
        completion_window: str = "24h",
        metadata: Mapping[str, str] | None = None,
        *,
        endpoint: str = "/v1/chat/completions",
        extra: Mapping[str, Any] | None = None,
    ) -> Batch:
        """Create a batch of the requests in a file that was uploaded.

        It is sent again only where the endpoint cannot have created it: after any other failure, `list` tells.

        Args:
            input_file_id: The uploaded file.
            completion_window: How long it may take, as in `24h`.
            metadata: Pairs of your own.
            endpoint: What the requests are for.
            extra: Fields of the request that are not documented for both providers.
        """
        body = _operations.create_request(input_file_id, endpoint, completion_window, metadata, extra or {})
        return self._create(body)

    def _create(self, body: CreateBatchRequest) -> Batch:
        return self._session.call(_operations.create(body, strict=self._strict))

    def retrieve(self, batch_id: str) -> Batch:
        """How a batch is now."""
        return self._session.call(_operations.retrieve(batch_id, strict=self._strict))

    def cancel(self, batch_id: str) -> Batch:
        """Ask for a batch to be cancelled; `wait` tells when it is."""
        return self._session.call(_operations.cancel(batch_id, strict=self._strict))

    def list(self, limit: int | None = None, *, after: str | None = None) -> Iterator[Batch]:
        """Every batch, the newest first, page by page as they are asked for.

        Args:
            limit: How many a page; without it, what the provider has as default.
            after: The id of a batch: only those that come after it.
        """
        paging = _paging.Paging(after, self._strict)
        while not paging.over:
            yield from paging.take(self._session.call(_operations.page(limit, paging.after, strict=self._strict)))

    def wait(
        self,
        batch_id: str,
        *,
        timeout: float | None = WAIT,
        interval: float | None = None,
        on_progress: Callable[[Batch], object] | None = None,
    ) -> Batch:
        """Wait until a batch is finished: completed with a file to show for it, failed, expired or cancelled.

        A status that is not documented counts as not finished. Outages of up to ten minutes are waited out.

        Args:
            batch_id: The batch.
            timeout: How long to wait, in seconds; None for ever.
            interval: The seconds between two looks; without it they grow from half a second to half a minute.
            on_progress: Called with the batch after each look.

        Raises:
            WaitTimedOut: it is not finished in time.
        """
        waiting = _waiting.Waiting(batch_id, timeout, interval, on_progress)
        while True:
            try:
                batch = self.retrieve(batch_id)
            except BatchError as error:
                waiting.failed(error)
            else:
                if waiting.seen(batch):
                    return batch
            time.sleep(waiting.pause())

    def download(self, batch: Batch, target: Target, *, errors: bool = False) -> None:
        """Write a batch's results to a path or a binary file object; they are never all in memory.

        At a path, what was there stays until the results are whole.

        Args:
            batch: The batch, finished.
            target: Where they go.
            errors: The requests that failed, instead of those that succeeded.

        Raises:
            BatchError: the batch has no such file.
        """
        with _download.Download(batch, target, errors=errors) as download:
            self._session.download(download)

    def close(self) -> None:
        """Close the connections."""
        self.client.get_httpx_client().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={str(self.client.get_httpx_client().base_url)!r})"
