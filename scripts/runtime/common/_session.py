"""Requests over the network, sync and async: sent, sent again where that helps, and read."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

import httpx
from attrs import frozen

from ._call import Call
from ._download import Download
from ._errors import BatchError, ConnectionFailed, RequestTimedOut
from ._retry import pause
from .client import AuthenticatedClient

T = TypeVar("T")
Outcome = httpx.Response | httpx.HTTPError


@frozen
class Session:
    """What sends requests; each may be tried `retries` times more than once."""

    client: AuthenticatedClient
    retries: int

    def call(self, call: Call[T]) -> T:
        """Send a request and read its response."""
        http = self.client.get_httpx_client()
        return call.read(self._sent(lambda: http.request(**call.arguments), repeatable=call.repeatable))

    def download(self, download: Download) -> None:
        """Fetch a file piece by piece."""
        http = self.client.get_httpx_client()

        def send() -> httpx.Response:
            response = http.send(download.request(http), stream=True, follow_redirects=download.is_elsewhere)
            try:
                if not response.is_success:
                    response.read()
                    return response
                download.begin()
                for piece in response.iter_bytes():
                    download.write(piece)
            finally:
                response.close()
            return response

        download.finish(self._sent(send, repeatable=download.repeatable))

    def _sent(self, send: Callable[[], httpx.Response], *, repeatable: bool) -> httpx.Response:
        outcome: Outcome
        tried = 0
        while True:
            try:
                outcome = send()
            except httpx.HTTPError as error:
                outcome = error
            tried += 1
            wait = pause(tried, outcome, retries=self.retries, repeatable=repeatable)
            if wait is None:
                return _answer(outcome)
            time.sleep(wait)

    async def call_async(self, call: Call[T]) -> T:
        """Send a request and read its response."""
        http = self.client.get_async_httpx_client()
        return call.read(await self._sent_async(lambda: http.request(**call.arguments), repeatable=call.repeatable))

    async def download_async(self, download: Download) -> None:
        """Fetch a file piece by piece."""
        http = self.client.get_async_httpx_client()

        async def send() -> httpx.Response:
            response = await http.send(download.request(http), stream=True, follow_redirects=download.is_elsewhere)
            try:
                if not response.is_success:
                    await response.aread()
                    return response
                download.begin()
                async for piece in response.aiter_bytes():
                    download.write(piece)
            finally:
                await response.aclose()
            return response

        download.finish(await self._sent_async(send, repeatable=download.repeatable))

    async def _sent_async(self, send: Callable[[], Awaitable[httpx.Response]], *, repeatable: bool) -> httpx.Response:
        outcome: Outcome
        tried = 0
        while True:
            try:
                outcome = await send()
            except httpx.HTTPError as error:
                outcome = error
            tried += 1
            wait = pause(tried, outcome, retries=self.retries, repeatable=repeatable)
            if wait is None:
                return _answer(outcome)
            await asyncio.sleep(wait)


def _answer(outcome: Outcome) -> httpx.Response:
    """The response there was, or the error that says why there was none."""
    if isinstance(outcome, httpx.Response):
        return outcome
    raise _failure(outcome) from None  # httpx's error holds the request, and that the key


def _failure(error: httpx.HTTPError) -> BatchError:
    request = error.request
    what = f"{request.method} {request.url.copy_with(query=None)}"
    if isinstance(error, httpx.TimeoutException):
        return RequestTimedOut(f"{what}: {_PHASES.get(type(error), 'no answer')} within the client's timeout")
    return ConnectionFailed(f"{what}: {error or type(error).__name__}")


_PHASES: Mapping[type[httpx.HTTPError], str] = {
    httpx.ConnectTimeout: "no connection",
    httpx.ReadTimeout: "no answer",
    httpx.WriteTimeout: "the endpoint took nothing more",
    httpx.PoolTimeout: "no free connection",
}
