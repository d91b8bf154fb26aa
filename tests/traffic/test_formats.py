"""What other tools recorded is judged as a HAR of the same traffic is, whatever the file is called."""

import gzip
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from conformance.recording import SourceError, source
from conformance.recording.formats import raw_http
from conformance.recording.formats.interaction import Interaction
from conformance.recording.formats.yaml_items import scan_items
from conformance.recording.har import parse
from tests.traffic.dialects import DIALECTS, Dialect, Sent, sent, vcrpy, vcrpy_json
from tests.traffic.recordings import checked, entries, found, record, rows
from tests.wrong.faults import ONLY
from tests.wrong.lists import RIGHT

NULL_COUNTS = next(fault for fault in ONLY["kimi"] if fault.name == "null counts").change(RIGHT["kimi"])


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording with drift in it, every request of which shows its key."""
    return record(tmp_path_factory.mktemp("formats") / "a.ndjson", NULL_COUNTS)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.__name__)
def test_a_dialect_says_what_har_says(tmp_path: Path, lines: Path, dialect: Dialect) -> None:
    """Every row with its counts, for each exchange, and nothing is lost."""
    file = tmp_path / "recording"
    kept = [one for one in entries(lines) if one.get("_credentials") != "absent"]
    file.write_bytes(dialect(sent(kept)))

    result = checked(file)

    assert rows(result) == rows(checked(lines)) != {}
    assert result.complete, result.notes
    assert result.verdicts[0].pair.responses == len(kept)
    assert result.verdicts[0].pair.endpoint == checked(lines).verdicts[0].pair.endpoint


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.__name__)
def test_what_was_sent_is_judged(tmp_path: Path, dialect: Dialect) -> None:
    """A body that breaks the contract and is let through; curl does not print one, so nothing is said of it."""
    body = json.dumps({"input_file_id": "file_1", "endpoint": "/v1/nowhere", "completion_window": "24h"}).encode()
    kind = {"content-type": "application/json"}
    one = Sent("POST", "https://api.moonshot.cn/v1/batches", kind, body, 200, kind, b'{"id":"batch_1"}')
    rules, _ = judged(tmp_path, dialect([one]))
    assert (("request-invalid-accepted", "/endpoint") in rules) == (dialect.__name__ != "curl")


def listed(**response: object) -> bytes:
    """A cassette of one exchange, part of which is as given."""
    kept = {
        "request": {"method": "GET", "uri": "https://api.moonshot.cn/v1/files", "headers": {}, "body": None},
        "response": {
            "status": {"code": 200},
            "headers": {"Content-Type": ["application/json"]},
            "body": {"string": '{"object":"list","data":[]}'},
            **response,
        },
    }
    return yaml.dump({"interactions": [kept]}).encode()


def judged(tmp_path: Path, content: bytes, name: str = "recording") -> "tuple[set[tuple[str, str]], tuple[str, ...]]":
    """Rules and places, and notes."""
    file = tmp_path / name
    file.write_bytes(content)
    result = checked(file)
    return found(result), result.notes


EMPTY_BODIES = {
    "an empty text": {"body": {"string": ""}},
    "null": {"body": None},
    "null within": {"body": {"string": None}},
    "no body": {"body": {}},
}


@pytest.mark.parametrize("given", EMPTY_BODIES.values(), ids=EMPTY_BODIES)
def test_a_body_that_is_empty_is_no_json(tmp_path: Path, given: dict[str, object]) -> None:
    """An answer that declares JSON and sends nothing is said to; one of which nobody kept the body is lost."""
    rules, notes = judged(tmp_path, listed(**given))
    if given == {"body": {}}:
        assert ("response-required-property-missing", "/data") in rules
    else:
        assert rules == {("response-body-not-json", "")}
    headers = {"Content-Type": ["application/json"], "Content-Length": ["27"]}
    if given["body"] is None:
        assert (
            "has no response body, although there was one" in judged(tmp_path, listed(**given, headers=headers))[1][0]
        )
    assert len(notes) == 1


def test_a_header_that_is_no_text_is_passed_over(tmp_path: Path) -> None:
    """YAML keeps it as bytes."""
    rules, notes = judged(tmp_path, listed(headers={"X-Odd": [b"\xff"], "Content-Type": ["application/json"]}))
    assert rules == set()
    assert len(notes) == 1


def test_a_list_of_texts_is_its_pieces_and_any_other_is_data(tmp_path: Path) -> None:
    """One text among other values makes no pieces of them."""
    assert judged(tmp_path, listed(body={"string": ['{"object":"list",', b'"data":[]}']}))[0] == set()
    assert judged(tmp_path, listed(body={"string": ["a", {"b": 1}]}))[0] == {("response-property-type-changed", "")}


STATUSES = [200, "200", "200 OK", {"code": 200, "message": "OK"}, {"code": "200"}]


@pytest.mark.parametrize("status", STATUSES, ids=repr)
def test_a_status_is_read_in_every_form(tmp_path: Path, status: object) -> None:
    """A number, its text, with its phrase, or in a mapping."""
    assert judged(tmp_path, listed(status=status, body={"string": '{"object":1,"data":[]}'}))[0] == {
        ("response-property-type-changed", "/object")
    }


TEXTS = {
    "folded": 'body: {string: "{\\"object\\": \\"list\\",\n        \\"data\\":\\\n        \\  []}"}',
    "literal": 'body:\n      string: |-\n        {"object": "list",\n         "data": []}',
    "folded block": 'body:\n      string: >-\n        {"object": "list",\n        "data": []}',
    "single quotes": 'body: {string: \'{"object": "list",\n\n        "data": []}\'}',
    "binary in one line": "body: {string: !!binary eyJvYmplY3QiOiAibGlzdCIsICJkYXRhIjogW119}",
    "plain null beside content": 'body: ~\n    content: \'{"object": "list", "data": []}\'',
    "data": "parsed_body: {object: list, data: []}",
    "data in the body": "body: {string: {object: list, data: []}}",
    "its own key before a merged one": 'body: {string: \'{"object": "list", "data": []}\', <<: {string: "no"}}',
    "its own key after a merged one": 'body: {<<: {string: "no"}, string: \'{"object": "list", "data": []}\'}',
    "a Python file": (
        "body: {string: !!python/object/new:_io.BytesIO "
        "{state: !!python/tuple [!!binary eyJvYmplY3QiOiAibGlzdCIsICJkYXRhIjogW119, 0, null]}}"
    ),
    "an iterator": "body: {string: {args: [!!binary eyJvYmplY3QiOiAibGlzdCIsICJkYXRhIjogW119]}}",
    "a merged key": 'body: {<<: {string: \'{"object": "list", "data": []}\'}}',
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_is_read_in_every_style(tmp_path: Path, text: str) -> None:
    """YAML has many ways to write one."""
    cassette = (
        "# by hand\n---\ninteractions:\n- request: {method: get, uri: https://api.moonshot.cn/v1/files}\n"
        "  response:\n    status: {code: 200}\n    headers: {content-type: application/json}\n    @\nversion: 1\n"
    ).replace("@", text)
    assert judged(tmp_path, cassette.encode())[0] == set()
    assert judged(tmp_path, cassette.replace("\n", "\r\n").encode())[0] == set()


def test_text_that_looks_like_another_value_stays_text(tmp_path: Path) -> None:
    """A body `123` or `true` is JSON of that value, a status text `null` is none."""
    for body in (b"123", b"true", b"2024-01-01", b"0x1F", b"~"):
        cassette = listed().replace(b'string: \'{"object":"list","data":[]}\'', b"string: %s" % body)
        assert cassette != listed()
        rules, _ = judged(tmp_path, cassette)
        expected = (
            "response-body-not-json" if body in {b"2024-01-01", b"0x1F", b"~"} else "response-property-type-changed"
        )
        assert rules == {(expected, "")}, body


def test_other_hosts_and_paths_are_listed_with_their_byte(tmp_path: Path) -> None:
    """The byte at which the interaction begins."""
    first = listed()
    second = listed().replace(b"v1/files", b"v1/vector_stores/vs_1/files").removeprefix(b"interactions:\n")
    _, notes = judged(tmp_path, first + second)
    unmatched = next(note for note in notes if "fits no operation" in note)
    assert (
        f"GET /v1/vector_stores/*/files fits no operation of the contracts ({tmp_path}/recording at byte {len(first)})"
        in unmatched
    )
    assert (first + second)[len(first) :].startswith(b"- request")


def test_an_interaction_that_is_none_is_named(tmp_path: Path) -> None:
    """What stands around it is judged."""
    none = b"- request: {}\n- 3\n- {request: {method: GET, uri: 'http://x:y/'}, response: {status: {code: 200}}}\n"
    file = tmp_path / "a"
    file.write_bytes(listed() + none + listed().removeprefix(b"interactions:\n"))
    result = checked(file)
    assert any("3 × is no request with its answer" in note for note in result.notes)
    assert not result.complete
    assert result.verdicts[0].pair.responses == 2


SEEMING: dict[str, tuple[bytes, str]] = {
    "input": (b'{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{}}\n' * 2, "preflight"),
    "results": (b'{"id":"b","custom_id":"a","response":null,"error":null}\n', "results FILE --input"),
    "OpenAPI": (b'{"openapi":"3.1.0","info":{},"paths":{}}', "--against"),
    "OpenAPI in YAML": (b"# ours\nopenapi: 3.0.0\ninfo: {}\npaths: {}\n", "--against"),
    "Swagger": (b'{\n "swagger": "2.0"\n}', "convert it"),
    "Postman": (b'{\n "info": {"_postman_id": "x"},\n "item": []\n}', "Postman"),
    "Pact": (b'{"consumer":{},"provider":{},"interactions":[{"request":{},"response":{}}]}', "Pact"),
    "a batch": (b'{"id":"b","object":"batch","status":"completed"}', "--operation retrieve_batch"),
    "a list": (b'{\n"object":"list",\n"data":[]}', "--operation list_batches"),
    "an error": (b'{"error":{"message":"no"}}', "--status N"),
    "HTML": (b"\n<!DOCTYPE html><html></html>", "HTML"),
    "XML": (b'<?xml version="1.0"?><a/>', "XML"),
    "PNG": (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
    "ZIP": (b"PK\x03\x04\0\0", "ZIP"),
    "PDF": (b"%PDF-1.4\n", "PDF"),
    "curl": (b"curl https://api.openai.com/v1/batches -H 'x: y'\n", "run it with -v"),
    "requests": (b"GET https://api.openai.com/v1/batches\nAccept: */*\n", "requests without answers"),
    "a table": (b"timestamp,method,url\n1,GET,/v1\n", "a table"),
    "a report": (b'{"format":"batch-conformance-report/1","pairs":[],"drift":[]}', "report FILE"),
}


@pytest.mark.parametrize(("content", "words"), SEEMING.values(), ids=SEEMING)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_what_is_no_recording_is_named_for_what_it_seems_to_be(
    tmp_path: Path, lines: Path, content: bytes, words: str, pack: Callable[[bytes], bytes]
) -> None:
    """In one line with what to do instead; among recordings in a note, and the report is not complete."""
    file = tmp_path / "a.har"
    file.write_bytes(pack(content))
    with pytest.raises(SourceError, match="seems to be") as caught:
        checked(file)
    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    result = checked(lines, file)
    assert any(words in note for note in result.notes)
    assert not result.complete
    assert rows(result) == rows(checked(lines))


def test_lines_among_which_one_is_of_another_kind_are_lines(tmp_path: Path, lines: Path) -> None:
    """A file is not judged by its first line where others follow."""
    _, notes = judged(tmp_path, b'{"error":"x"}\n' + lines.read_bytes())
    assert "1 × is JSON, but no HAR entry with request and response" in notes[0]


def nested(body: bytes, before: bytes = b"") -> bytes:
    """A cassette of one exchange with this data for a body."""
    exchange = b"request: {method: GET, uri: https://x/v1/files}, response: {status: 200, parsed_body: %s}" % body
    return b"%sinteractions:\n- &whole {%s}\n" % (before, exchange)


POWERS = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (two, two, b",".join([b"*%c" % one] * 9))
    for one, two in zip(b"abcdefgh", b"bcdefghi", strict=True)
)
BOMBS = {
    "aliases": nested(b"*i", POWERS),
    "an exchange that holds itself": nested(b"*whole"),
    "depth": nested(b"[" * 900 + b"]" * 900),
    "more depth": nested(b"[" * 100_000),
    "gzip": listed(body={"string": gzip.compress(b" " * 200_000_000)}),
    "text": b'interactions:\n- "' + b" " * 140_000_000,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_what_would_fill_memory_does_not(tmp_path: Path, bomb: bytes) -> None:
    """The exchange is lost and named; what is held stays small."""
    file = tmp_path / "a.yaml"
    file.write_bytes(bomb)
    tracemalloc.start()
    try:
        result = checked(file)
        assert tracemalloc.get_traced_memory()[1] < 350 << 20
    finally:
        tracemalloc.stop()
    assert result.exit_code == 2 or not result.complete
    assert result.notes


PLACED = {
    *("vcrpy_json", "exvcr", "ruby_vcr_json", "test_proxy", "test_proxy_lines"),
    *("raw_http", "raw_http_crlf", "httprr"),
}
"""Dialects in which it can be told where an interaction ends without reading it."""


def test_an_interaction_longer_than_any_is_passed_over(
    tmp_path: Path, lines: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every dialect; what follows is read, where its place can be known."""
    monkeypatch.setattr(source, "MAX_ENTRY", 20_000)
    (short,) = sent(entries(lines)[:1])
    long = Sent("POST", short.url, short.headers, b"x" * 90_000, 200, short.answered, short.answer)
    for dialect in DIALECTS:
        if dialect.__name__ in {"vcrpy_parsed_body", "curl"}:  # they show no such body
            continue
        (tmp_path / "a").write_bytes(dialect([short, long, short]))
        result = checked(tmp_path / "a")
        assert not result.complete, dialect.__name__
        assert any("longer than" in note for note in result.notes), (dialect.__name__, result.notes)
        is_yaml = any("the rest of the file" in note for note in result.notes)
        assert is_yaml != (dialect.__name__ in PLACED), dialect.__name__
        assert result.verdicts[0].pair.responses == (1 if is_yaml else 2), dialect.__name__


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.__name__)
@pytest.mark.parametrize("share", [0.3, 0.7, 0.97])
def test_a_recording_that_is_cut_says_so(tmp_path: Path, lines: Path, dialect: Dialect, share: float) -> None:
    """What came before is judged, and no cut passes for the whole."""
    whole = dialect(sent(entries(lines)[:3]))
    (tmp_path / "a").write_bytes(whole[: int(len(whole) * share)])
    result = checked(tmp_path / "a")
    assert result.exit_code in {1, 2}
    if dialect.__name__ not in {"raw_http", "raw_http_crlf", "curl"}:  # their bodies end where they end
        assert not result.complete


