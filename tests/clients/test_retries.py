"""What is tried again, how soon, and what never is."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from attrs import evolve
from batch_client import drive, retry

from tests.clients.conftest import KEY, Client, page, run
from tests.wrong.server import Asked, Reply, json_reply, serving

CUT = Reply(200, b"{", length=500)
"""The endpoint hangs up midway: nobody knows what it has done."""


class Scripted:
    """A server that answers from a list, the last one for ever."""

    def __init__(self, *replies: Reply) -> None:
        """Take the answers."""
        self.replies: Sequence[Reply] = replies
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Reply:
        """Answer."""
        self.asked.append(asked)
        return self.replies[min(len(self.asked), len(self.replies)) - 1]


def status(code: int, **headers: str) -> Reply:
    """An answer that refuses."""
    refused = json_reply({"error": {"message": "later"}}, code)
    return evolve(refused, headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()))


@pytest.mark.parametrize("first", [status(408), status(409), status(429), status(500), status(503), status(520), CUT])
def test_a_passing_failure_is_tried_again(client: Client, pauses: list[float], first: Reply) -> None:
    """Twice, with pauses that grow and are not quite the same each time."""
    server = Scripted(first, first, json_reply(client.batch(1)))

    with client.talking_to(server) as batches:
        assert batches.retrieve("batch_1").id == "batch_1"

    assert len(server.asked) == 3
    assert 0.25 <= pauses[0] <= 0.5 <= pauses[1] <= 1


@pytest.mark.parametrize("code", [400, 401, 403, 404, 422, 302])
def test_a_lasting_failure_is_not(client: Client, pauses: list[float], code: int) -> None:
    """Asking again would change nothing."""
    server = Scripted(status(code))

    with client.talking_to(server) as batches, pytest.raises(client.package.StatusError):
        batches.retrieve("batch_1")

    assert len(server.asked) == 1
    assert pauses == []


def test_after_the_last_try_the_failure_is_raised(client: Client, pauses: list[float]) -> None:
    """`retries` is how many more than one there are."""
    server = Scripted(status(503))

    with client.talking_to(server, retries=4) as batches, pytest.raises(client.package.ServerFailed, match="later"):
        batches.retrieve("batch_1")

    assert len(server.asked) == 5
    assert len(pauses) == 4


@pytest.mark.parametrize("failure", [CUT, status(500), status(503), status(408)])
def test_a_create_that_may_have_happened_is_never_repeated(client: Client, pauses: list[float], failure: Reply) -> None:
    """A second batch would cost a second time."""
    server = Scripted(failure, json_reply(client.batch(1)))

    with client.talking_to(server) as batches, pytest.raises(client.package.BatchError):
        batches.create("file_1")

    assert len(server.asked) == 1
    assert pauses == []


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("refusal", [status(429, retry_after="3"), status(409)])
def test_a_create_that_was_refused_is_repeated(client: Client, refusal: Reply) -> None:
    """Nothing has been created."""
    server = Scripted(refusal, json_reply(client.batch(1)))

    with client.talking_to(server) as batches:
        assert batches.create("file_1").id == "batch_1"

    assert len(server.asked) == 2


def test_a_create_that_found_nobody_is_repeated(client: Client, pauses: list[float]) -> None:
    """No connection, no batch."""
    with serving(lambda _: page()) as url:
        pass

    with client.sync(api_key=KEY, base_url=url) as batches, pytest.raises(client.package.ConnectionFailed):
        batches.create("file_1")

    assert len(pauses) == 2


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        ("7", 7, 7),
        ("0", 0, 0),
        ("1.5", 1.5, 1.5),
        (lambda: format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True), 25, 30),
        (lambda: format_datetime(datetime.now(UTC) - timedelta(seconds=30), usegmt=True), 0, 0),
        ("soon", 0.25, 0.5),
    ],
)
def test_retry_after_is_heeded(
    client: Client, pauses: list[float], value: str | Callable[[], str], least: float, most: float
) -> None:
    """In seconds or as a date; what cannot be read counts as none."""
    text = value if isinstance(value, str) else value()
    server = Scripted(status(429, retry_after=text), json_reply(client.batch(1)))

    with client.talking_to(server) as batches:
        batches.retrieve("batch_1")

    assert least <= pauses[0] <= most


def test_a_long_retry_after_is_the_callers_decision(client: Client, pauses: list[float]) -> None:
    """The error says how long."""
    server = Scripted(status(429, retry_after="3600"))

    with client.talking_to(server) as batches, pytest.raises(client.package.RateLimited) as caught:
        batches.retrieve("batch_1")

    assert caught.value.retry_after == 3600
    assert pauses == []


def test_the_async_client_tries_again_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the same rules."""
    server = Scripted(status(503), CUT, json_reply(client.batch(1)))
    pauses: list[float] = []

    async def no_pause(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(drive, "asyncio", SimpleNamespace(sleep=no_pause))

    async def ask() -> Any:
        async with client.asynchronous(api_key=KEY, base_url=url) as batches:
            return await batches.retrieve("batch_1")

    with serving(server) as url:
        assert run(ask()).id == "batch_1"

    assert len(pauses) == 2


@pytest.mark.parametrize(
    ("failure", "again"),
    [
        (httpx.ConnectError("x"), True),
        (httpx.ConnectTimeout("x"), True),
        (httpx.PoolTimeout("x"), True),
        (httpx.ReadTimeout("x"), False),
        (httpx.WriteError("x"), False),
        (httpx.RemoteProtocolError("x"), False),
        (httpx.LocalProtocolError("x"), False),
    ],
)
def test_only_what_was_never_sent_is_sent_again_where_that_matters(failure: httpx.HTTPError, *, again: bool) -> None:
    """The line between the two is drawn by how the request failed."""
    pause = retry.pause(1, failure, retries=2, repeatable=False)

    assert (pause is not None) == again
