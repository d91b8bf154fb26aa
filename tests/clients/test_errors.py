"""Whatever comes instead of what was asked for is an exception with a type, and one line that helps."""

import pickle
import threading
from importlib import import_module
from typing import Any

import httpx
import pytest
from attrs import evolve

from tests.clients.conftest import Client, page, run
from tests.wrong.server import Reply, json_reply, serving

KIMI_ERROR = {"error": {"message": "no such thing", "type": "resource_not_found_error"}}
SILICONFLOW_ERROR = {"code": 20012, "message": "no such thing", "data": None}
BODIES = (
    *(json_reply(body) for body in (KIMI_ERROR, SILICONFLOW_ERROR, "no such thing", None, [1], 7, {"error": {}})),
    Reply(raw=b"no such thing", media_type="text/plain"),
    Reply(raw=b"<html>no such thing</html>", media_type="text/html"),
    Reply(raw=b"no such \xff thing", media_type="application/json"),
    Reply(raw=b"", media_type=None),
)


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "BadRequest"),
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (404, "NotFound"),
        (409, "StatusError"),
        (422, "StatusError"),
        (429, "RateLimited"),
        (499, "StatusError"),
        (500, "ServerFailed"),
        (503, "ServerFailed"),
        (521, "ServerFailed"),
        (599, "ServerFailed"),
        (302, "StatusError"),
    ],
)
def test_any_status_with_any_body_is_a_status_error(client: Client, status: int, name: str) -> None:
    """The status is an int, in HTTP's list or not; the message is what the body says, in one line."""
    replies = {number: evolve(reply, status=status) for number, reply in enumerate(BODIES, start=1)}

    with client.talking_to(lambda asked: replies[asked.number], retries=0) as batches:
        for reply in replies.values():
            with pytest.raises(client.package.StatusError) as caught:
                batches.retrieve("batch_1")

            assert type(caught.value).__name__ == name
            assert caught.value.status_code == status
            assert isinstance(caught.value, client.package.BatchError)
            assert str(caught.value).startswith(str(status))
            assert "\n" not in str(caught.value)
            assert ("no such thing" in caught.value.body) == (b"no such thing" in reply.raw)
            assert ("no such thing" in str(caught.value)) == (b"no such thing" in reply.raw)


@pytest.mark.parametrize("body", [KIMI_ERROR, SILICONFLOW_ERROR, {"error": "no such thing"}])
def test_an_error_in_the_body_of_a_success_is_an_error(client: Client, body: Any) -> None:
    """Of every operation: also where it is in the place of a list, which would look like an empty one."""
    calls = (
        lambda batches: batches.retrieve("batch_1"),
        lambda batches: batches.create("file_1"),
        lambda batches: next(batches.list()),
        lambda batches: batches.wait("batch_1", interval=0),
    )

    with client.talking_to(lambda _: json_reply(body)) as batches:
        for call in calls:
            with pytest.raises(client.package.StatusError) as caught:
                call(batches)
            assert (caught.value.status_code, caught.value.message) == (200, "no such thing")
            assert caught.value.payload == body


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(200, b"", None), "$: nothing where JSON is documented (status 200)"),
        (Reply(204, b"", None), "$: nothing where JSON is documented (status 204)"),
        (Reply(200, b"<html>", "text/html"), "$: something else where JSON is documented (status 200, text/html)"),
        (
            Reply(200, b'{"object": "l\xefst"}'),
            "$: something else where JSON is documented (status 200, application/json)",
        ),
        (
            json_reply("Invalid token"),
            '$: "Invalid token" where an object is documented (status 200, application/json)',
        ),
        (json_reply([]), "$: an array where an object is documented (status 200, application/json)"),
        (
            json_reply({"object": "list", "data": None}),
            "$.data: null where an array is documented (status 200, application/json)",
        ),
        (
            json_reply({"object": "list"}),
            "$.data: missing where an array is documented (status 200, application/json)",
        ),
        (
            json_reply({"object": "list", "data": {"batches": []}}),
            "$.data: an object where an array is documented (status 200, application/json)",
        ),
        (Reply(200, b"[" * 100_000), "$: something else where JSON is documented (status 200, application/json)"),
    ],
)
def test_a_body_that_cannot_be_read_names_the_place(client: Client, reply: Reply, message: str) -> None:
    """With status and content type, and a body that ends."""
    with pytest.raises(client.package.UnreadableResponse) as caught:
        client.reading(reply)

    assert str(caught.value) == message
    assert caught.value.status_code == reply.status
    assert len(caught.value.body) <= 2001


def test_a_created_batch_or_file_without_id_cannot_be_followed(client: Client) -> None:
    """So that is an error, and the body is in it."""
    created = {**client.batch(1), "id": None}

    with (
        client.talking_to(lambda _: json_reply(created)) as batches,
        pytest.raises(client.package.UnreadableResponse) as caught,
    ):
        batches.create("file_1")

    assert caught.value.place == "$.id"
    assert "in_progress_at" in caught.value.body