@pytest.mark.parametrize("dialect", [vcrpy, vcrpy_json], ids=lambda dialect: dialect.__name__)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_every_encoding_is_read(tmp_path: Path, lines: Path, dialect: Dialect, encoding: str) -> None:
    """As of HAR."""
    kept = [one for one in entries(lines) if one.get("_credentials") != "absent"]
    (tmp_path / "a").write_bytes(dialect(sent(kept)).decode().encode(encoding))
    assert rows(checked(tmp_path / "a")) == rows(checked(lines))


def test_what_stands_before_the_interactions_is_passed_over(tmp_path: Path) -> None:
    """Lists and mappings, whatever they are called further down."""
    before = b"meta: {interactions: [1], more: {interactions: [2]}}\nother: [1, 2]\n"
    rules, notes = judged(tmp_path, before + listed())
    assert rules == set()
    assert len(notes) == 1


def test_a_raw_request_without_a_host_is_judged_by_its_path(tmp_path: Path) -> None:
    """Whoever pasted it left it out."""
    asked = "GET /v1/files HTTP/1.1\nAccept: */*\n\n"
    told = 'HTTP/1.1 200 OK\nContent-Type: application/json\n\n{"object":1,"data":[]}'
    assert judged(tmp_path, f"{asked}{told}\n".encode())[0] == {("response-property-type-changed", "/object")}


