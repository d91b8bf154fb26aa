"""Requests that are sent, sent again where that helps, and read."""

import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

import httpx

from batch_client.errors import BatchError, ConnectionFailed, RequestTimedOut
from batch_client.reading import address, shown
from batch_client.retry import FIRST_PAUSE, pause
from batch_client.settings import Endpoint
from batch_client.steps import Call, Flow, Pause, Send

T = TypeVar("T")

LEAST = 1.0
"""Seconds that a request may take, however little time is left."""

_log = logging.getLogger(__package__)


def send(endpoint: Endpoint, call: Call[T], left: Callable[[], float | None] = lambda: None) -> Flow[T]:
    """Send a request and read its response.

    Args:
        endpoint: Where it goes.
        call: What is sent.
        left: How many seconds there are for all of it, if that is less than it could take.

    Raises:
        BatchError: no answer came, or none that can be read.
    """

    def once() -> Flow[httpx.Response]:
        time_left = left()
        within = None if time_left is None else max(time_left, LEAST)
        response: httpx.Response = yield Send(call.arguments, within, call.carries)
        return response

    tries = answered(endpoint, once, call.arguments, repeatable=call.repeatable, final=call.final, left=left)
    return call.read((yield from tries))


def answered(
    endpoint: Endpoint,
    attempt: Callable[[], Flow[httpx.Response]],
    arguments: Mapping[str, Any],
    *,
    repeatable: bool,
    final: Collection[int] = (),
    once_more: Collection[int] = (),
    left: Callable[[], float | None] = lambda: None,
) -> Flow[httpx.Response]:
    """The response to a request, tried as often as that helps.

    Args:
        endpoint: Says how often.
        attempt: One try.
        arguments: The request, for the log.
        repeatable: Whether it may be sent again although it may have been processed.
        final: Statuses after which it is not.
        once_more: Statuses after which it is sent once more, though it would not be otherwise.
        left: How many seconds there are, if they are counted: no pause is longer.

    Raises:
        BatchError: no answer came.
    """
    tried = 0
    while True:
        outcome: httpx.Response | httpx.HTTPError
        try:
            outcome = yield from attempt()
            endpoint.memory.hear(outcome.headers.get("date"))
        except httpx.HTTPError as error:
            outcome = error
        tried += 1
        wait = pause(tried, outcome, retries=endpoint.retries, repeatable=repeatable)
        status = outcome.status_code if isinstance(outcome, httpx.Response) else 0
        if status in once_more and endpoint.retries:
            wait, once_more = FIRST_PAUSE, ()
        if wait is None or status in final:
            break
        time_left = left()
        if time_left is not None and wait >= time_left:
            break
        came = outcome.status_code if isinstance(outcome, httpx.Response) else type(outcome).__name__
        _log.info("%s: %s; try %d of %d in %.1f s", _named(arguments), came, tried + 1, endpoint.retries + 1, wait)
        yield Pause(wait)
    if isinstance(outcome, httpx.Response):
        return outcome
    raise _failure(outcome, arguments)


def _failure(error: httpx.HTTPError, arguments: Mapping[str, Any]) -> BatchError:
    what = _named(arguments)
    if isinstance(error, httpx.TimeoutException):
        return RequestTimedOut(f"{what}: {_PHASES.get(type(error), 'no answer')} within the client's timeout")
    return ConnectionFailed(f"{what}: {shown(str(error)) or type(error).__name__}")


def _named(arguments: Mapping[str, Any]) -> str:
    return f"{arguments['method']} {address(arguments['url'])}"


_PHASES: Mapping[type[httpx.HTTPError], str] = {
    httpx.ConnectTimeout: "no connection",
    httpx.ReadTimeout: "no answer",
    httpx.WriteTimeout: "the endpoint took nothing more",
    httpx.PoolTimeout: "no free connection",
}
