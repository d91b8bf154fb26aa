"""Results as one stream of typed data: every line is one, whatever is wrong with it."""

import gzip
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import httpx
import pytest
from attrs import evolve, frozen
from batch_client import Result
from batch_client.lines import LONGEST, Lines

from conformance.simulator import Simulator
from tests.clients.conftest import CLIENTS, KEY, Client, run
from tests.clients.test_transfer import SHORT
from tests.wrong.server import Asked, Reply, json_reply, serving

KIMI = CLIENTS[0]
BODY = {"id": "c", "choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}}]}


def row(number: int, **fields: Any) -> dict[str, Any]:
    """A success, with other fields."""
    response = {"status_code": 200, "request_id": "q", "body": BODY}
    return {"id": f"b{number}", "custom_id": f"r{number}", "response": response, "error": None, **fields}


def answered(status: Any, body: Any, **fields: Any) -> dict[str, Any]:
    """A row with another response."""
    return row(1, response={"status_code": status, "body": body}, **fields)


def lines(*rows: Any) -> bytes:
    """The lines of a file; bytes are a line as they are."""
    return b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in rows)


def server(client: Client, files: Mapping[str, Reply | bytes], **batch: Any) -> Callable[[Asked], Reply]:
    """A server of one batch and some files; what else is asked for is not there."""

    def answer(asked: Asked) -> Reply:
        *_, kind, name = asked.path.removesuffix("/content").split("/")
        if kind == "batches" and name == "batch_1":
            return json_reply({**client.batch(1), **batch})
        found = files.get(name) if asked.path.endswith("/content") else None
        if found is None:
            return json_reply({"error": {"message": f"no such {kind}"}}, 404)
        return found if isinstance(found, Reply) else Reply(200, found, "application/jsonl")

    return answer


