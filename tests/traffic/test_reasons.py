"""Why a recording could not be checked: the reason is the true one, and says what drifts besides."""

from pathlib import Path

import orjson
import pytest

from tests.conftest import Run

WRONG = {"error": {"code": "404"}}
RIGHT = {"error": {"message": "No batch found", "type": "invalid_request_error", "param": None, "code": None}}


def entry(path: str, status: int, body: object, second: int = 0, method: str = "GET") -> bytes:
    """One answered request, with a key."""
    request = {
        "method": method,
        "url": f"https://api.openai.com/v1{path}",
        "headers": [{"name": "Authorization", "value": "Bearer sk-x"}],
    }
    headers = [{"name": "Content-Type", "value": "application/json"}]
    content = {"mimeType": "application/json", "text": orjson.dumps(body).decode()}
    response = {"status": status, "headers": headers, "content": content}
    started = f"2026-01-10T06:16:{second:02}Z"
    return orjson.dumps({"startedDateTime": started, "time": 1, "request": request, "response": response}) + b"\n"


CASES = {
    "one id is not there": ([("/batches/batch_1", 404, RIGHT)], 2, "nothing was found under an id that was asked for"),
    "the list is not there": ([("/batches", 404, RIGHT)], 2, "list_batches: the path is not there (404)"),
    "the method is not there": ([("/batches", 405, RIGHT)], 2, "list_batches: the method is not allowed there (405)"),
    "the key was refused": ([("/batches", 401, RIGHT)], 2, "list_batches: the key was refused (401)"),
    "asked too often": ([("/batches", 429, RIGHT)], 2, "list_batches: nothing but 429 (too many requests) (429)"),
    "the server fails": ([("/batches", 500, RIGHT)], 2, "list_batches: nothing but server errors (500)"),
    "this and that": ([("/batches", 500, RIGHT), ("/batches", 429, RIGHT)], 2, "no request succeeded (429, 500)"),
    "nothing was got through, and it drifts": (
        [("/batches/batch_1", 404, WRONG)],
        2,
        "an id that was asked for (404); what was seen drifts all the same (",
    ),
    "it stopped, and it drifts": (
        [("/batches", 200, {"object": "list"}), *[("/batches", 503, RIGHT)] * 4],
        2,
        "the last 4 requests failed (503); list_batches: no list held an item; what was seen drifts all the same (2",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_reason_is_the_true_one(batch_conformance: Run, tmp_path: Path, name: str) -> None:
    """Could not check, exit 2; with the rows that were found, where there are any."""
    answers, code, words = CASES[name]
    entries = [entry(path, status, body, number) for number, (path, status, body) in enumerate(answers)]
    (tmp_path / "some.ndjson").write_bytes(b"".join(entries))
    done = batch_conformance("check", "some.ndjson", "--against", "openai", "--no-known")
    printed = " ".join(done.stdout.split())
    assert done.returncode == code, printed
    assert words in printed
    assert ("is missing where" in printed) == ("drifts" in name)
    assert ("the path is not there" in printed) == (name == "the list is not there")