@pytest.mark.parametrize(
    ("host", "scheme"),
    [
        ("api.moonshot.cn", "https"),
        ("mylocalhost", "https"),
        *((host, "http") for host in ("localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000")),
    ],
)
def test_only_what_is_at_hand_is_asked_without_tls(tmp_path: Path, host: str, scheme: str) -> None:
    """A request line does not say it."""
    file = tmp_path / "a"
    answer = 'HTTP/1.1 200 OK\nContent-Type: application/json\n\n{"object":1,"data":[]}\n'
    file.write_text(f"GET /v1/files HTTP/1.1\nHost: {host}\n\n{answer}")
    (drift,) = (one for one in checked(file).drifts if one.identity.pointer == "/object")
    assert drift.example is not None
    assert drift.example.request.url == f"{scheme}://{host}/v1/files"


@pytest.mark.parametrize("between", [b"", b"a proxy says hello\n"], ids=["alone", "with a line of another program"])
def test_a_body_has_signs_that_curl_prints_before_heads(between: bytes) -> None:
    """In any line of it; and a head goes on behind what is none of it."""
    body = b"<html>\nno such page\n<b>HTTP/1.1</b>\n< really\n"
    asked = b"> GET /v1/files HTTP/1.1\n> Host: x.example\n> \n"
    told = b"< HTTP/1.1 404 Not Found\n" + between + b"< Server: a\n< \n" + body
    [(_, kept)] = raw_http.interactions(iter([asked + told]), 1000)
    assert kept is not None
    assert (kept.status, kept.headers, kept.body) == (404, (("Server", "a"),), body.rstrip())


