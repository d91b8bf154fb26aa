"""Doing the steps of a flow over an `httpx.Client`, or over an `httpx.AsyncClient`."""

from __future__ import annotations

import asyncio
import inspect
import time
from asyncio import timeout as time_limit
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from batch_client.arriving import async_pieces, async_whole, pieces, whole
from batch_client.bodies import CODINGS
from batch_client.errors import BatchError, ConnectionFailed
from batch_client.moments import after, until
from batch_client.reading import address, shown
from batch_client.steps import Flow, Items, Load, Open, Pause, Piece, Send, Shut, Step, Tell

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Generator, Iterator, Mapping

    from batch_client.secrecy import Secret

T = TypeVar("T")

REDIRECTS = 20
"""How often the address of a file may point on."""


# Where an error of ours leaves, it leaves without what must not be seen, and without the frames that held it.


def run(http: httpx.Client, flow: Flow[T], secret: Secret) -> T:
    """Go through a flow to its end, and give what it comes to.

    Raises:
        BatchError: as the flow does, without the secret.
    """
    walk = _walk(http, flow)
    try:
        next(walk)
    except StopIteration as end:
        result: T = end.value
        return result
    except BatchError as error:
        failure = secret.cleaned(error)
    else:
        raise AssertionError("a flow that hands out values is iterated over")
    finally:
        walk.close()
    raise failure


def iterate(http: httpx.Client, flow: Flow[None], secret: Secret) -> Iterator[Any]:
    """Go through a flow as far as values are asked for."""
    walk = _walk(http, flow)
    try:
        yield from walk
    except BatchError as error:
        failure = secret.cleaned(error)
    else:
        return
    finally:
        walk.close()
    raise failure


async def run_async(http: httpx.AsyncClient, flow: Flow[T], secret: Secret) -> T:
    """As `run`."""
    hands = _AsyncHands(http)
    try:
        while True:
            await hands.attempt(hands.advance(flow))
    except _End as end:
        result: T = end.value
        return result
    except BatchError as error:
        failure = secret.cleaned(error)
    finally:
        flow.close()
        await hands.shut()
    raise failure


async def iterate_async(http: httpx.AsyncClient, flow: Flow[None], secret: Secret) -> AsyncIterator[Any]:
    """As `iterate`."""
    hands = _AsyncHands(http)
    step: Step | None = None
    try:
        while True:
            step = hands.advance(flow)
            if isinstance(step, Items):
                for value in step.values:
                    yield value
            else:
                await hands.attempt(step)
    except _End:
        return
    except BatchError as error:
        failure = secret.cleaned(error)
    finally:
        step = None
        flow.close()
        await hands.shut()
    raise failure


def _walk(http: httpx.Client, flow: Flow[T]) -> Generator[Any, None, T]:
    hands = _Hands(http)
    step: Step | None = None
    try:
        while True:
            step = hands.advance(flow)
            if isinstance(step, Items):
                yield from step.values
            else:
                hands.attempt(step)
    except _End as end:
        result: T = end.value
        return result
    finally:
        step = None
        flow.close()
        hands.shut()


class _End(Exception):  # noqa: N818 - it is none
    """A flow is over."""

    def __init__(self, value: Any) -> None:
        self.value = value


class _Course:
    """Where a flow stands: what came of the step before."""

    def __init__(self) -> None:
        self._reply: Any = None
        self._failure: Exception | None = None

    def advance(self, flow: Flow[Any]) -> Step:
        """The next step.

        Raises:
            _End: there is none.
        """
        reply, failure, self._reply, self._failure = self._reply, self._failure, None, None
        try:
            return flow.send(reply) if failure is None else flow.throw(failure)
        except StopIteration as end:
            value = end.value
        finally:
            reply = failure = None
        raise _End(value)


class _Hands(_Course):
    """Does steps, and holds the response that is open."""

    def __init__(self, http: httpx.Client) -> None:
        super().__init__()
        self._http = http
        self._open: httpx.Response | None = None
        self._pieces: Iterator[bytes] = iter(())

    def attempt(self, step: Step) -> None:
        """Do a step: what comes of it, or the error, is for the flow."""
        try:
            self._reply = self._do(step)
        except Exception as error:  # noqa: BLE001 - thrown into the flow, which knows what to make of it
            self._failure = _known(step, error)

    def _do(self, step: Step) -> Any:  # noqa: PLR0911 - one for each step
        match step:
            case Piece():
                return next(self._pieces, None)
            case Send(arguments):
                return self._send(_built(self._http, arguments), step)
            case Open(arguments, elsewhere):
                self.shut()
                self._open = self._opened(_built(self._http, arguments), elsewhere=elsewhere)
                self._pieces = pieces(self._open)
                return self._open
            case Load(least):
                assert self._open is not None
                return whole(self._open, after(_limit(self._open.request, None)), least)
            case Shut():
                return self.shut()
            case Pause(seconds):
                return time.sleep(seconds)
            case Tell(function, value):
                told = function(value)
                if inspect.isawaitable(told):
                    getattr(told, "close", lambda: None)()
                    raise BatchError("on_progress is async, which only the async client can wait for")
                return told
            case Items():
                raise AssertionError("values are handed out by those who iterate")

    def _opened(self, request: httpx.Request, *, elsewhere: bool) -> httpx.Response:
        if not elsewhere:
            return self._http.send(request, stream=True, follow_redirects=False)
        for _ in range(REDIRECTS):  # not httpx, which reads the body of each
            response = self._http.send(_anonymous(request), stream=True, follow_redirects=False, auth=None)
            if response.next_request is None:
                return response
            response.close()
            request = response.next_request
        raise httpx.TooManyRedirects("it points on and on", request=request)

    def _send(self, request: httpx.Request, step: Send) -> httpx.Response:
        _hurry(request, step.within)
        limit = _limit(request, step.within)
        end = after(limit)
        with until(None if step.carries else end):
            response = self._http.send(request, stream=True, follow_redirects=False)
        try:
            return whole(response, after(limit) if step.carries else end)
        finally:
            response.close()

    def shut(self) -> None:
        """Close the open response."""
        self._pieces = iter(())
        if self._open is not None:
            self._open.close()
            self._open = None


