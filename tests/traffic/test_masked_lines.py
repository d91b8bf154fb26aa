"""The lines of a file of results are masked one by one, and a masked file is judged as the file was."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from conformance import contract
from conformance.exchange import Answer, Exchange, Request
from conformance.lines.line import Line, line_of
from conformance.recording.mask import Mask

SECRET = "Ms Ada Example, 4111111111111111"
BODY = {"id": "chatcmpl-1", "object": "chat.completion", "choices": [{"message": {"content": SECRET}}]}
USAGE = {"usage": {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}}


def line(**more: Any) -> bytes:
    """A line that tells of a success, or of something else."""
    row = {"id": "r-1", "custom_id": SECRET, "response": {"status_code": 200, "body": BODY | USAGE}, "error": None}
    return orjson.dumps(row | more)


def response(status: Any, body: Any) -> dict[str, Any]:
    """What became of a request."""
    return {"response": {"status_code": status, "request_id": SECRET, "body": body}}


LINES: Mapping[str, bytes] = {
    "success": line(),
    "no custom_id": line(custom_id=None),
    "a custom_id that is none": line(custom_id=7),
    "refused": line(**response(400, {"error": {"code": SECRET, "message": SECRET}})),
    "refused in a text": line(**response("429", SECRET)),
    "an error in a success": line(**response(200, {"code": 50501, "message": SECRET})),
    "expired": line(response=None, error={"code": "batch_expired", "message": SECRET}),
    "nothing": line(response=None),
    "status zero": line(**response(0, {})),
    "no body": line(**response(200, None)),
    "a body that is none": line(**response(200, [SECRET])),
    "a field of one's own": line(**{SECRET: SECRET}),
    "an array": orjson.dumps([SECRET]),
    "a text": orjson.dumps(SECRET),
    "a number": b"1234567890123456",
    "null": b"null",
    "no JSON": SECRET.encode(),
    "half": line()[:-20],
    "two objects": line() + line(),
    "NaN": b'{"custom_id":"%s","x":NaN}' % SECRET.encode(),
    "infinite": b'{"custom_id":"%s","x":-Infinity}' % SECRET.encode(),
    "twice": b'{"custom_id":"%s","custom_id":"b"}' % SECRET.encode(),
    "twice within": b'{"custom_id":"a","response":{"status_code":200,"status_code":500}}',
    "deep": b'{"custom_id":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "Latin-1": '{"custom_id":"é"}'.encode("latin-1"),
    "GBK": '{"custom_id":"请求"}'.encode("gb18030"),
    "surrogate": b'{"custom_id":"\\ud800","response":{"status_code":200,"body":{"object":"x"}}}',
    "large number": b'{"custom_id":"a","response":{"status_code":200,"body":{"object":"x","n":1e999}}}',
    "surrogate and beyond 64 bits": line(custom_id="@")
    .replace(b"@", b"\\ud800")
    .replace(b'"prompt_tokens":7', b'"prompt_tokens":123456789012345678901'),
    "carriage return": line() + b"\r",
    "spaces": b"  " + line() + b"  ",
}


def masked(content: bytes, status: int = 200, mask: Mask | None = None) -> bytes:
    """A file as it stands in a recording."""
    request = Request("GET", f"https://h.invalid/v1/files/{SECRET[:6]}/content")
    answer = Answer(status, (("Content-Type", "application/octet-stream"),), content)
    found = (mask or Mask.of()).exchange(Exchange("", request, answer)).answer
    assert found is not None
    return found.body


def said(one: Line) -> tuple[Any, ...]:
    """What a line says, but whose it is and what it calls the error."""
    return (one.ok, one.broken, one.why_empty, one.status, one.expired, one.custom_id is None, one.row is None)


@pytest.mark.parametrize("name", LINES)
def test_a_masked_line_says_what_the_line_said(name: str) -> None:
    """Whether it is one, of a success or of none, and why; and nothing of what anybody wrote."""
    content = masked(LINES[name] + b"\n")
    assert content.endswith(b"\n")
    assert content.count(b"\n") == 1
    assert said(line_of(content.removesuffix(b"\n").removesuffix(b"\r"), 1)) == said(
        line_of(LINES[name].removesuffix(b"\r"), 1)
    )
    assert b"Ada" not in content
    assert b"4111111111111111" not in content


@pytest.mark.parametrize("name", ["success", "refused", "expired", "status zero", "no body", "half"])
@pytest.mark.parametrize("kind", ["output", "error"])
def test_a_masked_line_keeps_and_breaks_the_schemas_that_the_line_does(name: str, kind: str) -> None:
    """Of every contract that says what a line is."""
    for one in map(contract.load, contract.names()):
        schema = one.lines.get(kind)
        if schema is not None and name != "half":
            before, after = (orjson.loads(each) for each in (LINES[name], masked(LINES[name])))
            assert schema.validator.is_valid(after) == schema.validator.is_valid(before)


SAID: tuple[Mapping[str, Any], ...] = (
    {"id": SECRET, "custom_id": SECRET, "method": SECRET, "url": SECRET, "body": SECRET},
    {"error": {"type": SECRET, "message": SECRET, "detail": SECRET, "msg": SECRET, "error": SECRET, "code": 7}},
    {"error": {"code": "batch_expired"}},
    {"error": {"code": "batch_cancelled"}},
    {
        "response": {
            "request_id": SECRET,
            "status_code": 422,
            "body": {
                **dict.fromkeys(("id", "object", "data", "choices", "message"), SECRET),
                "code": 8,
                "error": {"code": 9},
                "usage": {"total_tokens": 12, "prompt_tokens": 7, "completion_tokens": 5},
            },
        }
    },
)


def shape(value: Any) -> Any:
    """A value without what anybody wrote."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    return value if value in {"batch_expired", "batch_cancelled"} or not isinstance(value, str) else "…"


