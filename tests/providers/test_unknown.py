"""A provider that nobody here knows, added as data in a folder: a record, and its own document as it publishes it.

It has other words, types and envelopes than any that comes with the project: `result` around everything, 201, 202, 204,
a key in a header of its own, counts as a text, 422 with a list of errors, fields put together with allOf.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from conformance import providers
from conformance.simulator import Simulator
from conformance.specs import VARIABLE
from tests.simulator.kit import TLS

ACME = Path(__file__).parent / "acme"
Run = Callable[..., Any]


@pytest.fixture
def acme(batch_conformance_anew: Run) -> Run:
    """The command line with that folder, which a process reads once."""
    return lambda *arguments: batch_conformance_anew(*arguments, **{VARIABLE: str(ACME)})


@contextmanager
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Simulator, httpx.Client]]:
    """Its simulator in this process, and a client with the key where its record says."""
    monkeypatch.setenv(VARIABLE, str(ACME))
    providers._read.cache_clear()  # noqa: SLF001 - a process reads the list once, and this one has
    try:
        with (
            Simulator("acme", speed=0) as simulator,
            httpx.Client(base_url=simulator.base_url, headers={"X-Acme-Key": simulator.key}, verify=TLS) as http,
        ):
            yield simulator, http
    finally:
        monkeypatch.delenv(VARIABLE)
        providers._read.cache_clear()  # noqa: SLF001 - likewise


def recorded(path: Path, status: str) -> Path:
    """A recording of one retrieved batch, at a host that only the record names."""
    body = {"id": "b", "status": status, "created_at": "2026-01-01", "request_counts": "3"}
    answer = {"code": 0, "result": body}
    entry = {
        "request": {
            "method": "GET",
            "url": "https://acme.example/gateway/v3/batches/b",
            "headers": [{"name": "X-Acme-Key", "value": "k"}],
        },
        "response": {
            "status": 200,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {"text": json.dumps(answer)},
        },
    }
    path.write_text(json.dumps(entry) + "\n", encoding="utf-8")
    return path


def test_it_is_run_and_judged_by_its_own_document(acme: Run) -> None:
    """The whole of its contract is asked for and seen, and found to be kept."""
    done = acme("run", "sim:acme", "--against", "acme", "--no-known")
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_host_is_judged_by_its_own_document(acme: Run, tmp_path: Path) -> None:
    """What its document says is no drift, whatever others' say; what it does not say is."""
    right = acme("check", recorded(tmp_path / "right.ndjson", "RUNNING"))
    assert right.returncode == 0, right.stdout + right.stderr
    wrong = acme("check", recorded(tmp_path / "wrong.ndjson", "running"))
    assert wrong.returncode == 1
    assert "is running where" in wrong.stdout
    assert "kimi" not in wrong.stdout


def test_it_is_compared_and_its_inputs_looked_at(acme: Run, tmp_path: Path) -> None:
    """Its document beside others', and the limits that it states."""
    assert "client of OpenAI expects" in acme("compare", "openai", "acme").stdout
    request = {"method": "POST", "url": "/v3/embeddings", "body": {"model": "m", "seed": 1}}
    lines = [{"custom_id": str(number), **request} for number in range(8)]
    (tmp_path / "in.jsonl").write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in lines))
    done = acme("preflight", "in.jsonl", "--provider", "acme")
    assert done.returncode == 1
    assert "8 lines, at most 7" in done.stdout
    assert "seed must not be set" in done.stdout
    assert "url-wrong" not in done.stdout


def test_it_is_served_in_its_own_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Upload, create, wait, download, delete: statuses, envelopes and words are those of its document."""
    with serving(monkeypatch) as (simulator, http):
        form = {"purpose": "batch_input", "format": "jsonl"}
        line = {"custom_id": "a", "method": "POST", "url": "/v3/chat/completions"}
        body = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
        kept = http.post("/files", data=form, files={"file": ("a.jsonl", orjson.dumps({**line, "body": body}))})
        asked = {"input_file_id": kept.json()["id"], "completion_window": "48h", "priority": "low"}
        taken = http.post("/batches", json={**asked, "endpoint": "/v3/chat/completions"})
        simulator.advance(2 * 86_400)
        done = http.get(f"/batches/{taken.json()['result']['id']}").json()["result"]
        assert (kept.status_code, taken.status_code) == (201, 202)
        assert taken.json()["result"]["status"] == "QUEUED"
        assert (done["status"], done["request_counts"]) == ("SUCCEEDED", "1")
        assert http.get(f"/files/{done['output_file_id']}/content").headers["content-type"] == "application/x-ndjson"
        refused = http.post("/batches", json={**asked, "endpoint": "/v3/images"})
        assert refused.status_code == 422
        assert "endpoint" in refused.json()["errors"][0]["message"]
        assert http.delete(f"/files/{kept.json()['id']}").status_code == 204
        assert httpx.get(f"{simulator.base_url}/batches", verify=TLS).json() == {"msg": "You didn't provide an API key"}
