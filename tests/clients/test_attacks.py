"""What the clients promise, whatever comes: the key stays hidden, errors are ours, ids stay where they belong."""

import base64
import gzip
import io
import logging
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import httpx
import orjson
import pytest
from batch_client import BatchError

from tests.clients.conftest import CLIENTS, KEY, Client, run
from tests.wrong.raw import saying
from tests.wrong.server import Asked, Reply, json_reply, serving

KIMI = CLIENTS[0]


def head(body: bytes = b"", status: str = "200 OK", *lines: str) -> bytes:
    """An answer as bytes."""
    fields = ["Content-Type: application/json", f"Content-Length: {len(body)}", "Connection: close", *lines]
    return "\r\n".join([f"HTTP/1.1 {status}", *fields, "", ""]).encode() + body


def refusing(said: str) -> bytes:
    """An answer that refuses, with a message."""
    return head(orjson.dumps({"error": {"message": said}}), "401 Unauthorized")


def plain(text: str) -> str:
    """A text without anything but letters and digits, in one case."""
    return "".join(filter(str.isalnum, text.lower()))


REPEATED: dict[str, bytes] = {
    "status line": head(b"no", f"401 {KEY}"),
    "status line that is none": f"HTTP/1.1 {KEY}\r\n\r\n".encode(),
    "no HTTP": f"{KEY}\r\n\r\n".encode(),
    "header line that is none": f"HTTP/1.1 200 OK\r\n{KEY}\r\n\r\n".encode(),
    "header name": head(b"no", "500 No", f"{KEY}: 1"),
    "request id": head(b"no", "500 No", f"x-request-id: {KEY}"),
    "Location": head(b"", "302 Found", f"Location: http://elsewhere.invalid/{KEY}"),
    "Location that is none": head(b"", "302 Found", f"Location: http://[{KEY}/"),
    "Content-Type": head(b"<html>", "200 OK").replace(b"application/json", f"text/{KEY}".encode()),
    "charset": head(b"<html>", "200 OK").replace(b"json", f"json; charset={KEY}".encode()),
    "Content-Encoding": head(b"x", "200 OK", f"Content-Encoding: {KEY}"),
    "Content-Length": f"HTTP/1.1 200 OK\r\nContent-Length: {KEY}\r\n\r\n".encode(),
    "Transfer-Encoding": f"HTTP/1.1 200 OK\r\nTransfer-Encoding: {KEY}\r\n\r\n".encode(),
    "chunk header": f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{KEY}\r\nx\r\n0\r\n\r\n".encode(),
    "Retry-After": head(b"no", "429 No", f"Retry-After: {KEY}"),
    "JSON key": head(orjson.dumps({"error": {"message": "no", KEY: {KEY: [KEY]}}}), "400 No"),
    "code": head(orjson.dumps({"error": {"code": KEY, "type": KEY, "message": "no"}}), "400 No"),
    "page": head(f"<html>{KEY}</html>".encode()),
    "long before it": head(b"x" * 1990 + KEY.encode() + b"x" * 3000, "400 No"),
    "long message": refusing("x" * 190 + KEY),
    "no id": head(orjson.dumps({KEY: KEY, "id": None})),
    "id": head(orjson.dumps({"id": [KEY]})),
    "other case": refusing(KEY.upper()),
    "base64": refusing(base64.b64encode(KEY.encode()).decode()),
    "base64 with more": refusing(base64.b64encode(f"Bearer {KEY}!".encode()).decode()),
    "base64 of a pair": refusing(base64.urlsafe_b64encode(f":{KEY}".encode()).decode()),
    "hexadecimal": refusing(KEY.encode().hex().upper()),
    "in a URL": refusing("".join(f"%{ord(one):02x}" for one in KEY)),
    "twice in a URL": refusing(quote(quote(KEY, safe=""), safe="")),
    "entities": refusing("".join(f"&#{ord(one)};" for one in KEY)),
    "escaped": head("".join(f"\\u{ord(one):04x}" for one in KEY).encode(), "400 No"),
    "in lines": refusing("\n".join(KEY)),
    "backwards": refusing(KEY[::-1]),
    "UTF-16": head(f'{{"message": "{KEY}"}}'.encode("utf-16"), "400 No"),
    "most of it": refusing(f"{KEY[:18]}…"),
}
SPELLED = [
    plain(text)
    for text in (
        KEY[:18],
        KEY[::-1],
        KEY.encode().hex(),
        "".join(f"&#{ord(one)};" for one in KEY),
        "".join(f"\\u{ord(one):04x}" for one in KEY),
        "".join(f"%{ord(one):02x}" for one in KEY),
        base64.b64encode(KEY.encode()).decode()[:-4],
        base64.b64encode(f"Bearer {KEY}!".encode()).decode()[12:36],
        base64.b64encode(f":{KEY}".encode()).decode()[4:28],
    )
]