def read(content: bytes) -> list[Result]:
    """The results of a file, which is at an address."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=content))
    with httpx.Client(transport=transport) as http, KIMI.sync(api_key=KEY, http_client=http) as batches:
        return list(batches.results("https://files.example/f"))


def test_both_files_are_one_stream(client: Client) -> None:
    """First those that succeeded, then those that did not, by the batch or by its id."""
    failed = row(3, response=None, error={"code": "batch_expired", "message": "This request expired."})
    files = {"out": lines(row(1), row(2)), "err": lines(failed)}
    batch = client.package.Batch.from_dict({**client.batch(1), "output_file_id": "out", "error_file_id": "err"})

    with client.talking_to(server(client, files, output_file_id="out", error_file_id="err")) as batches:
        found = list(batches.results(batch))
        assert list(batches.results("batch_1")) == found
        assert [one.custom_id for one in batches.results("err")] == ["r3"]

    assert [(one.custom_id, one.ok, one.status_code, one.text) for one in found] == [
        ("r1", True, 200, "hello"),
        ("r2", True, 200, "hello"),
        ("r3", False, None, None),
    ]
    assert found[0].body == BODY
    assert found[0].error is None
    assert json.loads(found[0].line) == row(1)
    assert (found[2].error.code, found[2].error.message) == ("batch_expired", "This request expired.")
    assert str(found[2].error) == "batch_expired: This request expired."
    assert all(one.drift == () for one in found)


@pytest.mark.parametrize(
    "counts",
    [None, {}, {"completed": 2, "failed": 0, "total": 2}, {"completed": 0, "failed": 0, "total": 0}],
)
def test_the_error_file_is_read_whatever_the_counts_say(client: Client, counts: Any) -> None:
    """Counts may be late, empty or wrong."""
    ids = {"output_file_id": "out", "error_file_id": "err"}
    batch = client.package.Batch.from_dict({**client.batch(1), **ids, "request_counts": counts})

    with client.talking_to(server(client, {"out": lines(row(1)), "err": lines(row(2))})) as batches:
        assert [one.custom_id for one in batches.results(batch)] == ["r1", "r2"]


@pytest.mark.parametrize("status", ["expired", "cancelled", "failed", "in_progress", "COMPLETED", "lost"])
def test_a_batch_in_any_status_has_the_results_that_it_names(client: Client, status: str) -> None:
    """Of expired and cancelled ones those that were done in time; one file alone will do."""
    for name in ("output_file_id", "error_file_id"):
        ids = {"output_file_id": None, "error_file_id": None, name: "some"}
        with client.talking_to(server(client, {"some": lines(row(1))}, status=status, **ids)) as batches:
            assert [one.custom_id for one in batches.results("batch_1")] == ["r1"]


@pytest.mark.parametrize("status", ["expired", "cancelled"])
def test_a_batch_that_ended_before_any_request_has_none(client: Client, status: str) -> None:
    """And that is no error."""
    with client.talking_to(server(client, {}, status=status, output_file_id=None, error_file_id="")) as batches:
        assert list(batches.results("batch_1")) == []


@pytest.mark.parametrize("status", ["in_progress", "completed", "failed", None])
def test_that_there_are_no_results_is_said(client: Client, status: Any) -> None:
    """An empty stream would look like a batch of nothing."""
    none = {"output_file_id": None, "error_file_id": None}

    with (
        client.talking_to(server(client, {}, status=status, **none)) as batches,
        pytest.raises(client.package.BatchError, match=rf"^batch batch_1 has no results: its status is {status}$"),
    ):
        list(batches.results("batch_1"))


@frozen
class Odd:
    """A line that is not simply a success."""

    line: Any
    message: str
    status_code: Any = None
    code: Any = None
    drift: tuple[str, ...] = ()
    custom_id: Any = "r1"


ODD: Mapping[str, Odd] = {
    "a 4xx": Odd(answered(400, {"error": {"code": "bad", "message": "no"}}), "no", 400, "bad"),
    "a 4xx, flat": Odd(answered(400, {"code": 20012, "message": "no model"}), "no model", 400, 20012),
    "a 4xx in text": Odd(answered(401, "Invalid token"), "Invalid token", 401, drift=("$.response.body",)),
    "a 4xx without a word": Odd(answered(429, {}), "status 429, and no body", 429),
    "a 4xx with other words": Odd(answered(422, {"detail": [{"msg": "x"}]}), '[{"msg": "x"}]', 422),
    "a 5xx": Odd(answered(500, {"error": "down"}), "down", 500),
    "a redirect": Odd(answered(302, None), "status 302, and no body", 302),
    "status 0": Odd(answered(0, None), "status 0, and no body", 0, drift=("$.response.status_code",)),
    "status 0, empty": Odd(answered(0, {}), "status 0, and no body", 0, drift=("$.response.status_code",)),
    "200 without a body": Odd(answered(200, None), "status 200, and no body", 200),
    "200 with an empty body": Odd(answered(200, {}), "status 200, and no body", 200),
    "200 with an error inside": Odd(answered(200, {"error": {"message": "no"}}), "no", 200),
    "200 with an error, flat": Odd(answered(200, {"code": 1, "message": "no", "data": None}), "no", 200, 1),
    "200 with text": Odd(
        answered(200, "x"), 'the body is "x" where an object belongs', 200, drift=("$.response.body",)
    ),
    "200 and an error beside it": Odd(
        answered(200, BODY, error={"code": "late", "message": "too late"}), "too late", 200, "late"
    ),
    "expired": Odd(
        row(1, response=None, error={"code": "batch_expired", "message": "late"}), "late", None, "batch_expired"
    ),
    "an error as text": Odd(row(1, response=None, error="gone"), "gone", drift=("$.error",)),
    "an error as a list": Odd(row(1, response=None, error=[{"message": "gone"}]), "gone", drift=("$.error",)),
    "an error without words": Odd(row(1, response=None, error={"x": 1}), "an object"),
    "an error of a code alone": Odd(row(1, response=None, error={"code": 7}), "", None, 7),
    "neither response nor error": Odd(
        row(1, response=None), "the line has neither a response nor an error", drift=("$",)
    ),
    "an empty response": Odd(
        row(1, response={}),
        "the line has neither a response nor an error",
        drift=("$.response.status_code",),
    ),
    "nothing but an id": Odd({"custom_id": "r1"}, "the line has neither a response nor an error", drift=("$",)),
    "a response as text": Odd(row(1, response="x"), 'the body is "x" where an object belongs', drift=("$.response",)),
    "no JSON": Odd(b"hello", "line 1 is something that is no JSON", drift=("$",), custom_id=None),
    "cut JSON": Odd(b'{"custom_id": "r1", "resp', "line 1 is something that is no JSON", drift=("$",), custom_id=None),
    "two on a line": Odd(b'{"a":1}{"b":2}', "line 1 is something that is no JSON", drift=("$",), custom_id=None),
    "not UTF-8": Odd(b'{"custom_id":"\xff"}', "line 1 is text that is not UTF-8", drift=("$",), custom_id=None),
    "UTF-16": Odd(
        '{"custom_id":"r1"}'.encode("utf-16"), "line 1 is text that is not UTF-8", drift=("$",), custom_id=None
    ),
    "an array": Odd(b"[1]", "line 1 is an array", drift=("$",), custom_id=None),
    "a text": Odd(b'"x"', "line 1 is a string", drift=("$",), custom_id=None),
    "a number": Odd(b"7", "line 1 is a number", drift=("$",), custom_id=None),
    "true": Odd(b"true", "line 1 is a boolean", drift=("$",), custom_id=None),
    "null": Odd(b"null", "line 1 is null", drift=("$",), custom_id=None),
    "nested": Odd(b'{"a":' * 100_000, "line 1 is JSON that is nested too deeply", drift=("$",), custom_id=None),
    "a huge number": Odd(b"1" * 5000, "line 1 is something that is no JSON", drift=("$",), custom_id=None),
    "zeros": Odd(bytes(100), "line 1 is something that is no JSON", drift=("$",), custom_id=None),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_odd_line_is_a_result_with_its_reason(odd: Odd) -> None:
    """Never an exception, never lost, never taken for a success; the lines behind it are read."""
    found, last = read_among(odd.line)

    assert last.ok
    assert not found.ok
    assert found.custom_id == odd.custom_id
    assert (found.status_code, found.error.code, found.error.message) == (odd.status_code, odd.code, odd.message)
    assert found.drift == odd.drift
    assert found.text == ("hello" if found.body == BODY else None)
    assert found.line == lines(odd.line)[:-1]


def read_among(line: Any) -> Sequence[Result]:
    """A line before good ones."""
    found, last, _ = read(lines(line, row(2), row(3)))
    return found, last


GOOD: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "a status as text": (answered("200", BODY), ("$.response.status_code",)),
    "a status with a point": (answered(200.0, BODY), ("$.response.status_code",)),
    "a status that is no number": (answered(float("nan"), BODY), ("$.response.status_code",)),
    "a status without end": (answered(float("inf"), BODY), ("$.response.status_code",)),
    "no status": (row(1, response={"body": BODY}), ("$.response.status_code",)),
    "201": (answered(201, BODY), ()),
    "an empty error": (answered(200, BODY, error={}), ()),
    "an error that is an empty text": (answered(200, BODY, error=""), ("$.error",)),
    "no error": ({key: value for key, value in row(1).items() if key != "error"}, ()),
    "a code of its own": (answered(200, {**BODY, "code": "x"}), ()),
    "fields that nobody knows": (row(1, more={"a": 1}), ()),
}


@pytest.mark.parametrize(("line", "drift"), GOOD.values(), ids=GOOD)
def test_a_success_that_is_not_quite_as_documented_is_one(line: Any, drift: tuple[str, ...]) -> None:
    """What differs is told."""
    found = read(lines(line, row(2)))[0]

    assert found.ok
    assert found.text == "hello"
    assert found.error is None
    assert found.drift == drift


@pytest.mark.parametrize(("custom_id", "told"), [(None, "null"), (7, "7"), (["r1"], "an array"), (..., "missing")])
def test_a_custom_id_that_is_none_is_told(custom_id: Any, told: str) -> None:
    """It stays as it came."""
    line = row(1, custom_id=custom_id)
    if custom_id is ...:
        del line["custom_id"]

    found = read(lines(line, row(2)))[0]

    assert found.custom_id == (None if custom_id is ... else custom_id)
    assert found.ok
    assert found.drift[0].message == f"$.custom_id: {told} where a string is documented"


TEXTS: Sequence[tuple[Any, str | None]] = [
    ({"choices": [{"message": {"content": "a"}}, {"message": {"content": "b"}}]}, "a"),
    ({"choices": [{"message": {"content": ""}}]}, ""),
    ({"choices": [{"message": {"content": [{"type": "text", "text": "a"}, {"type": "x"}, {"text": "b"}]}}]}, "ab"),
    ({"choices": [{"text": "a"}]}, "a"),
    ({"choices": [{"message": {"content": None, "tool_calls": []}}]}, None),
    ({"choices": []}, None),
    ({"choices": {}}, None),
    ({"choices": [None]}, None),
    ({"choices": None}, None),
    ({"choices": [{"message": "a"}]}, None),
    ({"data": [{"embedding": [0.1]}]}, None),
]


@pytest.mark.parametrize(("body", "text"), TEXTS)
def test_text_is_what_the_first_choice_says(body: Any, text: str | None) -> None:
    """Where it says anything; no body makes it fail."""
    assert read(lines(answered(200, body), row(2)))[0].text == text


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        (b"", []),
        (b"\n\n  \n", []),
        (lines(row(1)) + b"\n \n" + lines(row(2)), ["r1", "r2"]),
        (lines(row(1)).replace(b"\n", b"\r\n"), ["r1"]),
        (lines(row(1), row(2)).rstrip(), ["r1", "r2"]),
        (b"\xef\xbb\xbf" + lines(row(1)), ["r1"]),
        (lines(row(1, more="a\u2028b\x0b")), ["r1"]),
        (b" " + lines(row(1)), ["r1"]),
        (lines(row(1), row(1)), ["r1", "r1"]),
        (json.dumps(row(1, more="中\u2028文"), ensure_ascii=False).encode(), ["r1"]),
    ],
    ids=["nothing", "blank", "blank between", "CRLF", "no end", "a mark", "escaped", "indented", "twice", "raw"],
)
def test_lines_end_at_line_feeds(content: bytes, ids: list[str]) -> None:
    """And nowhere else; empty ones are none."""
    found = read(content)

    assert [one.custom_id for one in found] == ids
    assert all(one.ok and not one.drift for one in found)
    assert not [one for one in found if one.line.endswith((b"\r", b"\n"))]


def test_a_file_that_ends_in_the_middle_of_a_line_shows_what_it_has() -> None:
    """The broken line is a result that says so."""
    *whole, broken = read(lines(row(1), row(2)) + b'{"custom_id": "r3", "respo')

    assert [one.custom_id for one in whole] == ["r1", "r2"]
    assert broken.custom_id is None
    assert broken.error.message == "line 3 is something that is no JSON, cut off at the end of the file"
    assert broken.drift == ("$",)


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    """Its beginning is kept, and the lines behind it are read."""
    splitter = Lines(longest=10_000)
    found = splitter.feed(b'{"a":1}\n')
    for _ in range(100):
        found += splitter.feed(b"x" * 1000)
    found += [*splitter.feed(b"x\n{}\n"), splitter.rest()]

    assert [len(line) for line in found] == [7, 1000, 2, 0]
    assert splitter.feed(b"{") + splitter.feed(b"}\n") == [b"{}"]
    assert LONGEST > 1 << 20


@pytest.mark.parametrize("size", [1, 2, 7, 64, 10_000])
def test_pieces_of_any_size_make_the_same_lines(size: int) -> None:
    """Also where one ends in the middle of a character, or of a line's end."""
    content = lines(row(1, more="中文"), b"", row(2)).replace(b"\n", b"\r\n") + b"rest"
    splitter = Lines()

    found = [line for at in range(0, len(content), size) for line in splitter.feed(content[at : at + size])]

    assert [*found, splitter.rest()] == content.replace(b"\r\n", b"\n").split(b"\n")


