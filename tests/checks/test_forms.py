"""Uploads are held to the contract as JSON requests are: by their fields, and as far as a file's shape goes."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import yaml

from conformance.contract import load
from conformance.recording import Recording, RecordingTransport
from conformance.simulator import Simulator
from tests.simulator.kit import PROVIDERS, jsonl, row
from tests.traffic.recordings import checked, found, write

LINES = jsonl([row("a", model="m"), row("b", model="m")])
FILE = {
    "id": "file_1",
    "object": "file",
    "bytes": 9,
    "created_at": 1,
    "filename": "a.jsonl",
    "purpose": "batch",
    "status": "ok",
}


def upload(status: int, answer: Any, content: bytes = LINES, **fields: str) -> dict[str, Any]:
    """An entry of HAR."""
    request = httpx.Request(
        "POST", "https://api.moonshot.cn/v1/files", data=fields, files={"file": ("a.jsonl", content)}
    )
    return {
        "startedDateTime": "2026-01-01T00:00:00.5Z",
        "time": 1,
        "request": {
            "method": "POST",
            "url": str(request.url),
            "headers": [
                {"name": "Authorization", "value": "Bearer x"},
                {"name": "Content-Type", "value": request.headers["content-type"]},
            ],
            "postData": {"mimeType": "x", "text": request.read().decode()},
        },
        "response": {
            "status": status,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {"text": orjson.dumps(answer).decode()},
        },
    }


@pytest.mark.parametrize(
    ("fields", "pointer", "observed"),
    [
        ({"purpose": "fine-tune"}, "/purpose", "purpose=<string:9>"),
        ({}, "/purpose", "not given"),
    ],
)
def test_a_purpose_that_the_contract_forbids(
    tmp_path: Path, fields: dict[str, str], pointer: str, observed: str
) -> None:
    """Let through, it is named with its kind: a word that the contract does not have may be anybody's."""
    result = checked(write(tmp_path / "a.ndjson", [upload(200, FILE, **fields)]))
    row = next(drift for drift in result.drifts if drift.rule == "request-invalid-accepted")
    assert row.identity.pointer == pointer
    assert [orjson.loads(one) for one in row.observed] == [observed]


UP_TO_FIVE = {"type": "integer", "maximum": 5}


@pytest.mark.parametrize(
    ("schema", "text", "observed"),
    [
        (UP_TO_FIVE, "3", None),
        (UP_TO_FIVE, "9", "field=9"),
        (UP_TO_FIVE, "x", "field=<string:1>"),
        ({**UP_TO_FIVE, "type": ["integer", "null"]}, "3", None),
        ({**UP_TO_FIVE, "type": ["integer", "null"]}, "9", "field=9"),
        ({"allOf": [UP_TO_FIVE]}, "3", None),
        ({"anyOf": [UP_TO_FIVE, {"type": "null"}]}, "3", None),
        ({"oneOf": [{"type": "string", "enum": ["auto"]}, UP_TO_FIVE]}, "3", None),
        ({"oneOf": [{"type": "string", "enum": ["auto"]}, UP_TO_FIVE]}, "9", "field=<string:1>"),
        ({"enum": [1, 2]}, "2", None),
        ({"type": "array", "items": {"type": "string"}}, "a", None),
        ({"type": "array", "items": UP_TO_FIVE}, "3", None),
        ({"type": "array", "items": UP_TO_FIVE}, "[3, 4]", None),
        pytest.param({"type": "array", "enum": [[1], [2]]}, "[" * 300 + "]" * 300, None, id="too deep"),
    ],
    ids=str,
)
def test_a_field_of_a_form_is_read_as_the_contract_has_it(
    tmp_path: Path, schema: dict[str, Any], text: str, observed: str | None
) -> None:
    """A form knows texts only: a number is right where there may be one, however the contract says so."""
    whole = deepcopy(load("kimi").document.data)
    body = whole["paths"]["/v1/files"]["post"]["requestBody"]["content"]["multipart/form-data"]
    body["schema"] = {"allOf": [body["schema"], {"properties": {"field": schema}}]}
    contract = tmp_path / "fields.yaml"
    contract.write_text(yaml.safe_dump(whole), encoding="utf-8")

    result = checked(
        write(tmp_path / "a.ndjson", [upload(200, FILE, purpose="batch", field=text)]), against=(str(contract),)
    )

    told = [drift for drift in result.drifts if drift.rule == "request-invalid-accepted"]
    assert [orjson.loads(one or "") for drift in told for one in drift.observed] == ([observed] if observed else [])


@pytest.mark.parametrize(
    "fields", [{"purpose": "batch"}, {"purpose": "file-extract"}, {"purpose": "batch", "more": "x"}]
)
def test_an_upload_that_is_let_through_rightly(tmp_path: Path, fields: dict[str, str]) -> None:
    """What the contract allows, and what it does not speak of."""
    result = checked(write(tmp_path / "a.ndjson", [upload(200, {**FILE, "purpose": fields["purpose"]}, **fields)]))
    assert not {rule for rule, _ in found(result)} & {"request-invalid-accepted", "request-valid-rejected"}


CONTENTS = {
    "right": (LINES, True),
    "empty": (b"", False),
    "no lines": (b"text", False),
    "a name twice": (jsonl([row("a", model="m")] * 2), False),
    "two models": (jsonl([row("a", model="m"), row("b", model="n")]), False),
    "no messages": (jsonl([{**row("a"), "body": {"model": "m"}}]), False),
}


@pytest.mark.parametrize(("content", "right"), CONTENTS.values(), ids=CONTENTS)
def test_a_right_upload_that_is_refused(tmp_path: Path, content: bytes, *, right: bool) -> None:
    """By a status that the contract does not name; a file may be refused for what it holds."""
    refused = upload(422, {"error": {"message": "no"}}, content, purpose="batch")
    rules = {rule for rule, _ in found(checked(write(tmp_path / "a.ndjson", [refused])))}
    assert ("request-valid-rejected" in rules) == right


def test_what_is_uploaded_for_something_else_may_be_refused(tmp_path: Path) -> None:
    """Nobody knows what such a file has to hold."""
    refused = upload(422, {"error": {"message": "no"}}, purpose="file-extract")
    assert "request-valid-rejected" not in {rule for rule, _ in found(checked(write(tmp_path / "a.ndjson", [refused])))}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_masked_recording_of_uploads_says_the_same(tmp_path: Path, provider: str) -> None:
    """Right ones and wrong ones, against every contract."""
    with Simulator(provider, speed=0) as simulator:
        transport = RecordingTransport(Recording(tmp_path / "a.ndjson"))
        with httpx.Client(base_url=simulator.base_url, transport=transport) as client:
            client.headers["Authorization"] = f"Bearer {simulator.key}"
            for purpose in ("batch", "fine-tune", "assistants"):
                client.post("/files", data={"purpose": purpose}, files={"file": ("a.jsonl", LINES)})
    result = checked(tmp_path / "a.ndjson", against=(provider, "openai"))
    own = {
        (drift.rule, drift.identity.pointer)
        for drift in result.drifts
        if drift.identity.contract == provider and drift.rule.startswith("request-")
    }
    assert own == set()
