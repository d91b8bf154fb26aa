"""`request-invalid-accepted` names the value that was accepted, or its kind where it may be anybody's."""

from typing import Any

import orjson
import pytest

from conformance import contract
from conformance.drift import Drift
from conformance.exchange import Answer, Exchange, Request
from tests.judging import judged

JSON = (("content-type", "application/json"),)
RIGHT = {"input_file_id": "file-1", "endpoint": "/v1/chat/completions", "completion_window": "24h"}
BATCH = {"id": "batch-1"}


def drifts(body: bytes, url: str = "https://api.moonshot.cn/v1/batches", method: str = "POST") -> list[Drift]:
    """What is told of a request that was answered with a batch, by OpenAI's contract."""
    name = "create_batch" if method == "POST" else "list_batches"
    request = Request(method, url, JSON if body else (), body or None)
    found = judged([Exchange(name, request, Answer(200, JSON, orjson.dumps(BATCH)))], contract.load("openai"))
    return [drift for drift in found.drifts if drift.rule == "request-invalid-accepted"]


def observed(*request: Any) -> dict[str, Any]:
    """By pointer, what was given."""
    return {drift.identity.pointer: orjson.loads(next(iter(drift.observed)) or "") for drift in drifts(*request)}


@pytest.mark.parametrize(
    ("changes", "pointer", "told"),
    [
        ({"endpoint": "/v1/nothing"}, "/endpoint", "endpoint=<string:11>"),
        ({"completion_window": "7d"}, "/completion_window", "completion_window=7d"),
        ({"completion_window": None}, "/completion_window", "completion_window=null"),
        ({"completion_window": 24}, "/completion_window", "completion_window=24"),
        ({"input_file_id": ["a"]}, "/input_file_id", "input_file_id=<array>"),
        ({"metadata": {"xiaowen": 5}}, "/metadata/*", "metadata.*=5"),
        ({"metadata": "xiaowen"}, "/metadata", "metadata=<string:7>"),
    ],
    ids=["a path", "a word", "null", "a number", "a list", "in a free map", "somebody's"],
)
def test_the_field_and_its_value_are_named(changes, pointer, told) -> None:
    """A number, null, a duration where the contract lists some; else the kind, since a request is its sender's."""
    assert observed(orjson.dumps({**RIGHT, **changes})) == {pointer: told}


@pytest.mark.parametrize("name", ["xiaowen", "7", "007"])
def test_what_is_due_is_said_under_any_name(name: str) -> None:
    """One of a free map may be a number."""
    [drift] = drifts(orjson.dumps({**RIGHT, "metadata": {name: 5}}))
    assert (drift.identity.pointer, drift.expected) == ("/metadata/*", "string (maxLength 512)")


def test_what_was_not_given_is_said_so() -> None:
    """Of a field that is required; of a body that is none, that it breaks the contract."""
    assert observed(orjson.dumps({"endpoint": RIGHT["endpoint"], "completion_window": "24h"})) == {
        "/input_file_id": "not given"
    }
    assert observed(b"{") == {"": "a body that breaks it"}
    assert observed(b"[]") == {"": "body=<array>"}


def test_a_parameter_is_named_as_before() -> None:
    """With a number, or the length of anything else."""
    url = "https://api.moonshot.cn/v1/batches?limit="
    assert observed(b"", f"{url}500", "GET") == {"/limit": "limit=500"}
    assert observed(b"", f"{url}xiaowen", "GET") == {"/limit": "limit=<string:7>"}


def test_what_keeps_the_contract_is_no_drift() -> None:
    """A right request is silent."""
    assert observed(orjson.dumps(RIGHT)) == {}