def all_of(error: BaseException) -> str:
    """All that an error shows: itself, what it hangs on, and its traceback, with variables but those of this file."""
    shown = [str(error), repr(error), repr(vars(error))]
    for one in (error, error.__cause__, error.__context__):
        if one is not None:
            frames = traceback.TracebackException.from_exception(one, capture_locals=True)
            for frame in frames.stack:
                if not frame.filename.endswith(("test_attacks.py", "runners.py", "base_events.py")):
                    shown += [str(frame.locals)]
            shown += traceback.format_exception(one)
    return plain("\n".join(shown))


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("strict", [False, pytest.param(True, marks=pytest.mark.full)])
@pytest.mark.parametrize("said", REPEATED.values(), ids=REPEATED)
def test_the_key_is_nowhere_however_it_is_repeated(
    said: bytes, caplog: pytest.LogCaptureFixture, *, strict: bool
) -> None:
    """In no error, nor its traceback with variables, nor a log of any library below at any level."""
    caplog.set_level(1)
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(1)

    def ask(batches: Any) -> None:
        with pytest.raises(BatchError) as caught:
            batches.retrieve("batch_1")
        assert "\n" not in str(caught.value)
        found = all_of(caught.value)
        assert not [form for form in SPELLED if form in found]

    async def ask_async(url: str) -> None:
        async with KIMI.asynchronous(api_key=KEY, base_url=url, retries=0, strict=strict) as batches:
            with pytest.raises(BatchError) as caught:
                await batches.retrieve("batch_1")
            found = all_of(caught.value)
            assert not [form for form in SPELLED if form in found]

    with saying(said) as url:
        with KIMI.sync(api_key=KEY, base_url=url, retries=0, strict=strict) as batches:
            ask(batches)
        run(ask_async(url))

    logged = plain(caplog.text)
    assert not [form for form in SPELLED if form in logged]


def deep(levels: int) -> bytes:
    """An error with something nested in it."""
    return b'{"error": {"message": "no", "why": ' + b'{"a": [' * levels + b"]}" * levels + b"}}"


