"""Decisions that remember: what the client did before, it understands answers by."""

import io
import json
import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from batch_client import BatchError, Batches

from tests.clients.conftest import CLIENTS, KEY, Client, page, run
from tests.clients.test_retries import Scripted, status
from tests.clients.test_transfer import SHORT, finished
from tests.wrong.server import DROP, Asked, Reply, json_reply, serving

KIMI = CLIENTS[0]
GONE = json_reply({"error": {"message": "no such thing"}}, 404)


def with_both(client: Client, answer: Callable[[], Callable[[Asked], Reply]], use: Callable[[Any], Any]) -> list[Any]:
    """What comes of a use of the sync client, and of the async one."""

    async def ask() -> Any:
        with serving(answer()) as url:
            async with client.asynchronous(api_key=KEY, base_url=url) as batches:
                return await use(batches)

    with client.talking_to(answer()) as batches:
        first = use(batches)
    return [first, run(ask())]


def behind(client: Client, looks: int) -> Callable[[Asked], Reply]:
    """A server that knows a new batch only after some looks."""
    left = [looks]

    def answer(asked: Asked) -> Reply:
        if asked.method == "GET" and left[0]:
            left[0] -= 1
            return GONE
        return json_reply({**client.batch(1), "status": "completed"})

    return answer


def test_a_batch_that_is_not_there_yet_is_waited_for(client: Client, pauses: list[float]) -> None:
    """By retrieve, cancel and wait, right after this client has created it."""
    for use in (
        lambda batches, one: batches.retrieve(one),
        lambda batches, one: batches.wait(one, timeout=60),
    ):
        with client.talking_to(behind(client, 3)) as batches:
            assert use(batches, batches.create("file_1").id).id == "batch_1"

    assert len(pauses) == 6


@pytest.mark.usefixtures("pauses")
def test_any_other_batch_that_is_not_there_is_not_found() -> None:
    """At once; and one that never comes in the end."""
    with KIMI.talking_to(behind(KIMI, 1000)) as batches:
        for call in (batches.retrieve, batches.wait):
            with pytest.raises(KIMI.package.NotFound):
                call("batch_2")
            with pytest.raises(KIMI.package.NotFound):
                call(batches.create("file_1").id)


