"""What people are used to from the `openai` SDK, and find here too."""

import inspect
import io
import json
import logging
import threading
import typing
from collections import UserDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import batch_client
import httpx
import pytest

from tests.clients.conftest import CLIENTS, KEY, Client, page, run
from tests.clients.test_retries import Scripted, status
from tests.clients.test_transfer import SHORT, uploaded
from tests.wrong.server import Asked, Reply, json_reply, serving


def sending(client: Client, seen: list[httpx.Request], **options: Any) -> httpx.Client:
    """An HTTP client of the caller's, that answers every request with a batch."""

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=client.batch(1))

    return httpx.Client(transport=httpx.MockTransport(answer), **options)


def test_an_http_client_of_ones_own_sends_everything(client: Client) -> None:
    """With its headers and its timeout; it stays open."""
    seen: list[httpx.Request] = []
    with sending(client, seen, headers={"x-team": "a"}, timeout=7, follow_redirects=True) as http:
        with client.sync(api_key=KEY, http_client=http) as batches:
            batches.retrieve("batch_1")
            calls = import_module(f"{client.package.__name__}.api.batch.retrieve_batch")
            assert calls.sync(client=batches.client, batch_id="batch_1").id == "batch_1"
        assert not http.is_closed
        batches.retrieve("batch_1")

    assert len(seen) == 3
    assert {str(one.url) for one in seen} == {f"{client.record.base_url}/batches/batch_1"}
    assert {one.headers["authorization"] for one in seen} == {f"Bearer {KEY}"}
    assert seen[0].headers["x-team"] == "a"
    assert seen[0].headers["user-agent"].startswith(client.record.distribution)
    assert [one.extensions["timeout"]["read"] for one in seen] == [7, 7, 7]


def test_an_async_http_client_of_ones_own_sends_everything(client: Client) -> None:
    """And stays open."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=client.batch(1))

    async def ask() -> bool:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer), timeout=7) as http:
            async with client.asynchronous(api_key=KEY, http_client=http, timeout=3) as batches:
                await batches.retrieve("batch_1")
                calls = import_module(f"{client.package.__name__}.api.batch.retrieve_batch")
                await calls.asyncio(client=batches.client, batch_id="batch_1")
            return http.is_closed

    assert not run(ask())
    assert [one.extensions["timeout"]["read"] for one in seen] == [3, 3]


def test_an_http_client_of_the_other_kind_is_refused(client: Client) -> None:
    """In one line, before anything is sent."""
    with (
        httpx.Client() as http,
        pytest.raises(client.package.BatchError, match=r"must be an httpx\.AsyncClient, not Client$"),
    ):
        client.asynchronous(api_key=KEY, http_client=http)
    with pytest.raises(client.package.BatchError, match=r"must be an httpx\.Client, not str$"):
        client.sync(api_key=KEY, http_client="http")


def test_an_own_pool_is_closed(client: Client) -> None:
    """Who brings none leaves none behind."""
    batches = client.sync(api_key=KEY)
    batches.close()

    with pytest.raises(RuntimeError, match="closed"):
        batches.retrieve("batch_1")


def test_headers_go_with_every_request(client: Client) -> None:
    """Beside ours, or in their place."""
    seen: list[httpx.Request] = []
    with sending(client, seen) as http:
        for headers in ({"x-team": "a"}, {"User-Agent": "mine"}):
            client.sync(api_key=KEY, http_client=http, headers=headers).retrieve("batch_1")

    assert seen[0].headers["x-team"] == "a"
    assert [one.headers["authorization"] for one in seen] == [f"Bearer {KEY}"] * 2
    assert seen[1].headers["user-agent"] == "mine"


@pytest.mark.parametrize(
    ("given", "read", "connect"),
    [(5, 5, 5), (0.5, 0.5, 0.5), (None, None, None), (httpx.Timeout(9, connect=2), 9, 2), (..., 60, 10)],
)
def test_each_call_may_have_a_timeout_of_its_own(client: Client, given: Any, read: Any, connect: Any) -> None:
    """Which holds for that call alone."""
    asked: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.extensions["timeout"])
        if request.url.path.endswith("/content"):
            return httpx.Response(200, content=SHORT.raw)
        if request.url.path.endswith("/files") and request.method == "POST":
            return httpx.Response(200, content=uploaded(client).raw)
        if request.url.path.endswith("/batches") and request.method == "GET":
            return httpx.Response(200, content=page(client.batch(1)).raw)
        return httpx.Response(200, json=client.batch(1))

    own = {} if given is ... else {"timeout": given}
    http = httpx.Client(transport=httpx.MockTransport(answer))
    batches = client.sync(api_key=KEY, http_client=http, timeout=httpx.Timeout(60, connect=10))
    batch = batches.create("file_1", **own)
    batches.upload(b"{}", **own)
    batches.retrieve("batch_1", **own)
    batches.cancel("batch_1", **own)
    list(batches.list(**own))
    list(batches.results(batch, **own))
    batches.download(batch, io.BytesIO(), **own)
    during = len(asked)
    batches.retrieve("batch_1")

    assert during >= 7
    assert {(one["read"], one["connect"]) for one in asked[:during]} == {(read, connect)}
    assert asked[-1]["read"] == 60


IDS = [
    ({"headers": (("x-request-id", "req_1"),)}, {"error": {"message": "no"}}, "req_1"),
    ({"headers": (("Msh-Request-Id", "req_2"),)}, {"error": {"message": "no"}}, "req_2"),
    ({"headers": (("x-cloud-trace-id", "req_3"),)}, "no", "req_3"),
    ({}, {"error": {"message": "no", "request_id": "req_4"}}, "req_4"),
    ({}, {"message": "no", "request_id": "req_5"}, "req_5"),
    ({}, {"error": {"message": "no", "request_id": 7}}, None),
    ({}, "no", None),
    ({"headers": (("x-request-id", f"<{KEY}>"),)}, "no", "<<key>>"),
]


@pytest.mark.parametrize(("more", "body", "request_id"), IDS)
def test_a_status_error_says_which_request(client: Client, more: Any, body: Any, request_id: str | None) -> None:
    """Method, address without its query, and what the endpoint calls it, in a header or in the body."""
    refused = Reply(418, json_reply(body).raw, **more)

    with client.talking_to(lambda _: refused) as batches, pytest.raises(client.package.StatusError) as caught:
        next(batches.list(limit=3))

    assert caught.value.request_id == request_id
    assert caught.value.method == "GET"
    assert caught.value.url.endswith("/v1/batches")
    assert caught.value.url.startswith("http://127.0.0.1:")


@pytest.mark.usefixtures("pauses")
def test_what_the_client_does_by_itself_is_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """Retries with their pauses, looks at a batch, each drifted place once; by the standard library's `logging`."""
    caplog.set_level(logging.DEBUG, logger="batch_client")
    running = {**client.batch(1), "status": "in_progress", "created_at": "now"}
    server = Scripted(status(503), json_reply(running), json_reply(running), json_reply(client.batch(1)))

    with client.talking_to(server) as batches:
        batches.wait("batch_1")

    told = [(one.levelname, one.getMessage()) for one in caplog.records if one.name == "batch_client"]
    assert [level for level, _ in told] == ["INFO", "WARNING", "DEBUG", "DEBUG"]
    assert "/v1/batches/batch_1: 503; try 2 of 3 in 0." in told[0][1]
    assert told[1][1] == "retrieve_batch $.created_at: not as documented, which is an integer; said once"
    assert told[2][1] == "batch_1: in_progress; the next look is in 0.5 s"
    assert KEY not in caplog.text


