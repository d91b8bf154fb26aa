"""The lines of input, output and error files."""

from collections.abc import Mapping
from typing import Any

import orjson

from conformance.simulator.replies import completion

CHAT = "/v1/chat/completions"
EXPIRED = {"code": "batch_expired", "message": "The batch expired before this request was answered."}
"""[D] The error of a request that a batch did not come to in its window."""
FAILED = {"code": "server_error", "message": "Internal server error"}


def answered(name: str, custom_id: str, body: Mapping[str, Any]) -> bytes:
    """[D] The line of a request that was answered; `name` tells its ids from others'."""
    response = {"status_code": 200, "request_id": f"req_{name}", "body": body}
    return line({"id": f"batch_req_{name}", "custom_id": custom_id, "response": response, "error": None})


def refused(name: str, custom_id: str, error: Mapping[str, str]) -> bytes:
    """[D] The line of a request that was not: no response, and an error with code and message."""
    return line({"id": f"batch_req_{name}", "custom_id": custom_id, "response": None, "error": error})


def input_row(number: int, model: str, endpoint: str = CHAT) -> bytes:
    """The line of an exhibit's request."""
    return line(_request(number, model, endpoint))


def output_row(number: int, model: str, moment: int) -> bytes:
    """The line of an exhibit's answer."""
    request = _request(number, model)
    return answered(f"exhibit-{number}", request["custom_id"], completion(request, f"Question {number}", moment))


def error_row(number: int, error: Mapping[str, str]) -> bytes:
    """The line of an exhibit's request that was not answered."""
    return refused(f"exhibit-{number}", f"request-{number}", error)


def _request(number: int, model: str, endpoint: str = CHAT) -> dict[str, Any]:
    body = {"model": model, "messages": [{"role": "user", "content": f"Question {number}"}]}
    return {"custom_id": f"request-{number}", "method": "POST", "url": endpoint, "body": body}


def line(value: Mapping[str, Any]) -> bytes:
    """A line of a file."""
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
