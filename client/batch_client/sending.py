"""Requests that are sent, sent again where that helps, and read."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx

from batch_client.errors import BatchError, ConnectionFailed, RequestTimedOut
from batch_client.reading import address, shown
from batch_client.retry import pause
from batch_client.settings import Endpoint
from batch_client.steps import Call, Flow, Pause, Send

T = TypeVar("T")

_log = logging.getLogger(__package__)


def send(endpoint: Endpoint, call: Call[T]) -> Flow[T]:
    """Send a request and read its response.

    Raises:
        BatchError: no answer came, or none that can be read.
    """

    def once() -> Flow[httpx.Response]:
        response: httpx.Response = yield Send(call.arguments, carries=call.carries)
        return response

    return call.read((yield from answered(endpoint, once, call.arguments, repeatable=call.repeatable)))


def answered(
    endpoint: Endpoint, attempt: Callable[[], Flow[httpx.Response]], arguments: Mapping[str, Any], *, repeatable: bool
) -> Flow[httpx.Response]:
    """The response to a request, tried as often as that helps.

    Args:
        endpoint: Says how often.
        attempt: One try.
        arguments: The request, for the log.
        repeatable: Whether it may be sent again although it may have been processed.

    Raises:
        BatchError: no answer came.
    """
    tried = 0
    while True:
        outcome: httpx.Response | httpx.HTTPError
        try:
            outcome = yield from attempt()
        except httpx.HTTPError as error:
            outcome = error
        tried += 1
        wait = pause(tried, outcome, retries=endpoint.retries, repeatable=repeatable)
        if wait is None:
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
