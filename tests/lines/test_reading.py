"""What is said of a line of results, whatever is wrong with it; and that quick and slow reading say the same."""

from typing import Any

import orjson
import pytest
from batch_client.rows import result_of
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract import load
from conformance.lines.line import Line, line_of
from conformance.lines.plain import SAMPLES
from conformance.lines.reading import LinesOf, Taken

BODY = {"id": "c", "object": "chat.completion", "choices": [], "usage": {"total_tokens": 3}}


def good(name: str = "a", **fields: Any) -> dict[str, Any]:
    """A success, with other fields."""
    response = {"status_code": 200, "request_id": "q", "body": BODY}
    return {"id": "b", "custom_id": name, "response": response, "error": None, **fields}


def answered(status: Any, body: Any, **fields: Any) -> dict[str, Any]:
    """A line with another response."""
    return good(response={"status_code": status, "request_id": "q", "body": body}, **fields)


def read(content: bytes, size: int = 1 << 20) -> list[Taken]:
    """The lines of a file that comes in pieces."""
    return [*LinesOf().all(content[start : start + size] for start in range(0, len(content), size))]


def only(content: Any) -> Line:
    """The one line of a file, which is not plain."""
    [taken] = read(content if isinstance(content, bytes) else orjson.dumps(content) + b"\n")
    assert not taken.plain
    [line] = taken.others
    return line