@pytest.mark.parametrize("row", SAID, ids=["request", "error", "expired", "cancelled", "response"])
def test_what_clients_read_of_a_line_stays_whatever_contracts_say(row: Mapping[str, Any]) -> None:
    """Names, numbers and the codes that tell what became of a batch, where no contract describes a line."""
    assert shape(orjson.loads(masked(orjson.dumps(row), mask=Mask(())))) == shape(row)


def test_a_request_has_one_name_in_all_lines() -> None:
    """Which is not its own: whatever compares the lines of two files finds what belongs together."""
    first, second, other = (
        orjson.loads(one)["custom_id"] for one in masked(b"\n".join([line(), line(), line(custom_id="b")])).split(b"\n")
    )
    assert first == second != other
    assert "Ada" not in first


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\n\n \r\n",
        b"\xef\xbb\xbf" + line() + b"\r\n" + line(),
        line() + b"\n" + line()[:30],
        b"\xff\x00" * 50,
    ],
    ids=["empty", "blank", "blanks", "mark", "cut", "binary"],
)
def test_ends_of_lines_and_blank_ones_stay(content: bytes) -> None:
    """Also where the last line has no end, and is cut; what is no file of lines is told by its digest."""
    found = masked(content)
    if b"\0" in content:
        assert found.startswith(b"\xffmasked ")
        return
    assert found.count(b"\n") == content.count(b"\n")
    assert found.count(b"\r") == content.count(b"\r")
    assert found.endswith(b"\n") == content.endswith(b"\n")
    assert found.startswith(b"\xef\xbb\xbf") == content.startswith(b"\xef\xbb\xbf")
    last = content.split(b"\n")[-1]
    assert said(line_of(found.split(b"\n")[-1], 1, cut=True)) == said(line_of(last, 1, cut=True))


def test_what_is_no_success_is_no_file() -> None:
    """An error body is masked as such."""
    found = orjson.loads(masked(b'{"error": {"message": "%s", "code": 5}}' % SECRET.encode(), 404))
    assert list(found) == ["error"]
    assert "Ada" not in str(found)
