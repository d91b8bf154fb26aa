"""Downloads go on where they broke off, if the endpoint lets them and the file is the same; what is cut is no file."""

import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from attrs import define, evolve, field
from batch_client import BatchError

from tests.clients.conftest import CLIENTS, KEY, Client, run
from tests.clients.test_transfer import LINE, finished
from tests.wrong.raw import saying
from tests.wrong.server import Asked, Reply, json_reply, serving

KIMI = CLIENTS[0]
ROWS = ({"custom_id": f"r{n}", "response": {"status_code": 200, "body": {"n": n}}} for n in range(3000))
CONTENT = b"".join(orjson.dumps(row) + b"\n" for row in ROWS)
OTHER = CONTENT.replace(b"custom_id", b"custom-id")
ETAG = '"one"'


@define
class Ranged:
    """A server of one file that breaks off its first answers, and gives parts of it."""

    breaks: tuple[int, ...] = (90_000,)
    """After how many bytes of each answer."""
    tag: str | None = ETAG
    offered: str | None = "bytes"
    change: Callable[[Reply, Asked], Reply] = lambda reply, _: reply
    """What is done to an answer with a part."""
    content: bytes = CONTENT
    asked: list[Asked] = field(factory=list)

    def __call__(self, asked: Asked) -> Reply:
        """Answer."""
        self.asked.append(asked)
        headers = [("etag", self.tag), ("accept-ranges", self.offered)]
        known = tuple((name, value) for name, value in headers if value is not None)
        start = asked.headers.get("range", "")
        body, status = self.content, 200
        if start and asked.headers.get("if-range") == self.tag:
            first = int(start.removeprefix("bytes=").removesuffix("-"))
            body, status = body[first:], 206
            known = (*known, ("content-range", f"bytes {first}-{len(self.content) - 1}/{len(self.content)}"))
        reply = Reply(status, body, "application/jsonl", known)
        if status == 206:
            reply = self.change(reply, asked)
        if len(self.asked) <= len(self.breaks):
            reply = evolve(reply, raw=reply.raw[: self.breaks[len(self.asked) - 1]], length=len(reply.raw))
        return reply


def got(client: Client, server: Callable[[Asked], Reply], **options: Any) -> bytes:
    """What a download gives."""
    target = io.BytesIO(b"head")
    target.seek(4)
    with client.talking_to(server, **options) as batches:
        batches.download(finished(client), target)
    return target.getvalue().removeprefix(b"head")


def results_of(client: Client, server: Callable[[Asked], Reply]) -> list[str | None]:
    """Whose results come."""
    batch = finished(client, error_file_id=None)
    with client.talking_to(server) as batches:
        return [one.custom_id for one in batches.results(batch)]


IDS = [f"r{n}" for n in range(3000)]


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("breaks", [(90_000,), (90_000, 20_000), (100,), (0, 500), (len(CONTENT) - 1,)], ids=str)
def test_a_file_is_taken_up_where_it_broke_off(client: Client, tmp_path: Path, breaks: tuple[int, ...]) -> None:
    """By Range, for the same ETag alone; to a path, to a file object, and as results."""
    path, server = tmp_path / "results.jsonl", Ranged(breaks)
    with client.talking_to(server) as batches:
        batches.download(finished(client), path)
    assert path.read_bytes() == CONTENT
    assert got(client, Ranged(breaks)) == CONTENT
    assert results_of(client, Ranged(breaks)) == IDS

    had, expected = 0, [(None, None)]
    for broken in breaks:
        had += broken
        expected.append((f"bytes={had}-", ETAG) if had else (None, None))
    assert [(one.headers.get("range"), one.headers.get("if-range")) for one in server.asked] == expected
    assert all(one.headers["accept-encoding"] == "identity" for one in server.asked)