CHARSETS = ("zip", "hex", "rot13", "idna", "utf-16", "punycode", "undefined", "unicode_escape", "mbcs", "\0", "é", "")
STRANGE: dict[str, bytes] = {
    **{f"charset {name}": head(b"\xff no", "400 No", f"Content-Type: text/plain; charset={name}") for name in CHARSETS},
    **{
        f"{status}, {levels} deep": head(deep(levels), status)
        for levels in (25, 300, 450, 600, 40_000)
        for status in ("200 OK", "400 No")
    },
    **{
        f"Retry-After {value}": head(b"no", "503 No", f"Retry-After: {value}")
        for value in (
            "Fri, 31 Dec 99999 23:59:59 GMT",
            "Fri, 31 Dec 9999 23:59:59 -2359",
            "Mon, 01 Jan 0001 00:00:00 +2359",
            "Fri, 99 Foo 2026 99:99:99 GMT",
            "Fri,",
            "1e999",
            "nan",
            "-inf",
            "9" * 5000,
            "-5",
        )
    },
    "status 999": head(b"no", "999 No"),
    "status 000": head(b"no", "000 No"),
    "status 1000": head(b"no", "1000 No"),
    "only 1xx": b"HTTP/1.1 100 Continue\r\n\r\n",
    "nothing": b"",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a length below zero": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "a head without end": b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 50_000,
    "a message of surrogates": head(b'{"error": {"message": "\\ud800\\u001b[31m"}}', "400 No"),
    "a redirect to nowhere": head(b"", "302 Found", "Location: http://[::1"),
    "a redirect to another scheme": head(b"", "302 Found", "Location: gopher:x"),
    "a redirect to a port beyond all": head(b"", "302 Found", "Location: http://127.0.0.1:99999/"),
    "a redirect to no name": head(b"", "302 Found", "Location: http://xn--\u00e9.\u200d/"),
    "brotli": head(b"x", "200 OK", "Content-Encoding: br"),
    "not packed": head(b"{}", "200 OK", "Content-Encoding: gzip"),
    "not deflated": head(b"{}", "200 OK", "Content-Encoding: deflate"),
    "packed twice": head(gzip.compress(gzip.compress(b"{}")), "200 OK", "Content-Encoding: gzip, gzip"),
    "packed and cut": head(gzip.compress(b'{"id": "batch_1"}')[:-9], "200 OK", "Content-Encoding: gzip"),
    "packed and without its sum": head(gzip.compress(b'{"id": "batch_1"}')[:-3], "200 OK", "Content-Encoding: gzip"),
    "a number without end": head(b'{"error": {"code": ' + b"9" * 5000 + b"}}", "400 No"),
}


@pytest.mark.full
@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("said", STRANGE.values(), ids=[name[:40] for name in STRANGE])
def test_whatever_comes_is_a_batch_error(said: bytes) -> None:
    """Of an answer that is read, of a file of results, and of the async twin; in one line that can be printed."""
    with saying(said) as url:
        for call in (
            lambda batches: batches.retrieve("batch_1"),
            lambda batches: batches.download("file_1", io.BytesIO()),
            lambda batches: list(batches.results(f"{url}/file")),
        ):
            with KIMI.sync(api_key=KEY, base_url=url, retries=1, timeout=5) as batches:
                try:
                    call(batches)
                except BatchError as error:
                    line = str(error)
                    assert "\n" not in line
                    line.encode()
                    repr(error)

        async def ask() -> None:
            async with KIMI.asynchronous(api_key=KEY, base_url=url, retries=0, timeout=5) as batches:
                with pytest.raises(BatchError):
                    await batches.retrieve("batch_1")

        run(ask())


WRONG_IDS = ["", ".", "..", "\ud800", "a\udfff", None, 7, b"batch_1", "x" * 5000]


@pytest.mark.parametrize("wrong", WRONG_IDS, ids=repr)
def test_an_id_that_leads_elsewhere_is_refused(wrong: Any) -> None:
    """Before anything is sent, in one line, by every method that takes one."""
    asked: list[Asked] = []
    calls: dict[str, Callable[[Any], Any]] = {
        "retrieve": lambda batches: batches.retrieve(wrong),
        "cancel": lambda batches: batches.cancel(wrong),
        "wait": lambda batches: batches.wait(wrong),
        "file": lambda batches: batches.file(wrong),
        "delete_file": lambda batches: batches.delete_file(wrong),
        "download": lambda batches: batches.download(wrong, io.BytesIO()),
        "results": lambda batches: list(batches.results(wrong)),
    }
    with KIMI.talking_to(lambda one: asked.append(one) or Reply(500)) as batches:
        for call in calls.values():
            with pytest.raises(BatchError) as caught:
                call(batches)
            assert "\n" not in str(caught.value)
            str(caught.value).encode()

    assert asked == []