def test_the_async_client_waits_for_a_new_batch_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the same rules."""
    monkeypatch.setattr("batch_client.operations._FIRST_PAUSE", 0.01)

    async def ask() -> None:
        async with client.asynchronous(api_key=KEY, base_url=url) as batches:
            assert (await batches.retrieve((await batches.create("file_1")).id)).id == "batch_1"

    with serving(behind(client, 2)) as url:
        run(ask())


@pytest.mark.usefixtures("pauses")
def test_a_content_that_is_not_there_once_is_asked_for_again(client: Client) -> None:
    """By download and results; one that is never there is not found."""
    server = Scripted(GONE, SHORT, GONE, SHORT, GONE)

    with client.talking_to(server) as batches:
        target = io.BytesIO()
        batches.download(finished(client), target)
        assert target.getvalue() == SHORT.raw
        assert len(list(batches.results(finished(client, error_file_id=None)))) == 1
        with pytest.raises(client.package.NotFound):
            batches.download(finished(client), io.BytesIO())

    assert len(server.asked) == 6


def refusing(client: Client, refusal: Reply, state: Any) -> Callable[[Asked], Reply]:
    """A server that refuses to cancel a batch of a state."""
    return lambda one: refusal if one.method == "POST" else json_reply({**client.batch(1), "status": state})


REFUSALS = {
    "400": json_reply({"error": {"message": "batch is already cancelling"}}, 400),
    "409": json_reply({"error": {"message": "Cannot cancel a batch with status 'cancelled'."}}, 409),
    "200": json_reply({"error": {"message": "already cancelled"}}),
    "422": json_reply("x", 422),
}


@pytest.mark.parametrize(
    "state",
    ["cancelled", *(pytest.param(one, marks=pytest.mark.full) for one in ("cancelling", "canceled", "CANCELLED"))],
)
@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_a_cancel_of_what_is_cancelled_is_done(client: Client, pauses: list[float], refusal: Reply, state: str) -> None:
    """Whatever the refusal says: the batch itself tells. Sync and async, without a pause."""
    for found in with_both(client, lambda: refusing(client, refusal, state), lambda batches: batches.cancel("batch_1")):
        assert found.status == state

    assert pauses == []


@pytest.mark.full
@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("state", ["completed", "failed", "expired", "in_progress", None, ["cancelled"]])
def test_a_cancel_that_was_refused_is_an_error(client: Client, state: Any) -> None:
    """With what the refusal says."""
    refusal = json_reply({"error": {"message": "it cannot be cancelled"}}, 400)
    with (
        client.talking_to(refusing(client, refusal, state)) as batches,
        pytest.raises(client.package.BadRequest, match="it cannot be cancelled"),
    ):
        batches.cancel("batch_1")


def test_a_cancel_of_no_batch_is_not_found(client: Client) -> None:
    """And so is one whose key is wrong unauthorized."""
    for code, error in ((404, client.package.NotFound), (401, client.package.Unauthorized)):
        with client.talking_to(refusing(client, json_reply("no", code), "cancelled")) as batches, pytest.raises(error):
            batches.cancel("batch_1")


DELETED = json_reply({"id": "file_1", "object": "file", "deleted": True})


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("first", [DELETED, DROP, status(500), status(504)], ids=["done", "lost", "500", "504"])
def test_a_file_that_was_deleted_is_deleted_again(client: Client, first: Reply) -> None:
    """By a second call, or a second try of one."""
    server = Scripted(first, GONE)

    with client.talking_to(server) as batches:
        for _ in range(2):
            assert batches.delete_file("file_1")["deleted"] is True
        with pytest.raises(client.package.NotFound):
            batches.delete_file("file_2")


@pytest.mark.full
@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("first", [GONE, status(429), status(409), status(503)], ids=["404", "429", "409", "503"])
def test_a_file_that_never_was_is_not_found(client: Client, first: Reply) -> None:
    """A typo is no success."""
    with client.talking_to(Scripted(first, GONE)) as batches:
        for _ in range(2):
            with pytest.raises(client.package.NotFound):
                batches.delete_file("file_1")


BODY = b'{"custom_id": "a"}\n'


class Files:
    """A server of files that loses the answers to some uploads."""

    def __init__(self, client: Client, *lost: Reply, kept: bool = True, skew: float = 0, **others: Any) -> None:
        """Give these answers first, having kept the file or not; `others` are what is there before, by id."""
        self.client, self.lost, self.kept, self.skew = client, list(lost), kept, skew
        self.files = [{**self._file(name), **fields} for name, fields in others.items()]
        self.posts = 0

    def _file(self, name: str) -> dict[str, Any]:
        made = {"id": name, "object": "file", "bytes": len(BODY), "created_at": int(time.time() + self.skew)}
        return {**made, "filename": "requests.jsonl", "purpose": "batch", "status": "ok"}

    def __call__(self, asked: Asked) -> Reply:
        """Answer."""
        if asked.method == "GET":
            listed = {"object": "list", "data": self.files, "has_more": False}
            body = listed if self.client.provider == "kimi" else {"code": 20000, "status": True, "data": listed}
            return json_reply(body)
        self.posts += 1
        lost = self.lost.pop(0) if self.lost else None
        if self.kept or lost is None:
            self.files.insert(0, self._file(f"file_{self.posts}"))
        if lost is not None:
            return lost
        made = self.files[0]
        return json_reply(made if self.client.provider == "kimi" else {"code": 20000, "status": True, "data": made})


LOST = {"dropped": DROP, "cut": Reply(200, b"{", length=500), "504": status(504), "500": status(500)}


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_an_upload_that_arrived_is_not_sent_again(client: Client, lost: Reply) -> None:
    """It is found among the files: the new one of that name and size. A file that is older is not it."""
    old = {"created_at": int(time.time()) - 3600}
    server = Files(client, lost, old=old, other={"filename": "b"}, larger={"bytes": 7})
    with client.talking_to(server) as batches:
        assert batches.upload(BODY).id == "file_1"
    assert server.posts == 1


@pytest.mark.parametrize("skew", [-7200.0, 7200.0])
def test_the_clock_of_the_endpoint_counts(
    client: Client, pauses: list[float], skew: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which may not be ours."""
    date = "http.server.BaseHTTPRequestHandler.date_time_string"
    monkeypatch.setattr(date, lambda *_: formatdate(time.time() + skew, usegmt=True))
    old = {"created_at": int(time.time() + skew) - 60}
    server = Files(client, DROP, skew=skew, old=old)
    with client.talking_to(server) as batches:
        assert batches.upload(BODY).id == "file_1"
    assert server.posts == 1
    assert len(pauses) == 1


