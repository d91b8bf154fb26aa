"""The face of a client, async: `face` written once more, with `async` and `await`."""

# Annotations are real objects, so that `typing.get_type_hints` reads them; what does the work comes when it is used.
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self

import httpx

from batch_client import protocols
from batch_client.defaults import DEFAULT, RETRIES, Default, Timeout
from batch_client.face import BatchT, DeletedT, FileT, UploadedT
from batch_client.lazy import Lazy
from batch_client.types import Source, Target

if TYPE_CHECKING:
    from batch_client import (
        download,
        drive,
        operations,
        paging,
        result,
        results,
        secrecy,
        settings,
        through,
        upload,
        waiting,
    )
else:
    download, drive = Lazy("batch_client.download"), Lazy("batch_client.drive")
    operations, paging = Lazy("batch_client.operations"), Lazy("batch_client.paging")
    result, results = Lazy("batch_client.result"), Lazy("batch_client.results")
    secrecy, settings = Lazy("batch_client.secrecy"), Lazy("batch_client.settings")
    through, upload = Lazy("batch_client.through"), Lazy("batch_client.upload")
    waiting = Lazy("batch_client.waiting")


class AsyncFace(Generic[BatchT, FileT, UploadedT, DeletedT]):
    """Batches of one account; every method may raise a BatchError.

    One client may be used by any number of tasks.

    Args:
        api_key: The key; without it, the environment's.
        base_url: Where the endpoint is, with or without the version of its API; without it, the environment's or the
            provider's own.
        timeout: Seconds for each wait on the network, or an `httpx.Timeout`; None waits for ever. Without it a minute,
            or what `http_client` has.
        retries: How many more times than once a request may be tried.
        strict: Whether what is not as documented is an error, instead of being kept and listed in `drift`.
        http_client: An `httpx.AsyncClient` to send all requests with, for a proxy, a transport or a pool of your own;
            it stays yours to close.
        headers: Headers of your own, for every request to the endpoint.
    """

    _package: ClassVar[str]
    """The package, which has the provider's record."""

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        timeout: Timeout | Default = DEFAULT,
        retries: int = RETRIES,
        strict: bool = False,
        http_client: httpx.AsyncClient | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Set it up; nothing is sent yet."""
        api_key = secrecy.veiled(api_key)  # tracebacks may show variables
        self._endpoint = settings.Endpoint.of(
            Lazy(f"{self._package}._provider").PROVIDER,
            api_key=api_key,
            base_url=base_url,
            timeout=timeout,
            retries=retries,
            strict=strict,
            headers=headers,
            own_client=http_client is not None,
        )
        self._http = settings.http_client(httpx.AsyncClient, http_client)
        self._is_ours = http_client is None
        self._made: Any = None

    async def upload(
        self,
        file: Source,
        *,
        purpose: str = "batch",
        on_progress: Callable[[int, int | None], object] | None = None,
        timeout: Timeout | Default = DEFAULT,
    ) -> UploadedT:
        """Upload a file of requests; it is read as it is sent.

        Where no answer comes, the file is looked for among those that are there before it is sent again.

        Args:
            file: A path, a binary file object, bytes, or any iterable of requests as dicts: each becomes a line.
            purpose: What the file is for.
            on_progress: Called while the file is sent, with the bytes that were read of it and how many there are; None
                where nobody knows. Where it is sent again it begins anew.
            timeout: Of this call.
        """
        uploaded: UploadedT = await drive.run_async(
            self._http, upload.upload(self._endpoint, file, purpose, timeout, on_progress), self._endpoint.secret
        )
        return uploaded

    async def create(
        self,
        input_file_id: str,
        completion_window: str = "24h",
        metadata: Mapping[str, str] | None = None,
        *,
        endpoint: str = "/v1/chat/completions",
        extra: Mapping[str, Any] | None = None,
        timeout: Timeout | Default = DEFAULT,
    ) -> BatchT:
        """Create a batch of the requests in a file that was uploaded.

        It is sent again only where the endpoint cannot have created it: after any other failure, `list` tells.

        Args:
            input_file_id: The uploaded file.
            completion_window: How long it may take, as in `24h`.
            metadata: Pairs of your own.
            endpoint: What the requests are for.
            extra: Fields of the request that not all providers have.
            timeout: Of this call.
        """
        body = operations.create_body(input_file_id, completion_window, metadata, endpoint, extra)
        found: BatchT = await drive.run_async(
            self._http, operations.create(self._endpoint, body, timeout), self._endpoint.secret
        )
        return found

    async def retrieve(self, batch_id: str, *, timeout: Timeout | Default = DEFAULT) -> BatchT:
        """How a batch is now."""
        found: BatchT = await drive.run_async(
            self._http, operations.retrieve(self._endpoint, batch_id, timeout), self._endpoint.secret
        )
        return found

    async def cancel(self, batch_id: str, *, timeout: Timeout | Default = DEFAULT) -> BatchT:
        """Ask for a batch to be cancelled; `wait` tells when it is. Once more is no error."""
        found: BatchT = await drive.run_async(
            self._http, operations.cancel(self._endpoint, batch_id, timeout), self._endpoint.secret
        )
        return found

    def list(
        self, limit: int | None = None, *, after: str | None = None, timeout: Timeout | Default = DEFAULT
    ) -> AsyncIterator[BatchT]:
        """Every batch, the newest first, page by page as they are asked for.

        Args:
            limit: How many a page; without it, what the provider has as default.
            after: The id of a batch: only those that come after it.
            timeout: Of each page.
        """
        return drive.iterate_async(
            self._http, paging.batches(self._endpoint, limit, after, timeout), self._endpoint.secret
        )

    async def wait(
        self,
        batch_id: str,
        *,
        timeout: float | Default | None = DEFAULT,
        interval: float | None = None,
        on_progress: Callable[[BatchT], object] | None = None,
    ) -> BatchT:
        """Wait until a batch is finished: completed with a file to show for it, failed, expired or cancelled.

        A status that is not documented counts as not finished. Outages of up to ten minutes are waited out, and so is
        a batch that this client has just created and that is not there yet.

        Args:
            batch_id: The batch.
            timeout: How long to wait, in seconds; None for ever. Without it the batch's own window, and an hour.
            interval: The seconds between two looks; without it they grow from half a second to half a minute.
            on_progress: Called with the batch after each look; may be async.

        Raises:
            WaitTimedOut: it is not finished in time.
            UnreadableResponse: for some looks it had no status, or one that looks like the end and is not documented,
                or was completed without a file.
        """
        flow = waiting.wait(self._endpoint, batch_id, timeout=timeout, interval=interval, on_progress=on_progress)
        found: BatchT = await drive.run_async(self._http, flow, self._endpoint.secret)
        return found

    def results(
        self, batch: protocols.Batch | str, *, timeout: Timeout | Default = DEFAULT
    ) -> AsyncIterator["result.Result"]:
        """What became of each request: the output file and then the error file, line by line as they are asked for.

        A line that cannot be read is a result too, which is not `ok` and says why.

        Args:
            batch: The batch, its id, or the id or address of one of its files.
            timeout: Of each request.

        Raises:
            BatchError: there are no results, or they did not come whole.
            UnreadableResponse: strict, and a line is not as results are.
        """
        return drive.iterate_async(self._http, results.results(self._endpoint, batch, timeout), self._endpoint.secret)

    async def download(
        self,
        batch: protocols.Batch | str,
        target: Target,
        *,
        errors: bool = False,
        timeout: Timeout | Default = DEFAULT,
    ) -> None:
        """Write a batch's results to a path or a binary file object; they are never all in memory.

        At a path, what was there stays until the results are whole.

        Args:
            batch: The batch, its id, or the id or address of one of its files.
            target: Where they go.
            errors: The requests that failed, instead of those that succeeded.
            timeout: Of each request.

        Raises:
            BatchError: the batch has no such file.
        """
        flow = download.download(self._endpoint, batch, target, errors=errors, timeout=timeout)
        return await drive.run_async(self._http, flow, self._endpoint.secret)

    async def files(
        self, purpose: str | None = None, limit: int | None = None, *, timeout: Timeout | Default = DEFAULT
    ) -> Sequence[FileT]:
        """The files that there are.

        Args:
            purpose: Only those of this purpose; a provider that must be asked for one is asked for `batch`.
            limit: How many a page, where the provider takes a limit; all pages are walked.
            timeout: Of each page.
        """
        return await drive.run_async(
            self._http, paging.files(self._endpoint, purpose, limit, timeout), self._endpoint.secret
        )

    async def file(self, file_id: str, *, timeout: Timeout | Default = DEFAULT) -> FileT:
        """One file's record."""
        found: FileT = await drive.run_async(
            self._http, operations.file(self._endpoint, file_id, timeout), self._endpoint.secret
        )
        return found

    async def delete_file(self, file_id: str, *, timeout: Timeout | Default = DEFAULT) -> DeletedT:
        """Delete a file. One that this client has deleted before, and that is not there any more, is no error."""
        deleted: DeletedT = await drive.run_async(
            self._http, operations.delete_file(self._endpoint, file_id, timeout), self._endpoint.secret
        )
        return deleted

    async def close(self) -> None:
        """Close the connections; those of an `http_client` of yours stay open."""
        if self._is_ours:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        made = getattr(self, "_endpoint", None)  # a traceback may show one that could not be made
        return f"{type(self).__name__}(base_url={made.base!r})" if made else f"{type(self).__name__}()"

    def _generated(self, client: type[Any]) -> Any:
        """The generated client, sending what it sends with the same HTTP client."""
        if self._made is None:
            self._made = through.generated(client, self._endpoint, self._http)
        return self._made