@pytest.mark.parametrize("between", ["###", "-----", "$ curl -i https://api.moonshot.cn/v1/files", "```\n\n###"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["at once", "after a blank line"])
@pytest.mark.parametrize("more", ["", "Transfer-Encoding: chunked\n"], ids=["plain", "chunked once"])
def test_what_stands_between_raw_exchanges_is_no_part_of_a_body(
    tmp_path: Path, more: str, gap: str, between: str
) -> None:
    """Whether it follows the body at once or not; nor of one that came in chunks, which the tool put together."""
    asked = "GET /v1/files HTTP/1.1\nHost: api.moonshot.cn\n\n"
    told = f'HTTP/1.1 200 OK\nContent-Type: application/json\n{more}\n{{"object":"list","data":[]}}'
    content = f"{asked}{told}{gap}{between}\n{asked}{told}{gap}{between}\n".encode()

    assert ("response-body-not-json", "") not in judged(tmp_path, content)[0]


def polled(status: str, **more: object) -> Sent:
    """A batch, looked at."""
    batch = {"id": "batch_1", "object": "batch", "status": status, **more}
    url = "https://api.moonshot.cn/v1/batches/batch_1"
    return Sent("GET", url, {}, None, 200, {"content-type": "application/json"}, json.dumps(batch).encode())


WHOLE = {
    "endpoint": "/v1/chat/completions",
    "input_file_id": "file_1",
    "completion_window": "24h",
    "created_at": 1,
    "request_counts": {"total": 0, "completed": 0, "failed": 0},
}
BACK = ("invariant-lifecycle", "/status")


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.__name__)
def test_the_order_of_a_recording_is_that_of_time(tmp_path: Path, dialect: Dialect) -> None:
    """A batch that goes back in one file does so, clock or not; of two files nobody knows which was first."""
    first, second = polled("in_progress", **WHOLE), polled("validating", **WHOLE)
    files = [tmp_path / name for name in "abc"]
    for file, kept in zip(files, ([first, second], [first], [second]), strict=True):
        file.write_bytes(dialect(kept))
    assert BACK in found(checked(files[0]))
    assert BACK not in found(checked(*files[1:]))


