"""How an exchange passes through a client's transport, of httpx or of httpx2, which keep the same face."""

import sys
from collections.abc import AsyncIterator, Iterator
from functools import cache
from types import ModuleType
from typing import Any, Literal

from conformance.failures import failure_words
from conformance.recording.take import Take, Taking

LIBRARIES = ("httpx", "httpx2")


class _Passing:
    """A stream whose bytes reach the caller as they come; `take` hears of them."""

    def __init__(self, inner: Any, take: Take, *, answer: bool) -> None:
        self.inner, self.take, self.answer = inner, take, answer
        self._kept = take.received if answer else take.sent
        self._whole = False

    def __iter__(self) -> Iterator[bytes]:
        for data in self.inner:
            self._kept.add(data)
            yield data
        self._ended()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for data in self.inner:
            self._kept.add(data)
            yield data
        self._ended()

    def close(self) -> None:
        self.inner.close()
        self._closed()

    async def aclose(self) -> None:
        await self.inner.aclose()
        self._closed()

    def _ended(self) -> None:
        self._whole = True
        if self.answer:
            self.take.ended(whole=True)

    def _closed(self) -> None:
        if self.answer:
            self.take.ended(whole=self._whole)


@cache
def _stream_of(library: ModuleType) -> type[_Passing]:
    """A stream that the library takes for its own, in threads and in tasks."""
    return type("Passing", (_Passing, library.SyncByteStream, library.AsyncByteStream), {})


def library_of(thing: object) -> ModuleType | None:
    """The library that something is of; None if of neither. None is imported that is not there."""
    for kind in type(thing).__mro__:
        name = kind.__module__.partition(".")[0]
        if name in LIBRARIES:
            return sys.modules[name]
    return None


def begun(request: Any, taking: Taking) -> Take:
    """Begin to keep an exchange; the take hears of what is sent as it is sent."""
    library = _library(request)
    take = taking(request.method, str(request.url), tuple(request.headers.multi_items()))
    if isinstance(request.stream, _Passing):  # sent again, as some ways to authenticate do
        request.stream = request.stream.inner
    try:
        take.sent.add(request.content)
    except library.RequestNotRead:
        request.stream = _stream_of(library)(request.stream, take, answer=False)
    return take


def passed(request: Any, response: Any, take: Take) -> Any:
    """The response that the caller gets: the same, but that the take hears of its body."""
    library = _library(request)
    take.answered(response.status_code, tuple(response.headers.multi_items()))
    return library.Response(
        response.status_code,
        headers=response.headers,
        stream=_stream_of(library)(response.stream, take, answer=True),
        extensions=response.extensions,
    )


def failed(request: Any, error: Exception, take: Take) -> None:
    """What is raised instead of a response is what became of the exchange, if it is the library's own."""
    if isinstance(error, _library(request).HTTPError):
        take.failed(failure_words(error))


def transport_of(request: Any, kind: Literal["HTTPTransport", "AsyncHTTPTransport"]) -> Any:
    """The transport that the request's library has of its own."""
    return getattr(_library(request), kind)()


def _library(request: Any) -> ModuleType:
    library = library_of(request)
    if library is None:
        raise TypeError(f"a request of {' or '.join(LIBRARIES)} is expected, not {type(request).__name__}")
    return library