def test_a_batch_in_an_envelope_is_read_and_told(client: Client) -> None:
    """Some endpoints wrap a batch as they wrap files."""
    enveloped = {"code": 20000, "message": "Ok", "status": True, "data": client.batch(1)}

    with client.talking_to(lambda _: json_reply(enveloped)) as batches:
        batch = batches.retrieve("batch_1")

    assert batch.id == "batch_1"
    assert batch.drift[0] == "$.data"


def test_a_success_with_another_status_is_one(client: Client) -> None:
    """201 with a batch is a batch."""
    with client.talking_to(lambda _: json_reply(client.batch(1), 201)) as batches:
        assert batches.retrieve("batch_1").drift == ()


def test_nobody_listening_is_a_failed_connection(client: Client) -> None:
    """Sync and async, in one line that names the address."""
    with serving(lambda _: page()) as url:
        pass
    with (
        client.sync(api_key="k", base_url=url, retries=0) as batches,
        pytest.raises(client.package.ConnectionFailed, match=r"^GET http://127\.0\.0\.1:\d+/v1/batches/b: "),
    ):
        batches.retrieve("b")

    async def ask() -> None:
        async with client.asynchronous(api_key="k", base_url=url, retries=0) as batches:
            await batches.retrieve("b")

    with pytest.raises(client.package.ConnectionFailed):
        run(ask())


def test_a_connection_cut_midway_is_a_failed_connection(client: Client) -> None:
    """Half a body is no body."""
    half = Reply(200, b'{"object": "list", "da', length=500)

    with pytest.raises(client.package.ConnectionFailed):
        client.reading(half)


def test_a_slow_answer_is_a_timeout(client: Client) -> None:
    """There is a timeout unless one asks for none, of the raw client too."""
    over = threading.Event()

    def answer(_: Any) -> Reply:
        over.wait(5)
        return page()

    with client.talking_to(answer, timeout=0.05, retries=0) as batches:
        with pytest.raises(client.package.RequestTimedOut, match="no answer within the client's timeout"):
            batches.retrieve("batch_1")
        over.set()
    raw = client.package.AuthenticatedClient(base_url="http://localhost", token="k").get_httpx_client()
    assert raw.timeout.read == 60
    assert raw.timeout.connect == 10
    assert client.sync(api_key="k").client.get_httpx_client().timeout.read == 60


@pytest.mark.parametrize("url", ["", "localhost", "ftp://host", "http://", "//host"])
def test_an_address_that_is_none_is_refused_at_once(client: Client, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, before anything is sent; an empty one counts as none given."""
    variable = client.record.base_url_variable
    monkeypatch.setenv(variable, url or "nowhere")

    with pytest.raises(client.package.BatchError, match=r"^base_url must be an http or https address, as "):
        client.sync(api_key="k", base_url=url or None)


def test_without_a_key_the_variable_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's key is taken where none is given."""
    variable = client.record.key_variable
    monkeypatch.delenv(variable, raising=False)
    with pytest.raises(client.package.BatchError, match=rf"^no API key: set {variable}, or give api_key$"):
        client.sync()

    monkeypatch.setenv(variable, "sk-from-environment\n")

    assert client.sync().client.token == "sk-from-environment"


def test_errors_survive_pickle(client: Client) -> None:
    """They cross process boundaries, as in a pool of workers."""
    package = client.package
    errors = [
        package.NotFound(404, "body", {"error": 1}, "message", 3.0),
        package.UnreadableResponse("$.data", "an array", "null", 200, "text/html", "body"),
        package.WaitTimedOut("too long", package.Batch.from_dict(client.batch(1))),
        package.ConnectionFailed("nobody"),
    ]

    for error in errors:
        twin = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        assert (type(twin), str(twin), vars(twin)) == (type(error), str(error), vars(error))


def test_a_response_can_be_read_without_a_client(client: Client) -> None:
    """By the name of its operation, as the client's methods would."""
    read = client.record.read
    payload = {"object": "list", "data": [{**client.batch(1), "created_at": "now"}]}
    request = httpx.Request("GET", "http://localhost")

    drifted = httpx.Response(200, json=payload, request=request)

    assert read("list_batches", drifted).drift == ("$.data[0].created_at",)
    with pytest.raises(client.package.UnreadableResponse):
        read("list_batches", drifted, strict=True)
    with pytest.raises(client.package.NotFound):
        read("upload_file", httpx.Response(404, json="404 page not found", request=request))


def test_the_raw_calls_remain(client: Client) -> None:
    """They return what was answered with any status, and raise where a documented body cannot be read."""
    calls = import_module(f"{client.package.__name__}.api.batch.list_batches")
    replies = {1: page(client.batch(1)), 2: json_reply(KIMI_ERROR, 499), 3: Reply(200, b"<html>", "text/html")}

    with client.talking_to(lambda asked: replies[asked.number]) as batches:
        assert calls.sync(client=batches.client).data[0].id == "batch_1"
        detailed = calls.sync_detailed(client=batches.client)
        assert (detailed.status_code, detailed.parsed) == (499, None)
        assert b"no such thing" in detailed.content
        with pytest.raises(client.package.UnreadableResponse):
            calls.sync(client=batches.client)