NAMED = {
    f"{package.__name__}.{name}": getattr(package, name)
    for package in (
        batch_client,
        *(client.package for client in CLIENTS),
        *(client.part("models") for client in CLIENTS),
    )
    for name in package.__all__
}


def test_type_hints_of_all_that_has_a_name_can_be_read() -> None:
    """Of models, errors, results and protocols: their attributes, methods and constructors."""
    for one in NAMED.values():
        typing.get_type_hints(one)
        for name, method in inspect.getmembers(one, inspect.isfunction):
            if name == "__init__" or not name.startswith("_"):
                typing.get_type_hints(method)
    assert len(NAMED) > 60


FACES = [cls for client in CLIENTS for cls in (client.sync, client.asynchronous)]


@pytest.mark.parametrize(
    "face", [*FACES, batch_client.Batches, batch_client.AsyncBatches], ids=lambda one: one.__name__
)
def test_type_hints_can_be_read_at_run_time(face: type[Any]) -> None:
    """Of every method and property: tools that build on annotations need no type checker."""
    members = [one for name, one in inspect.getmembers(face) if not name.startswith("_") or name == "__init__"]
    functions = [
        one.fget if isinstance(one, property) else one for one in members if callable(one) or isinstance(one, property)
    ]

    for function in functions:
        hints = typing.get_type_hints(function)
        assert set(hints) >= set(inspect.signature(function).parameters) - {"self", "args", "kwargs"}
    assert len(functions) >= 12
    assert typing.get_type_hints(batch_client.Result)["custom_id"] == str | None


@pytest.mark.parametrize("face", FACES, ids=lambda one: one.__name__)
def test_every_method_says_what_it_does(face: type[Any]) -> None:
    """Async ones too, in the same words as their twins."""
    twin = next(one for one in FACES if one.__module__ == face.__module__ and one is not face)

    for name, method in inspect.getmembers(face, inspect.isfunction):
        if not name.startswith("_"):
            assert method.__doc__, name
            assert method.__doc__.splitlines()[0] == getattr(twin, name).__doc__.splitlines()[0]


