"""What one's own client sends and receives, recorded as it happens: transports for httpx and for httpx2.

    with httpx.Client(transport=RecordingTransport("traffic.ndjson")) as client: ...
    OpenAI(http_client=httpx2.Client(transport=RecordingTransport("traffic.ndjson")))

Bytes reach the caller as they come, streamed ones too; an entry is written when an answer has been read or is closed.
"""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from conformance.recording.passing import begun, failed, passed, transport_of
from conformance.recording.take import Take, Taking
from conformance.recording.writer import Recording

if TYPE_CHECKING:
    import httpx2

    class _Transport(httpx.BaseTransport, httpx2.BaseTransport):
        def handle_request(self, request: Any) -> Any: ...

    class _AsyncTransport(httpx.AsyncBaseTransport, httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: Any) -> Any: ...

else:
    # Of httpx2, which need not be there, nothing is needed: its clients ask a transport for its methods only.
    _Transport, _AsyncTransport = httpx.BaseTransport, httpx.AsyncBaseTransport


class PassingTransport(_Transport):
    """Sends by another transport, the library's own by default; `taking` begins to keep each exchange."""

    def __init__(self, taking: Taking, inner: Any = None) -> None:
        """Send nothing yet."""
        self._taking = taking
        self.inner = inner
        self._lock = threading.Lock()

    def handle_request(self, request: Any) -> Any:
        """Send a request; what the inner transport raises is raised."""
        with self._lock:  # several threads may send the first request
            self.inner = self.inner or transport_of(request, "HTTPTransport")
        take = begun(request, self._taking)
        try:
            response = self.inner.handle_request(request)
        except Exception as error:
            failed(request, error, take)
            raise
        return passed(request, response, take)

    def close(self) -> None:
        """Close the inner transport."""
        if self.inner is not None:
            self.inner.close()


class AsyncPassingTransport(_AsyncTransport):
    """The same for `AsyncClient`."""

    def __init__(self, taking: Taking, inner: Any = None) -> None:
        """Send nothing yet."""
        self._taking = taking
        self.inner = inner

    async def handle_async_request(self, request: Any) -> Any:
        """Send a request; what the inner transport raises is raised."""
        if self.inner is None:
            self.inner = transport_of(request, "AsyncHTTPTransport")
        take = begun(request, self._taking)
        try:
            response = await self.inner.handle_async_request(request)
        except Exception as error:
            failed(request, error, take)
            raise
        return passed(request, response, take)

    async def aclose(self) -> None:
        """Close the inner transport."""
        if self.inner is not None:
            await self.inner.aclose()


class RecordingTransport(PassingTransport):
    """Sends by another transport (the library's own by default) and records, masked, to a `.ndjson` or `.har` file.

    For `Client` of httpx and of httpx2. Clients that share a file share a `Recording`; closing any of them closes it.
    """

    def __init__(self, file: str | Path | Recording, inner: "_Transport | None" = None) -> None:
        """Open the file.

        Raises:
            SourceError: the name has another ending, or the file cannot be written.
        """
        self._recording = file if isinstance(file, Recording) else Recording(Path(file))
        super().__init__(_to(self._recording), inner)

    def close(self) -> None:
        """Close the inner transport and the file."""
        super().close()
        self._recording.close()


class AsyncRecordingTransport(AsyncPassingTransport):
    """The same for `AsyncClient`. Writing a line is quick, and done in place."""

    def __init__(self, file: str | Path | Recording, inner: "_AsyncTransport | None" = None) -> None:
        """Open the file.

        Raises:
            SourceError: the name has another ending, or the file cannot be written.
        """
        self._recording = file if isinstance(file, Recording) else Recording(Path(file))
        super().__init__(_to(self._recording), inner)

    async def aclose(self) -> None:
        """Close the inner transport and the file."""
        await super().aclose()
        self._recording.close()


def _to(recording: Recording) -> Taking:
    return lambda method, url, headers: Take(method, url, headers, recording.write)
