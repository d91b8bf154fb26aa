"""What rows may say, and what stands for the rest: by form, by place, and under a key."""

import gzip
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from conformance import report, traffic
from conformance.coding import CodingError, decoded
from conformance.exchange import Answer, Exchange, Request
from conformance.failures import NO_RESPONSE, failure_words, known_failure
from conformance.masking import holds, is_name, is_token, shown_media_type, shown_string, shown_word
from conformance.pseudonyms import MaskKeyError, Pseudonyms, new_key, read_key
from conformance.recording import Recording, har
from conformance.suite import engine
from conformance.suite.engine import EngineError
from conformance.suite.session import RunOptions
from tests.conftest import Run
from tests.wrong.lists import KEY

CANARY = "canary7a61b2c93d"
"""Looks like an id, a key or a token: letters and digits in a row."""


@pytest.mark.parametrize("word", ["in_queue", "exploded", "batch", "text.completion", "IN-QUEUE", "a"])
def test_words_of_an_api_are_shown(word: str) -> None:
    """A status that nobody has documented is what the report is about."""
    assert is_token(word)
    assert shown_word(word) == word


@pytest.mark.parametrize(
    "secret",
    [
        "sk-0123456789abcdef",
        "my_sk-test-key-of-mine",
        "batch_91da4af7272c4fa5b12776fd",
        "wei_13800138000",
        "eyJhbGciOiJIUzI1NiJ9",
        "13800138000",
        "1990-01-31",
        "a b",
        "0",
        "",
        "é",
        "张伟",
        "x" * 41,
        CANARY,
    ],
)
def test_what_may_be_secret_is_told_by_its_type(secret: str) -> None:
    """Keys, ids, numbers of persons, sentences, and what is too long for a word: no part, no digest."""
    assert not is_name(secret)
    assert shown_word(secret) == "<string>"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (20012, "20012"),
        (13_800_138_000, "<integer>"),
        (1.5, "<number>"),
    ],
)
def test_other_values_where_values_are_listed(value: object, shown: str) -> None:
    """A code is a word of the API; a number of eleven digits may be a telephone's."""
    assert shown_word(value) == shown


@pytest.mark.parametrize(
    ("declared", "shown"),
    [
        ("text/html", "text/html"),
        ("application/sk-0123456789abcdef", "application/…"),
        ("application/zhangwei+json", "application/…+json"),
        ("zhang/wei", "…/…"),
        ("zhangwei", "(no media type)"),
    ],
)
def test_a_media_type_that_few_know_is_told_by_its_kind(declared: str, shown: str) -> None:
    """Anything can be put into one."""
    assert shown_media_type(declared) == shown


ENCODED = [
    KEY,
    KEY.upper(),
    KEY[::-1],
    "c2stdGVzdC1rZXk",
    "eC1zay10ZXN0LWtleS14",
    "c2stdGVz\r\n dC1rZXk=",
    "73 6b 2d 74 65 73 74 2d 6b 65 79",
    "sk%2Dtest%2Dkey",
    "sk-te\r\n st-key",
    "sk_test_key",
    f"id_{KEY}_x",
]


@pytest.mark.parametrize("text", ENCODED)
def test_a_credential_is_found_in_any_encoding(text: str) -> None:
    """Of other case, base64, hexadecimal, percent-encoded, folded, reversed."""
    assert holds(text, (KEY,))
    assert not holds(text, ("sk-other-key",))
    assert not holds(text, ("", "a"))


def test_a_pseudonym_is_the_same_under_the_same_key_only() -> None:
    """Who knows the pseudonym of a telephone number cannot find the number by trying them all."""
    first, second, key = Pseudonyms(new_key()), Pseudonyms(new_key()), new_key()
    phone = "13800138000"
    assert first.short(phone) == first.short(phone) != second.short(phone)
    assert first.long(phone) != second.long(phone)
    assert Pseudonyms(key).long(phone) == Pseudonyms(key).long(phone) != Pseudonyms(key).long("13800138001")
    assert phone not in first.long(phone) + repr(first)
    assert key.hex() not in repr(Pseudonyms(key))
    assert repr(key) not in repr(Pseudonyms(key))


@pytest.mark.parametrize("text", ["", "a", "x" * 600, "张伟"])
def test_length_is_told_as_it_was(text: str) -> None:
    """Of a masked string too, which may be longer than what it stands for."""
    names = Pseudonyms()
    assert shown_string(names.long(text)) == shown_string(text) == f"<string:{len(text)}>"
    assert len(names.long(text)) >= len(text)
    assert names.short(names.long(text)).partition(" ")[0] == names.short(text).partition(" ")[0]


def test_what_only_looks_like_a_pseudonym_hides_nothing() -> None:
    """The length that it claims is not believed beyond its own."""
    assert shown_string("<string:138001380 00000000000000000000>") == "<string:39>"


def test_a_key_file_is_read_and_not_shown(tmp_path: Path) -> None:
    """Any bytes, at least sixteen."""
    file = tmp_path / "key"
    file.write_bytes(b"\x00\xff" * 8)
    assert read_key(file) == read_key(file)
    assert b"\x00\xff" not in read_key(file)


@pytest.mark.parametrize("content", [b"", b"x" * 15, b"x" * 70_000, None])
def test_a_key_file_that_will_not_do_is_one_line(batch_conformance: Run, tmp_path: Path, content: bytes | None) -> None:
    """Too short, too long, not there: before anything is sent, and without what it holds."""
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    done = batch_conformance("run", "sim:kimi", "--mask-key-file", "key")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("batch-conformance: key: ")
    assert done.stderr.count("\n") == 1
    assert "xxx" not in done.stderr