def test_twenty_threads_share_one_client(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one pool: it is made once, before the first of them comes."""
    made: list[Any] = []
    begin = httpx.Client.__init__

    def counted(self: httpx.Client, *arguments: Any, **options: Any) -> None:
        made.append(self)
        begin(self, *arguments, **options)

    monkeypatch.setattr(httpx.Client, "__init__", counted)
    barrier = threading.Barrier(20)

    def look(number: int, batches: Any) -> str:
        barrier.wait(10)
        return str(batches.retrieve(f"batch_{number}").id)

    def answer(asked: Asked) -> Reply:
        return json_reply({**client.batch(1), "id": asked.path.rpartition("/")[2]})

    with client.talking_to(answer) as batches, ThreadPoolExecutor(20) as pool:
        ids = list(pool.map(look, range(20), [batches] * 20))

    assert ids == [f"batch_{number}" for number in range(20)]
    assert len(made) == 1


def upload(client: Client, source: Any) -> bytes:
    """The content of the file that an upload sends."""
    bodies: list[bytes] = []

    def answer(asked: Asked) -> Reply:
        bodies.append(asked.body)
        return uploaded(client) if len(bodies) > 1 else Reply(503)

    with client.talking_to(answer) as batches:
        assert batches.upload(source).id == "file_1"
    _, _, rest = bodies[-1].partition(b'filename="requests.jsonl"')
    return rest.partition(b"\r\n\r\n")[2].partition(b"\r\n--")[0]


REQUESTS = [{"custom_id": "r0", "body": {"text": "中文"}}, {"custom_id": "r1"}]
WRITTEN = '{"custom_id":"r0","body":{"text":"中文"}}\n{"custom_id":"r1"}\n'.encode()


def generated() -> Iterator[dict[str, Any]]:
    """Requests, one after the other."""
    yield from REQUESTS


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize(
    "source",
    [
        WRITTEN,
        bytearray(WRITTEN),
        memoryview(WRITTEN),
        REQUESTS,
        tuple(REQUESTS),
        generated(),
        [UserDict(one) for one in REQUESTS],
    ],
    ids=["bytes", "bytearray", "memoryview", "list", "tuple", "generator", "other mappings"],
)
def test_bytes_and_requests_can_be_uploaded(source: Any) -> None:
    """A request is a line of JSON, in UTF-8 as it is; what failed is sent again, whole."""
    assert upload(CLIENTS[0], source) == WRITTEN


def test_many_requests_are_not_kept_in_memory(client: Client) -> None:
    """They are written down as they come, and sent from there."""
    requests = ({"custom_id": f"r{number}", "text": "x" * 1000} for number in range(3000))

    assert upload(client, requests).count(b"\n") == 3000


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ([{"a": 1}, "b"], r'^request 2 is "b" where an object belongs$'),
        ([None], r"^request 1 is null where an object belongs$"),
        ([{"a": {1, 2}}], r"^request 1 cannot be written as JSON: "),
        ([{"a": float("nan")}], r"^request 1 cannot be written as JSON: "),
        ([{"a": "\ud800"}], r"^request 1 cannot be written as JSON: "),
    ],
)
def test_what_is_no_request_is_said(source: Any, message: str) -> None:
    """Which one, and why; nothing is sent."""
    with silent() as batches, pytest.raises(batch_client.BatchError, match=message):
        batches.upload(source)


def silent() -> Any:
    """A client that may send nothing."""
    refuse = httpx.MockTransport(lambda _: pytest.fail("something is sent"))
    return CLIENTS[0].sync(api_key=KEY, http_client=httpx.Client(transport=refuse))


def test_a_download_takes_a_batch_an_id_or_a_file(client: Client) -> None:
    """A batch's id first; one that is no batch's is a file's; an address is itself."""

    def answer(asked: Asked) -> Reply:
        name = asked.path.removesuffix("/content").rpartition("/")[2]
        if asked.path.endswith("/content"):
            return Reply(200, json.dumps({"custom_id": name}).encode() + b"\n", "text/plain")
        ids = {"output_file_id": "out", "error_file_id": "err"}
        return json_reply({**client.batch(1), **ids}) if name == "batch_1" else json_reply("no", 404)

    got: list[bytes] = []
    with client.talking_to(answer) as batches, serving(lambda _: SHORT) as url:
        for asked, errors in (("batch_1", False), ("batch_1", True), ("some", False), (f"{url}/f", False)):
            target = io.BytesIO()
            batches.download(asked, target, errors=errors)
            got.append(target.getvalue())

    assert [json.loads(one)["custom_id"] for one in got] == ["out", "err", "some", "r0"]