def test_the_async_client_goes_on_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the same rules."""
    monkeypatch.setattr("batch_client.retry.FIRST_PAUSE", 0.01)
    servers = [Ranged(), Ranged()]

    async def ask(url: str) -> Any:
        async with client.asynchronous(api_key=KEY, base_url=url) as batches:
            target = io.BytesIO()
            await batches.download(finished(client), target)
            return target.getvalue()

    async def read(url: str) -> Any:
        async with client.asynchronous(api_key=KEY, base_url=url) as batches:
            return [one.custom_id async for one in batches.results(finished(client, error_file_id=None))]

    for server, use, expected in zip(servers, (ask, read), (CONTENT, IDS), strict=True):
        with serving(server) as url:
            assert run(use(url)) == expected
        assert "range" in server.asked[1].headers


@pytest.mark.full
@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize(
    "fields",
    [{"tag": None}, {"tag": 'W/"one"'}, {"offered": None}, {"offered": "none"}, {"tag": "one"}],
    ids=str,
)
def test_where_parts_are_not_offered_it_starts_over(client: Client, fields: dict[str, Any]) -> None:
    """Nor where a mark says too little."""
    servers = [Ranged(**fields), Ranged(**fields)]
    assert got(client, servers[0]) == CONTENT
    assert results_of(client, servers[1]) == IDS
    assert not [one for server in servers for one in server.asked if "range" in one.headers]


def part(**fields: Any) -> Callable[[Reply, Asked], Reply]:
    """A part with other headers."""

    def change(reply: Reply, _: Asked) -> Reply:
        kept = [(name, fields.get(name.replace("-", "_"), value)) for name, value in reply.headers]
        return evolve(reply, headers=tuple((name, value) for name, value in kept if value is not None))

    return change


WRONG_PARTS: dict[str, Callable[[Reply, Asked], Reply]] = {
    "another ETag": part(etag='"two"'),
    "no ETag": part(etag=None),
    "no range": part(content_range=None),
    "another start": part(content_range=f"bytes 0-{len(CONTENT) - 1}/{len(CONTENT)}"),
    "another total": part(content_range=f"bytes 90000-{len(CONTENT)}/{len(CONTENT) + 1}"),
    "not to the end": part(content_range=f"bytes 90000-90001/{len(CONTENT)}"),
    "no numbers": part(content_range="bytes x-y/z"),
    "huge numbers": part(content_range=f"bytes {'9' * 5000}-{'9' * 5000}/*"),
    "other units": part(content_range="lines 90000-1/2"),
    "416": lambda _, one: json_reply({"error": {"message": "no such range"}}, 416),
    "412": lambda _, one: json_reply({"error": {"message": "no"}}, 412),
    "the whole": lambda _, one: Reply(200, CONTENT, "text/plain"),
}


@pytest.mark.full
@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("change", WRONG_PARTS.values(), ids=WRONG_PARTS)
def test_a_part_that_is_not_the_rest_is_not_put_behind(client: Client, change: Any) -> None:
    """It starts over, and is whole."""
    assert got(client, Ranged(change=change)) == CONTENT


@pytest.mark.usefixtures("pauses")
def test_a_file_that_has_changed_starts_over(client: Client) -> None:
    """A download is the new one alone; results of both are not mixed."""

    def changing() -> Ranged:
        server = Ranged()
        answer = server.__call__

        def other(asked: Asked) -> Reply:
            reply = answer(asked)
            server.tag, server.content = '"two"', OTHER
            return reply

        return other  # type: ignore[return-value]  # it answers

    assert got(client, changing()) == OTHER
    with pytest.raises(client.package.ConnectionFailed, match="the file has changed since"):
        results_of(client, changing())


@pytest.mark.full
def test_a_part_that_nobody_asked_for_is_not_the_file(client: Client) -> None:
    """Whatever it calls itself; the whole called a part is."""
    for numbers in ("bytes 5-9/100", "bytes 0-4/100", None):
        headers = () if numbers is None else (("content-range", numbers),)
        with pytest.raises(client.package.UnreadableResponse, match="a part of it where the whole content"):
            got(client, lambda _, headers=headers: Reply(206, LINE, "text/plain", headers))
    whole = (("content-range", f"bytes 0-{len(LINE) - 1}/{len(LINE)}"),)
    assert got(client, lambda _: Reply(206, LINE, "text/plain", whole)) == LINE


def bare(content: bytes, *, chunked: bool) -> bytes:
    """An answer whose length is not said."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/jsonl\r\nConnection: close\r\n"
    if not chunked:
        return head + b"\r\n" + content
    return head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(content), content)


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("lines", [0, 3, 3000])
def test_a_content_that_ends_in_a_line_is_not_whole(client: Client, lines: int, *, chunked: bool) -> None:
    """A download says so and leaves nothing; results give the broken line as what it is."""
    content = LINE * lines + LINE[:20]
    with saying(bare(content, chunked=chunked)) as url, client.sync(api_key=KEY, base_url=url) as batches:
        with pytest.raises(client.package.ConnectionFailed, match="ended in the middle of a line"):
            batches.download(finished(client), io.BytesIO())
        found = list(batches.results(finished(client, error_file_id=None)))

    assert [one.custom_id for one in found] == ["r0"] * lines + [None]
    assert "cut off at the end of the file" in str(found[-1].error)