@pytest.mark.usefixtures("pauses")
def test_an_upload_that_did_not_arrive_is_sent_again(client: Client) -> None:
    """Though others are there of that name and size, which were before."""
    server = Files(client, DROP, kept=False, old={"created_at": 1}, other={"filename": "b"})
    with client.talking_to(server) as batches:
        assert batches.upload(BODY).id == "file_2"
        server.lost.append(DROP)
        assert batches.upload(BODY).id == "file_4"
    assert server.posts == 4


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize(
    "others",
    [
        {"twin": {}},
        {"undated": {"created_at": None}},
        {"nameless": {"filename": None}},
        {"vague": {"created_at": "now"}},
    ],
    ids=lambda others: next(iter(others)),
)
def test_an_upload_that_nobody_can_tell_of_is_an_error(client: Client, others: dict[str, Any]) -> None:
    """Which says so and names what it may be, and sends nothing again."""
    server = Files(client, DROP, **others)
    (twin,) = others
    with (
        client.talking_to(server) as batches,
        pytest.raises(BatchError, match=rf"got no answer, and whether it arrived cannot be told: .*{twin}"),
    ):
        batches.upload(BODY)
    assert server.posts == 1


@pytest.mark.usefixtures("pauses")
def test_an_upload_that_cannot_be_looked_up_is_an_error(client: Client) -> None:
    """And why."""
    with (
        client.talking_to(lambda one: DROP if one.method == "POST" else GONE) as batches,
        pytest.raises(BatchError, match=r"whether it arrived cannot be looked up: 404 Not Found"),
    ):
        batches.upload(BODY)