class _AsyncHands(_Course):
    """As `_Hands`."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        super().__init__()
        self._http = http
        self._open: httpx.Response | None = None
        self._pieces: AsyncGenerator[bytes, None] | None = None

    async def attempt(self, step: Step) -> None:
        """Do a step: what comes of it, or the error, is for the flow."""
        try:
            self._reply = await self._do(step)
        except Exception as error:  # noqa: BLE001 - thrown into the flow, which knows what to make of it
            self._failure = _known(step, error)

    async def _do(self, step: Step) -> Any:  # noqa: PLR0911 - likewise
        match step:
            case Piece():
                return await anext(self._pieces, None) if self._pieces else None
            case Send(arguments):
                return await self._send(_built(self._http, arguments), step)
            case Open(arguments, elsewhere):
                await self.shut()
                self._open = await self._opened(_built(self._http, arguments), elsewhere=elsewhere)
                self._pieces = async_pieces(self._open)
                return self._open
            case Load(least):
                assert self._open is not None
                request = self._open.request
                return await self._within(_limit(request, None), async_whole(self._open, least), request)
            case Shut():
                return await self.shut()
            case Pause(seconds):
                return await asyncio.sleep(seconds)
            case Tell(function, value):
                told = function(value)
                return await told if inspect.isawaitable(told) else told
            case Items():
                raise AssertionError("values are handed out by those who iterate")

    async def _opened(self, request: httpx.Request, *, elsewhere: bool) -> httpx.Response:
        if not elsewhere:
            return await self._http.send(request, stream=True, follow_redirects=False)
        for _ in range(REDIRECTS):
            response = await self._http.send(_anonymous(request), stream=True, follow_redirects=False, auth=None)
            if response.next_request is None:
                return response
            await response.aclose()
            request = response.next_request
        raise httpx.TooManyRedirects("it points on and on", request=request)

    async def _send(self, request: httpx.Request, step: Send) -> httpx.Response:
        _hurry(request, step.within)
        limit = _limit(request, step.within)

        async def send() -> httpx.Response:
            return await self._http.send(request, stream=True, follow_redirects=False)

        async def all_of_it() -> httpx.Response:
            response = await send()
            try:
                return await async_whole(response)
            finally:
                await response.aclose()

        if not step.carries:
            return await self._within(limit, all_of_it(), request)
        response = await send()
        try:
            return await self._within(limit, async_whole(response), request)
        finally:
            await response.aclose()

    async def _within(
        self, limit: float | None, doing: Coroutine[Any, Any, httpx.Response], request: httpx.Request
    ) -> httpx.Response:
        try:
            async with time_limit(limit):
                return await doing
        except TimeoutError:
            raise httpx.ReadTimeout("", request=request) from None

    async def shut(self) -> None:
        """Close the open response."""
        if self._pieces is not None:
            await self._pieces.aclose()
            self._pieces = None
        if self._open is not None:
            await self._open.aclose()
            self._open = None


def _built(http: httpx.Client | httpx.AsyncClient, arguments: Mapping[str, Any]) -> httpx.Request:
    """A request as it is sent.

    Raises:
        BatchError: it holds what no request can.
    """
    try:
        request = http.build_request(**arguments)
    except (TypeError, ValueError, LookupError, RecursionError, httpx.InvalidURL) as error:
        raise BatchError(f"this cannot be sent: {shown(str(error))}") from None
    request.headers["accept-encoding"] = arguments.get("headers", {}).get("accept-encoding", CODINGS)
    return request


def _hurry(request: httpx.Request, within: float | None) -> None:
    """Let nothing take longer than a request may take, a connection neither."""
    if within is not None:
        given = request.extensions.get("timeout", {})
        hurried = {name: within if one is None else min(one, within) for name, one in given.items()}
        request.extensions = {**request.extensions, "timeout": hurried}


def _known(step: Step, error: Exception) -> Exception:
    """An error of the libraries beneath that they do not call one of theirs, as one of ours."""
    if not isinstance(step, (Send, Open, Load, Piece)) or not isinstance(error, _UNFORESEEN):
        return error
    if isinstance(step, (Send, Open)):
        where = f"{step.arguments['method']} {address(step.arguments['url'])}"
        return ConnectionFailed(f"{where}: {shown(str(error)) or type(error).__name__}")
    return ConnectionFailed(f"the answer cannot be read: {shown(str(error)) or type(error).__name__}")


_UNFORESEEN = (ValueError, ArithmeticError, LookupError, EOFError, RecursionError, httpx.InvalidURL)


def _limit(request: httpx.Request, within: float | None) -> float | None:
    """How long a whole look may take, in seconds; None for ever."""
    limits = [within, request.extensions.get("timeout", {}).get("read")]
    return min((limit for limit in limits if limit is not None), default=None)


def _anonymous(request: httpx.Request) -> httpx.Request:
    """A request to another address, without what an HTTP client adds of its own that tells who we are."""
    for name in ("authorization", "cookie", "proxy-authorization"):
        request.headers.pop(name, None)
    return request