@pytest.mark.full
@pytest.mark.parametrize(
    "content",
    [LINE * 3, LINE * 3 + LINE.rstrip(), LINE + b"  \n ", b"", b"some text without an end", b"[1,\n2", b"\xff\n\xfe"],
    ids=lambda content: content[-10:],
)
def test_a_content_without_length_that_may_be_whole_is(content: bytes) -> None:
    """A last line needs no end, and what is not made of lines has none."""
    for chunked in (False, True):
        target = io.BytesIO()
        with saying(bare(content, chunked=chunked)) as url, KIMI.sync(api_key=KEY, base_url=url) as batches:
            batches.download(finished(KIMI), target)
        assert target.getvalue() == content


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("cut", [1, *(pytest.param(one, marks=pytest.mark.full) for one in (8, 9, 200))])
def test_a_packed_file_that_is_cut_is_not_whole(client: Client, cut: int, tmp_path: Path) -> None:
    """Not even where all but its sum has come; one that is whole is read."""
    packed = gzip.compress(CONTENT)
    reply = Reply(200, packed[:-cut], "text/plain", (("content-encoding", "gzip"),))
    for use in (
        lambda batches: batches.download(finished(client), tmp_path / "x"),
        lambda batches: list(batches.results(finished(client))),
    ):
        with (
            client.talking_to(lambda _: reply) as batches,
            pytest.raises(client.package.ConnectionFailed, match="cut short"),
        ):
            use(batches)
    assert list(tmp_path.iterdir()) == []
    assert got(client, lambda _: evolve(reply, raw=packed)) == CONTENT


def listed(files: list[int], *, enveloped: bool, **fields: Any) -> Reply:
    """A page of files."""
    made = {"object": "file", "bytes": 1, "created_at": 1, "filename": "f", "purpose": "batch", "status": "ok"}
    body = {"object": "list", "data": [{**made, "id": f"file_{n}"} for n in files], **fields}
    return json_reply({"code": 20000, "message": "Ok", "status": True, "data": body} if enveloped else body)


@pytest.mark.parametrize("enveloped", [False, True])
@pytest.mark.parametrize("said", [True, False], ids=["has_more", "a full page"])
def test_files_are_walked_page_by_page(client: Client, *, enveloped: bool, said: bool) -> None:
    """Flat or in an envelope; by `after`, as long as there is more."""
    asked: list[Asked] = []

    def answer(one: Asked) -> Reply:
        asked.append(one)
        after = one.value("after")
        start = int(after.removeprefix("file_")) + 1 if after else 0
        fields = {"has_more": start + 10 < 25} if said else {}
        return listed(list(range(start, min(start + 10, 25))), enveloped=enveloped, **fields)

    with client.talking_to(answer) as batches:
        assert [file.id for file in batches.files()] == [f"file_{n}" for n in range(25)]

    async def ask(url: str) -> list[str]:
        async with client.asynchronous(api_key=KEY, base_url=url) as batches:
            return [file.id for file in await batches.files("batch")]

    with serving(answer) as url:
        assert run(ask(url)) == [f"file_{n}" for n in range(25)]
    assert [one.value("after") for one in asked] == [None, "file_9", "file_19"] * 2


@pytest.mark.parametrize("enveloped", [False, True])
@pytest.mark.parametrize("fields", [{}, {"has_more": False}, {"has_more": None}], ids=str)
def test_one_page_of_files_is_asked_for_once(client: Client, fields: dict[str, Any], *, enveloped: bool) -> None:
    """Where nothing says that there is another."""
    asked: list[Asked] = []
    reply = listed([1, 2, 3], enveloped=enveloped, **fields)
    with client.talking_to(lambda one: asked.append(one) or reply) as batches:
        assert [file.id for file in batches.files()] == ["file_1", "file_2", "file_3"]

    assert len(asked) == 1


@pytest.mark.parametrize("fields", [{"has_more": True}, {}], ids=str)
def test_files_that_come_again_end_the_walk(client: Client, fields: dict[str, Any]) -> None:
    """Where the cursor is ignored: no file comes twice."""
    reply = listed(list(range(20)), enveloped=False, **fields)
    with client.talking_to(lambda one: reply if one.number < 5 else Reply(500)) as batches:
        assert len(batches.files()) == 20


@pytest.mark.parametrize("fields", [{}, {"id": None}, {"id": 7}, {"id": ""}], ids=str)
def test_what_has_no_id_is_unreadable(client: Client, fields: dict[str, Any]) -> None:
    """A batch that is looked at, cancelled or created."""
    batch = {name: value for name, value in client.batch(1).items() if name != "id"}
    with client.talking_to(lambda _: json_reply({**batch, **fields})) as batches:
        for call in (batches.retrieve, batches.cancel, batches.create, batches.wait):
            with pytest.raises(client.package.UnreadableResponse, match=r"^\$\.id: "):
                call("batch_1")


def test_an_empty_object_is_unreadable(client: Client) -> None:
    """As is one of anything else."""
    for body in ({}, {"object": "batch"}, {"ok": True}):
        with client.talking_to(lambda _, body=body: json_reply(body)) as batches:
            for call in (batches.retrieve, batches.file):
                with pytest.raises(BatchError):
                    call("one")