KINDS = {"application/json": True, "application/json-seq": True, "text/json": True, "application/octet-stream": False}


@pytest.mark.parametrize(("kind", "is_text"), KINDS.items(), ids=KINDS)
def test_the_test_proxy_packs_what_is_no_text(tmp_path: Path, kind: str, *, is_text: bool) -> None:
    """`null` is base64 too: the type says what stands there."""
    kept = {
        "RequestUri": "https://api.moonshot.cn/v1/files",
        "RequestMethod": "GET",
        "RequestHeaders": {},
        "StatusCode": 200,
        "ResponseHeaders": {"Content-Type": kind},
        "ResponseBody": "null",
    }
    rules, _ = judged(tmp_path, json.dumps({"Entries": [kept]}).encode())
    assert (("response-property-became-nullable", "") in rules) == is_text


@pytest.mark.parametrize("ended", [False, True])
def test_a_text_that_ends_early_is_cut_where_nothing_follows(tmp_path: Path, *, ended: bool) -> None:
    """Ruby's VCR writes a moment last: without one, a body shorter than it was declared breaks off with the file."""
    url = "https://api.moonshot.cn/v1/files"
    headers = {"Content-Type": ["application/json"], "Content-Length": ["27"]}
    kept = {
        "request": {"method": "get", "uri": url, "body": {"string": ""}, "headers": {}},
        "response": {"status": {"code": 200}, "headers": headers, "body": {"string": "{}"}},
        **({"recorded_at": "Fri, 14 Mar 2025 15:52:45 GMT"} if ended else {}),
    }
    rules, _ = judged(tmp_path, yaml.dump({"http_interactions": [kept]}, sort_keys=False).encode())
    assert (("response-required-property-missing", "/data") in rules) == ended