@pytest.mark.parametrize("name", ["/dev/zero", "/", "a\0b"])
def test_a_key_is_a_plain_file(name: str) -> None:
    """Nothing that never ends is read."""
    with pytest.raises(MaskKeyError):
        read_key(Path(name))


def test_a_url_with_a_password_is_refused_and_not_repeated(batch_conformance: Run) -> None:
    """A key has no place on a command line."""
    for url in (f"http://user:{CANARY}@127.0.0.1:9", f"http://user:{CANARY}@[", f"http://127.0.0.1:9/?key={CANARY}"):
        done = batch_conformance("run", "live:kimi", "--url", url, MOONSHOT_API_KEY=KEY)
        assert done.returncode == 2
        assert done.stderr.startswith("batch-conformance: --url: ")
        assert CANARY not in done.stdout + done.stderr


def test_what_a_traceback_shows_of_an_exchange_is_nobodys() -> None:
    """A test that fails prints its arguments."""
    headers = (("authorization", f"Bearer {KEY}"),)
    request = Request("GET", f"https://api.example/v1/batches/{CANARY}", headers, CANARY.encode())
    shown = repr(
        Exchange(
            "retrieve_batch",
            request,
            Answer(200, headers, CANARY.encode()),
            path_parameters=(("batch_id", CANARY),),
            secrets=(KEY,),
        )
    )
    assert CANARY not in shown
    assert KEY not in shown


def test_a_probe_that_breaks_is_named_without_what_it_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """By what was raised, and where; the message may repeat what the endpoint sent."""

    def breaks(*_: object, **__: object) -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr("conformance.suite.probe.Probe.ask", breaks)
    result = engine.run(RunOptions(endpoints=("sim:kimi",), operations=("list_batches",), against=("kimi",)))
    said = "\n".join((*result.notes, *result.left_out, *(one.reason or "" for one in result.verdicts)))
    assert CANARY not in said
    assert not result.complete
    assert "ValueError at test_masking.py" in said


def test_a_suite_that_breaks_is_named_without_what_it_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """Likewise."""

    def breaks(*_: object, **__: object) -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr("conformance.suite.session.Session.probe", breaks)
    monkeypatch.setattr("conformance.suite.plugin.pytest_collection_modifyitems", breaks)
    with pytest.raises(EngineError, match=r"^the suite broke: ValueError at ") as raised:
        engine.run(RunOptions(endpoints=("sim:kimi",), against=("kimi",)))
    assert CANARY not in str(raised.value)


def test_every_reason_for_no_answer_can_be_told() -> None:
    """What a run says of a failure, a check of its recording says too; and nothing that others wrote."""
    for kind in (httpx.ConnectTimeout, httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
        words = failure_words(kind(CANARY))
        assert known_failure(words) == words != NO_RESPONSE
    for error in ("refused", "name or service not known", "certificate verify failed", CANARY):
        words = failure_words(httpx.ConnectError(error))
        assert known_failure(words) == words
    for body, codings, most in UNREADABLE:
        with pytest.raises(CodingError) as raised:
            decoded(body, codings, most)
        assert known_failure(str(raised.value)) == str(raised.value)
    assert known_failure("a body of more than 3,000,000 values") == "a body of more than 3,000,000 values"
    assert known_failure("net::ERR_CONNECTION_REFUSED") == "net::ERR_CONNECTION_REFUSED"


PACKED = gzip.compress(b"x" * 1000)
UNREADABLE = (
    (b"", "gzip," * 30, 10),
    (b"", f"x-{CANARY}", 10),
    (b"no gzip", "gzip", 10),
    (PACKED[:-9], "gzip", 10_000),
    (PACKED, "gzip", 10),
    (gzip.compress(b"") * 2000, "gzip", 10_000),
)
"""Body, codings and bound of answers that cannot be unpacked, each for a reason of its own."""


@pytest.mark.parametrize(
    "foreign",
    [
        f"no way to {CANARY}",
        f"connection refused {CANARY}",
        f"connection refused\n{CANARY}",
        "net::ERR_OUYANG",
        "a body of more than " + "9" * 1000 + " bytes",
        "9" * 1000 + " content encodings at once",
        "x" * 10_000_000,
        5,
        None,
        {"a": CANARY},
    ],
    ids=lambda text: str(text)[:30],
)
def test_nothing_that_others_wrote_of_a_failure_is_repeated(foreign: Any, tmp_path: Path) -> None:
    """Neither in the report of a recording, nor in what is recorded of it again."""
    silent = {"status": 0, "statusText": CANARY, "headers": [], "comment": CANARY, "_error": CANARY}
    entry = {
        "startedDateTime": "2026-11-20T10:00:00Z",
        "request": {"method": "GET", "url": "https://api.moonshot.cn/v1/batches", "headers": [], "comment": CANARY},
        "response": silent,
        "comment": CANARY,
        "_error": foreign,
    }
    (tmp_path / "a.ndjson").write_bytes(orjson.dumps(entry) + b"\n")

    recorded = har.parse(orjson.dumps(entry))
    with Recording(tmp_path / "b.ndjson") as recording:
        recording.write(Exchange("list_batches", recorded.request, None, failure=str(foreign)))
    tree = report.build(traffic.check(traffic.CheckOptions(files=(str(tmp_path / "a.ndjson"),))))

    assert recorded.failure == "no response"
    assert orjson.loads((tmp_path / "b.ndjson").read_bytes())["_error"] == "no response"
    said = orjson.dumps(tree).decode() + (tmp_path / "b.ndjson").read_text(encoding="utf-8")
    assert CANARY not in said
    assert "list_batches: no response" in said