def test_strict_raises_where_a_line_is_not_as_results_are(client: Client) -> None:
    """After those before it, with place and line; what only failed is no drift."""
    good = [
        row(1),
        answered(400, {"error": {"message": "no"}}),
        row(3, response=None, error={"code": "x", "message": "y"}),
    ]
    seen: list[Any] = []
    with client.talking_to(server(client, {"f": lines(*good, {"custom_id": KEY}, row(5))}), strict=True) as batches:
        with pytest.raises(
            client.package.UnreadableResponse, match=r"^\$: neither where a response or an error"
        ) as caught:
            seen.extend(one.custom_id for one in batches.results("f"))
        stream = batches.results("f")
        assert next(stream).ok

    assert seen == ["r1", "r1", "r3"]
    assert "custom_id" in caught.value.body
    assert KEY not in f"{caught.value!r}{vars(caught.value)}"


def test_drift_of_results_is_logged_once_a_place(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """A million lines without a custom_id are one line of the log."""
    with client.talking_to(server(client, {"f": lines(*[row(1, custom_id=None)] * 50, b"x")})) as batches:
        list(batches.results("f"))

    told = [one.getMessage() for one in caplog.records if one.name == "batch_client"]
    assert told == [
        "file_content $.custom_id: not as documented, which is a string; said once",
        "file_content $: not as documented, which is a result as a JSON object; said once",
    ]


NO_RESULTS: Mapping[str, tuple[Reply, str]] = {
    "an error status": (json_reply({"error": {"message": "gone"}}, 410), "StatusError"),
    "an error with 200": (json_reply({"error": {"message": "no"}}), "StatusError"),
    "a page to sign in": (Reply(200, b"<html>Sign in</html>", "text/html"), "UnreadableResponse"),
    "a cut connection": (Reply(200, lines(row(1)), "application/jsonl", length=10_000), "ConnectionFailed"),
}


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize(("reply", "name"), NO_RESULTS.values(), ids=NO_RESULTS)
def test_what_is_no_file_of_results_is_an_error(client: Client, reply: Reply, name: str) -> None:
    """A page or an error is never taken for a line."""
    with client.talking_to(server(client, {"f": reply})) as batches, pytest.raises(client.package.BatchError) as caught:
        list(batches.results("f"))

    assert type(caught.value).__name__ == name


def test_a_broken_connection_is_taken_up_where_it_broke(client: Client, pauses: list[float]) -> None:
    """No result comes twice, and none is lost."""
    content = lines(*[row(number) for number in range(2000)])
    asked: list[int] = []

    def answer(one: Asked) -> Reply:
        if one.path.endswith("/f/content"):
            asked.append(one.number)
            whole = Reply(200, content, "application/jsonl")
            return whole if len(asked) > 2 else evolve(whole, raw=content[: 150_000 * len(asked)], length=len(content))
        return json_reply("no", 404)

    with client.talking_to(answer) as batches:
        found = [one.custom_id for one in batches.results("f")]

    assert found == [f"r{number}" for number in range(2000)]
    assert len(asked) == 3
    assert len(pauses) == 2


@pytest.mark.usefixtures("pauses")
def test_a_file_that_changed_while_it_was_read_is_not_mixed(client: Client) -> None:
    """Half of one and half of another would be neither."""
    content = lines(*[row(number) for number in range(2000)])
    marks = iter(["a", "b"])

    def answer(one: Asked) -> Reply:
        if not one.path.endswith("/content"):
            return json_reply("no", 404)
        return Reply(200, content[:200_000], "text/plain", (("etag", next(marks)),), len(content))

    with (
        client.talking_to(answer) as batches,
        pytest.raises(client.package.ConnectionFailed, match="the file has changed since"),
    ):
        list(batches.results("f"))


def test_results_at_an_address_are_read_without_the_key(client: Client) -> None:
    """By batch and as such; it may be written in capitals, and point on."""
    asked: list[Asked] = []

    def elsewhere(one: Asked) -> Reply:
        asked.append(one)
        return (
            Reply(200, lines(row(1)), "text/plain")
            if one.path == "/there"
            else Reply(302, headers=(("location", "/there"),))
        )

    with serving(elsewhere) as url:
        address = f"{url.replace('http', 'HTTP')}/here?signature=s"
        with client.talking_to(server(client, {}, output_file_id=address), headers={"x-mine": "1"}) as batches:
            assert [one.custom_id for one in batches.results("batch_1")] == ["r1"]
            assert [one.custom_id for one in batches.results(address)] == ["r1"]

        async def read_async() -> list[Any]:
            async with client.asynchronous(api_key=KEY, base_url=url) as batches:
                return [one.custom_id async for one in batches.results(address)]

        assert run(read_async()) == ["r1"]

    assert [one.path for one in asked] == ["/here", "/there"] * 3
    assert not [one for one in asked if "authorization" in one.headers or "x-mine" in one.headers or KEY in str(one)]


@pytest.mark.usefixtures("pauses")
def test_a_file_that_is_shorter_the_second_time_is_not_taken_for_whole(client: Client) -> None:
    """What was handed out is no longer there."""
    content = lines(*[row(number) for number in range(2000)])

    def answer(one: Asked) -> Reply:
        if not one.path.endswith("/content"):
            return json_reply("no", 404)
        return Reply(200, content[:200_000], "text/plain", length=len(content)) if one.number == 2 else SHORT

    with (
        client.talking_to(answer) as batches,
        pytest.raises(client.package.ConnectionFailed, match="the file is shorter now"),
    ):
        list(batches.results("f"))


def test_one_file_for_both_is_read_once(client: Client) -> None:
    """Results do not come twice."""
    with client.talking_to(server(client, {"f": lines(row(1))}, output_file_id="f", error_file_id="f")) as batches:
        assert [one.custom_id for one in batches.results("batch_1")] == ["r1"]


def test_what_an_http_client_adds_of_its_own_does_not_tell_who_asks_elsewhere() -> None:
    """Its credentials are for the endpoint."""
    seen: list[httpx.Request] = []
    transport = httpx.MockTransport(lambda one: seen.append(one) or httpx.Response(200, content=lines(row(1))))
    for more in ({"headers": {"Authorization": KEY}}, {"auth": ("me", KEY)}, {"cookies": {"session": KEY}}):
        http = httpx.Client(transport=transport, **more)
        list(KIMI.sync(api_key=KEY, http_client=http).results("https://files.example/f"))

    assert len(seen) == 3
    assert not [one for one in seen if {"authorization", "cookie"} & set(one.headers)]


def test_a_packed_answer_is_unpacked(client: Client) -> None:
    """As HTTP has it."""
    packed = Reply(200, gzip.compress(lines(row(1))), "text/plain", (("content-encoding", "gzip"),))

    with client.talking_to(server(client, {"f": packed})) as batches:
        assert [one.custom_id for one in batches.results("f")] == ["r1"]


def test_the_async_twin_reads_the_same(client: Client) -> None:
    """Line by line, odd ones too."""
    content = lines(row(1), b"x", answered(400, {"error": {"message": "no"}}), b"[")

    async def read_async(url: str) -> list[Result]:
        async with client.asynchronous(api_key=KEY, base_url=url) as batches:
            return [one async for one in batches.results("f")]

    with serving(server(client, {"f": content})) as url:
        assert run(read_async(url)) == read(content)


def test_results_are_fetched_as_they_are_asked_for(client: Client) -> None:
    """Who stops early has not asked for the error file, and leaves no connection open."""
    asked: list[str] = []
    answers = server(client, {"out": lines(row(1)), "err": lines(row(2))}, output_file_id="out", error_file_id="err")

    with client.talking_to(lambda one: asked.append(one.path) or answers(one)) as batches:
        stream: Iterator[Result] = batches.results("batch_1")
        assert asked == []
        assert next(stream).custom_id == "r1"
        stream.close()  # type: ignore[attr-defined]  # it is a generator

    assert [path.rpartition("/v1")[2] for path in asked] == ["/batches/batch_1", "/files/out/content"]


def test_results_of_a_batch_of_either_simulator(client: Client) -> None:
    """Every request of the input has its result, and download by batch, batch id and file id gives the same lines."""
    requests = [
        {
            "custom_id": f"r{n}",
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": {"model": "m", "messages": [{"role": "user", "content": "hello"}]},
        }
        for n in range(5)
    ]
    with (
        Simulator(client.provider, speed=100_000) as simulator,
        client.sync(api_key=simulator.key, base_url=simulator.base_url) as batches,
    ):
        batch = batches.wait(batches.create(batches.upload(requests).id).id, timeout=30, interval=0.02)
        found = list(batches.results(batch))
        copies = [io.BytesIO() for _ in range(3)]
        for asked, target in zip((batch, batch.id, batch.output_file_id), copies, strict=True):
            batches.download(asked, target)

    assert {one.custom_id for one in found} == {f"r{n}" for n in range(5)}
    assert all(one.ok and one.text and not one.drift for one in found)
    assert copies[0].getvalue() == copies[1].getvalue() == copies[2].getvalue()
    assert copies[0].getvalue().splitlines() == [one.line for one in found]