@pytest.mark.parametrize(
    "odd",
    ["a/../../b", "../x", "a?b=c", "a#b", "%2e%2e", "%", "a b\n", "http://host/x", "é", "\\..\\", "..;", "...", "\0"],
)
def test_an_id_stays_one_step_of_the_path(odd: str) -> None:
    """Whatever it holds."""
    asked: list[str] = []

    def answer(one: Asked) -> Reply:
        asked.append(one.path)
        return json_reply({**KIMI.batch(1), "query": bool(one.query)})

    with KIMI.talking_to(answer) as batches:
        assert batches.retrieve(odd)["query"] is False
        batches.cancel(odd)

    assert asked == [f"/v1/batches/{quote(odd, safe='')}", f"/v1/batches/{quote(odd, safe='')}/cancel"]


BAD_ADDRESSES = [
    "http://",
    "https://[::1",
    "http://host:port/x",
    "http://127.0.0.1:99999/x",
    "http://exa mple/x\x7f",
    "http://\ud800/x",
    "https://xn--\u00e9/x",
    "http:///x",
    "HTTPS://?x",
]


@pytest.mark.parametrize("address", BAD_ADDRESSES, ids=ascii)
def test_a_file_at_an_address_that_is_none_is_told(address: str) -> None:
    """By results and download, of a batch and as such, before anything is sent; sync and async."""
    batch = KIMI.package.Batch.from_dict({**KIMI.batch(1), "output_file_id": address})
    with KIMI.talking_to(lambda _: Reply(500), retries=0) as batches:
        for asked in (batch, address):
            with pytest.raises(BatchError):
                batches.download(asked, io.BytesIO())
            with pytest.raises(BatchError):
                list(batches.results(asked))

    async def ask() -> None:
        async with KIMI.asynchronous(api_key=KEY, base_url="http://127.0.0.1:9", retries=0) as batches:
            with pytest.raises(BatchError):
                await batches.download(batch, io.BytesIO())

    run(ask())


@pytest.mark.parametrize(
    "address",
    [
        "http://[::1",
        "http://h:99999",
        "http://h:x/",
        "http://[::1]:0",
        "http://a b/v1",
        "http://\ud800",
        "http://h/v1?x=1",
        "http://h/#a",
        7,
        b"http://h",
        ["x"],
    ],
    ids=ascii,
)
def test_a_base_url_that_is_none_is_a_batch_error(address: Any) -> None:
    """In one line, without the key in any variable of its traceback."""
    with pytest.raises(BatchError, match=r"^base_url must be an http or https address") as caught:
        KIMI.sync(KEY, address)

    assert plain(KEY) not in all_of(caught.value)


def dripping(start: bytes, drop: bytes = b" ") -> Callable[[bytes], Iterator[bytes | float]]:
    """An answer that begins, and then comes byte by byte."""

    def script(_: bytes) -> Iterator[bytes | float]:
        yield start
        for _turn in range(200):
            yield 0.05
            yield drop

    return script