def test_the_async_client_looks_for_an_upload_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the same rules."""
    monkeypatch.setattr("batch_client.retry.FIRST_PAUSE", 0.01)
    server = Files(client, DROP)

    async def ask() -> None:
        async with client.asynchronous(api_key=KEY, base_url=url) as batches:
            assert (await batches.upload(BODY)).id == "file_1"

    with serving(server) as url:
        run(ask())
    assert server.posts == 1


SPENT = [
    {"error": {"type": "exceeded_current_quota_error", "message": "your account is in arrears"}},
    {"error": {"code": "insufficient_quota", "type": "x", "message": "your account is in arrears"}},
    {"code": "Insufficient_Quota", "message": "your account is in arrears"},
]


@pytest.mark.parametrize("body", SPENT, ids=str)
def test_a_quota_that_is_used_up_is_final(client: Client, pauses: list[float], body: Any) -> None:
    """With its message, of every call and of a wait; too many requests are not that."""
    reply = evolve(json_reply(body, 429), headers=(("retry-after", "1"),))
    server = Scripted(reply)
    with client.talking_to(server) as batches:
        for call in (
            lambda: batches.create("file_1"),
            lambda: batches.wait("batch_1"),
            lambda: batches.upload(BODY),
            lambda: batches.download("file_1", io.BytesIO()),
        ):
            with pytest.raises(client.package.RateLimited, match="your account is in arrears"):
                call()

    assert pauses == []
    assert len(server.asked) == 4


REASONS: dict[str, tuple[dict[str, Any], str | None]] = {
    "a list in an object": (
        {"errors": {"object": "list", "data": [{"code": "bad", "line": 3, "message": "no model"}]}},
        "line 3: bad: no model",
    ),
    "an object": ({"errors": {"code": "bad", "message": "no\nmodel"}}, "bad: no model"),
    "a list of objects": ({"errors": [{"message": "one"}, {"message": "two"}]}, "one; two"),
    "a list of texts": ({"errors": ["one", "two", "", "one"]}, "one; two"),
    "many": ({"errors": ["1", "2", "3", "4", "5"]}, "1; 2; 3 (and 2 more)"),
    "a text": ({"errors": "no model"}, "no model"),
    "another field": ({"errors": None, "error": "no model"}, "no model"),
    "nested": ({"errors": {"error": {"message": "no model"}}}, "no model"),
    "only a file": ({"errors": [], "error_file_id": "file_e"}, "its reasons are in the error file file_e"),
    "nothing": ({"errors": None}, None),
    "nothing in it": ({"errors": {"data": [{}, None, 7]}}, None),
    "deep": ({"errors": json.loads("[" * 200 + '"x"' + "]" * 200)}, None),
}


@pytest.mark.parametrize(("fields", "said"), REASONS.values(), ids=REASONS)
def test_a_batch_says_why_it_failed_by_one_name(client: Client, fields: dict[str, Any], said: str | None) -> None:
    """Whatever shape its provider has for it."""
    bare = {"status": "failed", "output_file_id": None, "error_file_id": None}
    batch = client.package.Batch.from_dict({**client.batch(1), **bare, **fields})

    assert batch.failure == said
    assert client.package.Batch.from_dict({**client.batch(1), "errors": None}).failure is None


def reason(batches: Batches) -> str | None:
    """The reason, as code for every provider reads it."""
    return batches.retrieve("batch_1").failure


def test_errors_of_a_failed_batch_carry_the_reason(client: Client) -> None:
    """And the first lines of its file of errors; without one that can be read they do without."""
    failed = {**client.batch(1), "status": "failed", "output_file_id": None, "error_file_id": "e", "errors": ["bad"]}
    lines = b'{"line": 1}\n{"line": 2}\n{"line": 3}\n{"line": 4}\n' * 5000
    for content, more in ((Reply(200, lines, None), r"; it begins: \{\"line\": 1\} \| .*2\} \| .*3\}"), (GONE, "")):
        answer = lambda one, content=content: content if one.path.endswith("/content") else json_reply(failed)  # noqa: E731
        with client.talking_to(answer) as batches:
            assert reason(batches) == "bad"
            with pytest.raises(BatchError, match=rf"no file of results: its status is failed; bad{more}$"):
                batches.download("batch_1", io.BytesIO())


ENDS = {
    "no status": ({}, "status"),
    "null": ({"status": None}, "status"),
    "a number": ({"status": 7}, "status"),
    "capitals": ({"status": "COMPLETED"}, "COMPLETED"),
    "an enum's name": ({"status": "BatchStatus.FAILED"}, "FAILED"),
    "foreign": ({"status": "succeeded"}, "succeeded"),
    "foreign end": ({"status": "canceled"}, "canceled"),
    "without a file": ({"status": "completed", "output_file_id": None, "error_file_id": None}, "output_file_id"),
    "empty files": ({"status": "completed", "output_file_id": "", "error_file_id": ""}, "output_file_id"),
}


@pytest.mark.parametrize(("fields", "said"), ENDS.values(), ids=ENDS)
def test_a_wait_does_not_go_on_for_a_day(client: Client, pauses: list[float], fields: Any, said: str) -> None:
    """Where a batch looks as if it would never end, or had: it says so after a few looks."""
    batch = {name: value for name, value in client.batch(1).items() if name != "status"}
    server = Scripted(json_reply({**batch, **fields}))
    with client.talking_to(server) as batches, pytest.raises(client.package.UnreadableResponse, match=said):
        batches.wait("batch_1")

    assert len(server.asked) <= 7
    assert sum(pauses) < 15


@pytest.mark.parametrize(
    ("fields", "hours"),
    [
        ({"completion_window": "24h"}, 25),
        ({"completion_window": "7d"}, 169),
        ({"completion_window": "336h"}, 337),
        ({"completion_window": "45 minutes"}, 1.75),
        ({"completion_window": None, "created_at": 1000, "expires_at": 1000 + 7200}, 3),
        ({"completion_window": "soon", "expires_at": None}, 25),
    ],
    ids=str,
)
def test_a_wait_is_as_long_as_the_batch_may_take(
    client: Client, pauses: list[float], fields: Any, hours: float
) -> None:
    """Unless one says otherwise."""
    running = {**client.batch(1), "status": "in_progress", **fields}
    with client.talking_to(lambda _: json_reply(running)) as batches, pytest.raises(client.package.WaitTimedOut):
        batches.wait("batch_1", interval=1800)

    assert sum(pauses) == pytest.approx(hours * 3600)


def test_a_wait_that_was_too_short_carries_the_last_cause(client: Client, pauses: list[float]) -> None:
    """Why the last look failed, and how the batch looked before."""
    server = Scripted(json_reply({**client.batch(1), "status": "in_progress"}), status(503))
    with client.talking_to(server) as batches, pytest.raises(client.package.WaitTimedOut) as caught:
        batches.wait("batch_1", timeout=10)

    assert isinstance(caught.value.cause, client.package.ServerFailed)
    assert caught.value.__cause__ is caught.value.cause
    assert caught.value.batch.status == "in_progress"
    assert "the last look failed: 503 Service Unavailable: later" in str(caught.value)
    assert sum(pauses) <= 12


@pytest.mark.parametrize("answer", [status(429, retry_after="50"), status(503, retry_after="3600"), "drip"], ids=str)
def test_a_wait_ends_when_it_should(client: Client, answer: Any) -> None:
    """Whatever Retry-After says, or how slowly something comes: in time that passes."""
    start = time.monotonic()

    def hang(_: Asked) -> Reply:
        time.sleep(3)
        return page()

    with (
        client.talking_to(hang if answer == "drip" else lambda _: answer) as batches,
        pytest.raises(client.package.WaitTimedOut),
    ):
        batches.wait("batch_1", timeout=0.3)

    assert time.monotonic() - start < 2.3


def test_an_async_on_progress_is_waited_for(client: Client) -> None:
    """By the async client; the sync one says that it cannot."""
    seen: list[str] = []

    async def progress(batch: Any) -> None:
        seen.append(batch.id)

    async def ask() -> None:
        async with client.asynchronous(api_key=KEY, base_url=url) as batches:
            await batches.wait("batch_1", on_progress=progress)

    with serving(lambda _: json_reply(client.batch(1))) as url:
        run(ask())
        with client.sync(api_key=KEY, base_url=url) as batches, pytest.raises(BatchError, match="on_progress is async"):
            batches.wait("batch_1", on_progress=progress)

    assert seen == ["batch_1"]


@pytest.mark.parametrize(
    "fields", [{"timeout": "5"}, {"timeout": -1}, {"interval": True}, {"interval": float("nan")}], ids=str
)
def test_times_that_are_none_are_told(client: Client, fields: dict[str, Any]) -> None:
    """Before the first look."""
    with (
        client.talking_to(lambda _: page()) as batches,
        pytest.raises(BatchError, match=r"^(timeout|interval) of a wait"),
    ):
        batches.wait("batch_1", **fields)


def test_a_named_file_is_looked_for_by_its_name(client: Client, tmp_path: Path, pauses: list[float]) -> None:
    """As it was sent."""
    path = tmp_path / "requests.jsonl"
    path.write_bytes(BODY)
    server = Files(client, DROP)
    with client.talking_to(server) as batches:
        assert batches.upload(path).id == "file_1"
    assert (server.posts, len(pauses)) == (1, 1)