@pytest.mark.parametrize(
    ("content", "broken"),
    [
        (orjson.dumps(good())[:-20], "a line that is cut off"),
        (orjson.dumps(good("一二"))[:32], "a line that is cut off"),
        (orjson.dumps(good())[:-20] + b"\n", "something that is no JSON"),
        (b'{"custom_id": NaN}\n', "JSON with NaN, which JSON has not"),
        (b'{"custom_id": -Infinity}\n', "JSON with -Infinity, which JSON has not"),
        (b'{"custom_id": "\xff"}\n', "text that is not UTF-8"),
        ('{"custom_id": "批量处理"}\n'.encode("gbk"), "text that is GBK, not UTF-8"),
        (orjson.dumps(good()).decode().encode("utf-16"), "text that is UTF-16, not UTF-8"),
        (b'{"a":' + b"[" * 100_000 + b"\n", "JSON that is nested too deeply"),
        (b"[]\n", "an array"),
        (b"null\n", "null"),
        (b'"text"\n', "a string"),
        (b"7\n", "a number"),
        (b'{"custom_id":"a","custom_id":"b","error":{"code":"x"}}\n', 'an object with "custom_id" twice'),
        (b'{"custom_id":"a","response":{"status_code":500,"status_code":200}}', 'an object with "status_code" twice'),
        (b'{"custom_id":"a"}{"custom_id":"b"}\n', "something that is no JSON"),
        (b'{"custom_id":"a"} x\n', "something that is no JSON"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_line_that_is_no_object_says_what_it_is(content: bytes, broken: str) -> None:
    """In words; never a traceback, and never as if it were good."""
    line = only(content)

    assert (line.broken, line.ok, line.custom_id, line.reason) == (broken, False, None, "broken")


@pytest.mark.parametrize(
    ("row", "custom_id", "empty", "reason"),
    [
        (answered(0, {}), "a", True, "empty"),
        (answered(999, BODY), "a", True, "empty"),
        (answered(200, {}), "a", True, "200"),
        (answered(200, None), "a", True, "200"),
        (answered(500, None), "a", True, "500"),
        (good(response=None), "a", True, "empty"),
        ({"custom_id": "a"}, "a", True, "empty"),
        (
            answered(400, {"error": {"message": "m", "type": "invalid_request_error"}}),
            "a",
            False,
            "400 invalid_request_error",
        ),
        (answered(400, {"code": 20012, "message": "m", "data": None}), "a", False, "400 20012"),
        (answered(200, {"error": {"message": "m", "code": "model_gone"}}), "a", False, "200 model_gone"),
        (good(response=None, error={"code": "batch_expired", "message": "m"}), "a", False, "batch_expired"),
        (good(response=None, error={"message": "m"}), "a", False, "no result"),
        (good(response=None, error={"code": "sk-abcdefghijklmnop123456"}), "a", False, "<string>"),
        (answered(0, {}, error={"code": "server_error"}), "a", False, "server_error"),
        (answered(500, {"error": "gone"}, custom_id=None), None, False, "500"),
        (answered(500, {"error": "gone"}, custom_id=7), None, False, "500"),
        (answered(500, {"error": "gone"}, custom_id=""), None, False, "500"),
    ],
    ids=str,
)
def test_a_line_without_a_success_says_why(row: Any, custom_id: str | None, empty: bool, reason: str) -> None:  # noqa: FBT001 - a case
    """By status and code, neither message nor what may be secret; or that it says nothing at all."""
    line = only(row)

    assert (line.custom_id, line.ok, bool(line.why_empty), line.reason) == (custom_id, False, empty, reason)
    assert line.expired == (reason == "batch_expired")


def test_plain_lines_come_with_their_numbers() -> None:
    """Blank ones count, and are left out; a mark, other ends of lines and no last end are all the same."""
    content = (
        b"\xef\xbb\xbf"
        + b"\r\n".join(orjson.dumps(good(name)) for name in "abc")
        + b"\r\n\r\n"
        + orjson.dumps(good("d"))
    )

    for size in (1 << 20, 7):
        found = [
            (number, row.custom_id)
            for one in read(content, size)
            for number, row in zip(one.numbers, one.plain, strict=True)
        ]
        assert found == [(1, "a"), (2, "b"), (3, "c"), (5, "d")]


def test_a_line_without_end_is_not_kept() -> None:
    """It is told by what it is, and the next one is read."""
    reading = LinesOf()
    pieces = [b'{"custom_id": "', b"x" * (65 << 20), b'"}\n' + orjson.dumps(good()) + b"\n"]

    told, plain = [one for one in reading.all(pieces) if one.others], reading.number

    assert told[0].others[0].broken == "a line that is too long to be read"
    assert plain == 2


@pytest.mark.parametrize("name", ["kimi", "siliconflow", "openai"])
def test_the_plain_form_is_what_contracts_document(name: str) -> None:
    """With the fewest and the most fields."""
    for sample in SAMPLES:
        assert load(name).lines["output"].validator.is_valid(sample)
        assert read(orjson.dumps(sample))[0].plain


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 700), st.text(max_size=4)),
    lambda inner: st.dictionaries(
        st.sampled_from(["code", "message", "error", "id", "object", "usage", "x"]), inner, max_size=3
    ),
    max_leaves=4,
)


@given(st.sampled_from(["custom_id", "response", "error", "id", "other", "status_code", "request_id", "body"]), VALUES)
def test_both_ways_of_reading_say_what_the_clients_say(name: str, value: Any) -> None:
    """Whatever is in a field: a success is one for all three, and so is what is none."""
    row = good()
    (row["response"] if name in {"status_code", "request_id", "body"} else row)[name] = value
    content = orjson.dumps(row)

    [taken] = read(content + b"\n")
    slow, client = line_of(content, 1), result_of(content)

    assert bool(taken.plain) or taken.others == [slow]
    assert (bool(taken.plain) or taken.others[0].ok) == slow.ok == client.ok
    if taken.plain:
        assert (taken.plain[0].custom_id, slow.why_empty, slow.broken) == (client.custom_id, None, None)


@given(st.binary(max_size=60), st.integers(1, 9))
def test_any_bytes_are_read(content: bytes, size: int) -> None:
    """In any pieces, the same."""
    assert [one for taken in read(content, size) for one in taken.others] == [
        one for taken in read(content) for one in taken.others
    ]
