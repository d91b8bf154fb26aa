"""Doing the steps of a flow over an `httpx.Client`, or over an `httpx.AsyncClient`."""

import asyncio
import inspect
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from typing import Any, TypeVar

import httpx

from batch_client.steps import Flow, Items, Load, Open, Pause, Piece, Send, Shut, Step, Tell

T = TypeVar("T")

PIECE = 1 << 16
"""The most bytes of a body that are given at once."""


def run(http: httpx.Client, flow: Flow[T]) -> T:
    """Go through a flow to its end, and give what it comes to."""
    walk = _walk(http, flow)
    try:
        next(walk)
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        walk.close()
    raise AssertionError("a flow that hands out values is iterated over")


def iterate(http: httpx.Client, flow: Flow[None]) -> Iterator[Any]:
    """Go through a flow as far as values are asked for."""
    return _walk(http, flow)


async def run_async(http: httpx.AsyncClient, flow: Flow[T]) -> T:
    """As `run`."""
    hands = _AsyncHands(http)
    try:
        reply, failure = None, None
        while True:
            try:
                step = flow.send(reply) if failure is None else flow.throw(failure)
            except StopIteration as end:
                result: T = end.value
                return result
            reply, failure = await hands.attempt(step)
    finally:
        flow.close()
        await hands.shut()


async def iterate_async(http: httpx.AsyncClient, flow: Flow[None]) -> AsyncIterator[Any]:
    """As `iterate`."""
    hands = _AsyncHands(http)
    try:
        reply, failure = None, None
        while True:
            try:
                step = flow.send(reply) if failure is None else flow.throw(failure)
            except StopIteration:
                return
            if isinstance(step, Items):
                for value in step.values:
                    yield value
                reply, failure = None, None
            else:
                reply, failure = await hands.attempt(step)
    finally:
        flow.close()
        await hands.shut()


def _walk(http: httpx.Client, flow: Flow[T]) -> Generator[Any, None, T]:
    hands = _Hands(http)
    try:
        reply, failure = None, None
        while True:
            try:
                step = flow.send(reply) if failure is None else flow.throw(failure)
            except StopIteration as end:
                result: T = end.value
                return result
            if isinstance(step, Items):
                yield from step.values
                reply, failure = None, None
            else:
                reply, failure = hands.attempt(step)
    finally:
        flow.close()
        hands.shut()


class _Hands:
    """Does steps, and holds the response that is open."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._open: httpx.Response | None = None
        self._pieces: Iterator[bytes] = iter(())

    def attempt(self, step: Step) -> tuple[Any, Exception | None]:
        """What came of a step, or the error."""
        try:
            return self._do(step), None
        except Exception as error:  # noqa: BLE001 - thrown into the flow, which knows what to make of it
            return None, error

    def _do(self, step: Step) -> Any:  # noqa: PLR0911 - one for each step
        match step:
            case Piece():
                return next(self._pieces, None)
            case Send(arguments):
                return self._http.request(follow_redirects=False, **arguments)
            case Open(arguments, elsewhere):
                self.shut()
                request = self._http.build_request(**arguments)
                self._open = self._http.send(request, stream=True, **_manner(request, elsewhere=elsewhere))
                self._pieces = self._open.iter_bytes(PIECE)
                return self._open
            case Load():
                return self._open.read() if self._open else b""
            case Shut():
                return self.shut()
            case Pause(seconds):
                return time.sleep(seconds)
            case Tell(function, value):
                return function(value)
            case Items():
                raise AssertionError("values are handed out by those who iterate")

    def shut(self) -> None:
        """Close the open response."""
        self._pieces = iter(())
        if self._open is not None:
            self._open.close()
            self._open = None


class _AsyncHands:
    """As `_Hands`."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._open: httpx.Response | None = None
        self._pieces: AsyncGenerator[bytes, None] | None = None

    async def attempt(self, step: Step) -> tuple[Any, Exception | None]:
        """What came of a step, or the error."""
        try:
            return await self._do(step), None
        except Exception as error:  # noqa: BLE001 - thrown into the flow, which knows what to make of it
            return None, error

    async def _do(self, step: Step) -> Any:  # noqa: PLR0911 - likewise
        match step:
            case Piece():
                return await anext(self._pieces, None) if self._pieces else None
            case Send(arguments):
                return await self._http.request(follow_redirects=False, **arguments)
            case Open(arguments, elsewhere):
                await self.shut()
                request = self._http.build_request(**arguments)
                self._open = await self._http.send(request, stream=True, **_manner(request, elsewhere=elsewhere))
                self._pieces = self._open.aiter_bytes(PIECE)  # type: ignore[assignment]  # it is a generator
                return self._open
            case Load():
                return await self._open.aread() if self._open else b""
            case Shut():
                return await self.shut()
            case Pause(seconds):
                return await asyncio.sleep(seconds)
            case Tell(function, value):
                told = function(value)
                return await told if inspect.isawaitable(told) else told
            case Items():
                raise AssertionError("values are handed out by those who iterate")

    async def shut(self) -> None:
        """Close the open response."""
        if self._pieces is not None:
            await self._pieces.aclose()
            self._pieces = None
        if self._open is not None:
            await self._open.aclose()
            self._open = None


def _manner(request: httpx.Request, *, elsewhere: bool) -> dict[str, Any]:
    """How a request is sent; elsewhere without what an HTTP client adds of its own that tells who we are."""
    if not elsewhere:
        return {"follow_redirects": False}
    for name in ("authorization", "cookie", "proxy-authorization"):
        request.headers.pop(name, None)
    return {"follow_redirects": True, "auth": None}