def test_what_took_place_within_a_second_may_have_taken_it() -> None:
    """A moment known by the second only says no more of when the answer came."""
    told = parse(Interaction("GET", "https://api.moonshot.cn/v1/files", status=200, body=b"{}", moment=5).entry())
    assert (told.started, told.seconds) == (5.0, 1.0)


def test_items_are_weighed_one_by_one() -> None:
    """Many that are short are no long one."""
    text = yaml.dump({"kept": ["x" * 300] * 9}).encode()
    assert [one.value for one in scan_items(iter([text]), {"kept"}, 1000)] == ["x" * 300] * 9


def test_an_item_without_a_text_is_whole_wherever_the_file_ends() -> None:
    """Only of a block one cannot know."""
    assert [(one.value, one.loss) for one in scan_items(iter([b"- {}"]), (), 1000)] == [({}, None)]


def test_what_an_alias_repeats_is_kept_for_its_document() -> None:
    """As long as its anchor stands for it; what an anchor stood for before, and elsewhere, takes no room."""
    texts = [letter * 600 for letter in "abc"]
    one = b"kept: [%s]\n" % b", ".join(b"&it %s, *it" % text.encode() for text in texts)
    items = list(
        scan_items(iter([b"--- {kept: [*it]}\n---\n" + one + b"--- {kept: [*it]}\n---\n" + one]), {"kept"}, 1000)
    )
    whole = [text for text in texts for _ in range(2)]
    assert [one.value for one in items] == [None, *whole, None, *whole]
    assert [one.loss for one in items if one.value is None] == ["too-long", "too-long"]


@pytest.mark.parametrize("end", ["\n", "\r\n", ""], ids=["whole", "whole with CRLF", "cut"])
def test_a_block_at_the_end_is_whole_if_its_line_is(tmp_path: Path, end: str) -> None:
    """For YAML a line that breaks off ends all the same."""
    cassette = (
        "interactions:\n- request: {method: GET, uri: https://api.moonshot.cn/v1/files}\n"
        "  response:\n    status: 200\n    headers: {content-type: application/json}\n"
        '    body: |\n      {"object": "list",\n      "data": []}'
    )
    _, notes = judged(tmp_path, f"{cassette}{end}".encode())
    assert any("breaks off" in note for note in notes) is not bool(end)
