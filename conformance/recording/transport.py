"""Records what an httpx client sends and gets: `httpx.Client(transport=RecordingTransport("out.ndjson"))`.

Answers reach the caller as they come, streamed ones too; an entry is written when an answer has been read or is closed.
"""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
from attrs import define, field

from conformance.endpoint import failure_words as failure_of
from conformance.exchange import Answer, Exchange, Request
from conformance.recording.har import CREDENTIAL_HEADERS
from conformance.recording.writer import Recording

MAX_KEPT = 16 << 20
"""Bytes of a body that are kept; an answer that is longer, or not read to its end, is recorded as no answer."""


@define(eq=False)
class _Take:
    """One exchange while it happens."""

    recording: Recording
    request: httpx.Request
    started: float = field(factory=time.time)
    _clock: float = field(factory=time.monotonic)
    _body: bytearray = field(factory=bytearray)
    _done: bool = False

    def chunk(self, data: bytes) -> None:
        if len(self._body) <= MAX_KEPT:
            self._body += data

    def failed(self, error: httpx.HTTPError) -> None:
        self._write(None, failure_of(error))

    def ended(self, response: httpx.Response, *, whole: bool) -> None:
        """The answer was read to its end, or let go before."""
        if not whole:
            self._write(None, "the answer was not read to its end")
        elif len(self._body) > MAX_KEPT:
            self._write(None, f"a body of more than {MAX_KEPT:,} bytes")
        else:
            try:
                body = httpx.Response(response.status_code, headers=response.headers, content=bytes(self._body)).content
            except httpx.DecodingError as error:
                self.failed(error)
            else:
                self._write(Answer(response.status_code, tuple(response.headers.multi_items()), body), None)

    def _write(self, answer: Answer | None, failure: str | None) -> None:
        if self._done:
            return
        self._done = True
        try:
            sent: bytes | None = self.request.content or None
        except httpx.RequestNotRead:
            sent = None
        headers = tuple(self.request.headers.multi_items())
        given = "authorization" in self.request.headers
        secrets = tuple(value.rpartition(" ")[2] for name, value in headers if name.lower() in CREDENTIAL_HEADERS)
        exchange = Exchange(
            operation="",
            request=Request(self.request.method, str(self.request.url), headers, sent),
            answer=answer,
            started=self.started,
            credentials="given" if given else "absent",
            failure=failure,
            seconds=time.monotonic() - self._clock,
            secrets=secrets,
        )
        self.recording.write(exchange)


@define(eq=False)
class _Stream(httpx.SyncByteStream):
    response: httpx.Response
    take: _Take
    _whole: bool = False

    def __iter__(self) -> Iterator[bytes]:
        assert isinstance(self.response.stream, httpx.SyncByteStream)
        for data in self.response.stream:
            self.take.chunk(data)
            yield data
        self._whole = True
        self.take.ended(self.response, whole=True)

    def close(self) -> None:
        self.response.close()
        self.take.ended(self.response, whole=self._whole)


@define(eq=False)
class _AsyncStream(httpx.AsyncByteStream):
    response: httpx.Response
    take: _Take
    _whole: bool = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        assert isinstance(self.response.stream, httpx.AsyncByteStream)
        async for data in self.response.stream:
            self.take.chunk(data)
            yield data
        self._whole = True
        self.take.ended(self.response, whole=True)

    async def aclose(self) -> None:
        await self.response.aclose()
        self.take.ended(self.response, whole=self._whole)


class RecordingTransport(httpx.BaseTransport):
    """Sends by another transport (httpx's own by default) and records, masked, to a `.ndjson` or `.har` file.

    Clients that share a file share a `Recording`; closing any of them closes it.
    """

    def __init__(self, file: str | Path | Recording, inner: httpx.BaseTransport | None = None) -> None:
        """Open the file.

        Raises:
            SourceError: the name has another ending, or the file cannot be written.
        """
        self._recording = file if isinstance(file, Recording) else Recording(Path(file))
        self._inner = inner or httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; what the inner transport raises is raised."""
        take = _Take(self._recording, request)
        try:
            response = self._inner.handle_request(request)
        except httpx.HTTPError as error:
            take.failed(error)
            raise
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_Stream(response, take),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close the inner transport and the file."""
        self._inner.close()
        self._recording.close()


class AsyncRecordingTransport(httpx.AsyncBaseTransport):
    """The same for `httpx.AsyncClient`. Writing a line is quick, and done in place."""

    def __init__(self, file: str | Path | Recording, inner: httpx.AsyncBaseTransport | None = None) -> None:
        """Open the file.

        Raises:
            SourceError: the name has another ending, or the file cannot be written.
        """
        self._recording = file if isinstance(file, Recording) else Recording(Path(file))
        self._inner = inner or httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; what the inner transport raises is raised."""
        take = _Take(self._recording, request)
        try:
            response = await self._inner.handle_async_request(request)
        except httpx.HTTPError as error:
            take.failed(error)
            raise
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_AsyncStream(response, take),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close the inner transport and the file."""
        await self._inner.aclose()
        self._recording.close()