DRIPS = {
    "body": dripping(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"),
    "body without end": dripping(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"),
    "chunks": dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "error": dripping(b"HTTP/1.1 500 No\r\nContent-Length: 5000\r\n\r\n"),
    "head": dripping(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
    "status line": dripping(b"HTTP/1.1 200 ", b"x"),
    "heads that are none yet": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize("script", DRIPS.values(), ids=DRIPS)
def test_a_timeout_bounds_a_whole_look(script: Any) -> None:
    """However slowly something goes on coming; for the async twin likewise."""
    start = time.monotonic()
    with saying(script) as url:
        with (
            KIMI.sync(api_key=KEY, base_url=url, retries=0, timeout=0.3) as batches,
            pytest.raises(KIMI.package.RequestTimedOut, match=r"no answer within the client's timeout$"),
        ):
            batches.retrieve("batch_1")

        async def ask() -> None:
            async with KIMI.asynchronous(api_key=KEY, base_url=url, retries=0, timeout=0.3) as batches:
                with pytest.raises(KIMI.package.RequestTimedOut):
                    await batches.retrieve("batch_1")

        run(ask())

    assert time.monotonic() - start < 4


@pytest.mark.full
def test_a_bomb_is_not_unpacked_whole() -> None:
    """A body that is read at once has a bound."""
    bomb = gzip.compress(bytes(1 << 27), 9)
    with (
        KIMI.talking_to(lambda _: Reply(200, bomb, headers=(("content-encoding", "gzip"),))) as batches,
        pytest.raises(KIMI.package.UnreadableResponse, match="a larger one where a body of at most 64 MB"),
    ):
        batches.retrieve("batch_1")


@pytest.mark.parametrize(
    "compress", [gzip.compress, lambda raw: __import__("zlib").compress(raw)], ids=["gzip", "deflate"]
)
def test_a_packed_answer_is_read(compress: Callable[[bytes], bytes]) -> None:
    """Also one in parts, or deflated as some do."""
    name = "gzip" if compress is gzip.compress else "deflate"
    raw = orjson.dumps({**KIMI.batch(1), "metadata": {"long": "x" * 200_000}})
    with KIMI.talking_to(lambda _: Reply(200, compress(raw), headers=(("content-encoding", name),))) as batches:
        assert batches.retrieve("batch_1").to_dict() == orjson.loads(raw)
    if name == "gzip":
        parts = compress(raw[:100]) + compress(raw[100:])
        with KIMI.talking_to(lambda _: Reply(200, parts, headers=(("content-encoding", name),))) as batches:
            assert batches.retrieve("batch_1").to_dict() == orjson.loads(raw)


@pytest.mark.full
def test_a_file_that_points_on_is_followed_to_its_end_without_reading_what_points(client: Client) -> None:
    """However large that is; but not for ever. Sync and async."""
    bomb = gzip.compress(gzip.compress(bytes(1 << 26)))
    asked: list[str] = []

    def answer(one: Asked) -> Reply:
        asked.append(one.path)
        if one.path == "/3":
            return Reply(200, b"{}", "text/plain")
        on = "/0" if one.path == "/0" else f"/{int(one.path[1:]) + 1}"
        return Reply(302, bomb, headers=(("location", on), ("content-encoding", "gzip, gzip")))

    async def ask(url: str) -> None:
        async with client.asynchronous(api_key=KEY, base_url=url, retries=0) as batches:
            await batches.download(f"{url}/1", io.BytesIO())
            with pytest.raises(BatchError, match="it points on and on"):
                await batches.download(f"{url}/0", io.BytesIO())

    with serving(answer) as url, client.sync(api_key=KEY, base_url=url, retries=0) as batches:
        batches.download(f"{url}/1", io.BytesIO())
        with pytest.raises(BatchError, match="it points on and on"):
            batches.download(f"{url}/0", io.BytesIO())
        run(ask(url))
    assert asked.count("/3") == 2
    assert asked.count("/0") == 40


def test_a_key_that_is_no_text_is_told(client: Client) -> None:
    """Before anything is sent."""
    for wrong in (b"sk-one", 7):
        with pytest.raises(BatchError, match="an API key is a text"):
            client.sync(wrong)


def test_a_wait_does_not_connect_for_longer_than_it_may_take(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """No part of a request has more time than the whole."""
    seen: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return httpx.Response(503)

    monkeypatch.setattr("batch_client.retry.FIRST_PAUSE", 0.01)
    http = httpx.Client(transport=httpx.MockTransport(answer))
    with pytest.raises(client.package.WaitTimedOut):
        client.sync(api_key=KEY, http_client=http).wait("batch_1", timeout=0.1)
    assert all(max(one.values()) <= 1 for one in seen)
