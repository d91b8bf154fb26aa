"""A simulator without faults keeps its provider's contract everywhere, through whole lives and wrong requests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from conformance.contract import load
from conformance.simulator import ReplyError, Simulator
from tests.simulator.judged import Judged
from tests.simulator.kit import ASKED, DAY, HOUR, PROVIDERS, jsonl, row, rows


@contextmanager
def _judged(provider: str, **options: Any) -> Iterator[tuple[Simulator, Judged]]:
    with Simulator(provider, speed=0, **options) as sim:
        judged = Judged(sim, provider)
        try:
            yield sim, judged
        finally:
            judged.close()


def _data(response: Any) -> Any:
    assert response is not None
    assert response.status_code == 200, response.text
    return response.json()


def _begin(judged: Judged, content: bytes, **asked: Any) -> dict[str, str]:
    form: dict[str, Any] = {"data": {"purpose": "batch"}, "files": {"file": ("requests.jsonl", content)}}
    made = _data(judged.send("upload_file", **form))
    file_id = (made.get("data") or made)["id"]
    batch = _data(judged.send("create_batch", json={"input_file_id": file_id} | ASKED | asked))
    return {"batch_id": batch["id"]}


def _reply(line: Any) -> str:
    if line["custom_id"] == "request-1":
        raise ReplyError("no luck")
    return "fine"


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("work_seconds", [0, HOUR, 3 * DAY])
def test_whole_lives_keep_the_contract(provider: str, work_seconds: int) -> None:
    """Completed, failed, cancelled and expired batches, seen at every step: no drift of any severity."""
    with _judged(provider, reply=_reply, work_seconds=work_seconds) as (sim, judged):
        lives = [
            _begin(judged, jsonl(rows(5)), metadata={"a": "b"}),
            _begin(judged, b"no JSON"),
            _begin(judged, jsonl([row("request-1")]), metadata={}),
            _begin(judged, jsonl(rows(3))),
        ]
        for step in range(120):
            if step == 2:
                judged.send("cancel_batch", path=lives[3])
            for life in lives:
                judged.send("retrieve_batch", path=life)
            judged.send("list_batches", params={"limit": 2, "after": lives[2]["batch_id"]})
            sim.advance(30 if step < 20 else HOUR)
        judged.send("list_files", params={"purpose": "batch"} if provider == "siliconflow" else {})
        if provider == "kimi":
            for batch in _data(judged.send("list_batches", params={"limit": 50}))["data"]:
                for name in ("input_file_id", "output_file_id", "error_file_id"):
                    if batch[name]:
                        judged.send("retrieve_file", path={"file_id": batch[name]})
                        judged.send("file_content", path={"file_id": batch[name]})
            judged.send("delete_file", path={"file_id": batch["input_file_id"]})

        assert judged.drifts() == ()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_wrong_requests_are_met_as_documented(provider: str) -> None:
    """No key, a wrong one, unknown ids, bad bodies: nothing but what only informs of an undocumented refusal."""
    operations = load(provider).operations
    with _judged(provider) as (_, judged):
        for name, operation in operations.items():
            path = {one.name: "nowhere" for one in operation.parameters if one.where == "path"}
            for key in (None, "sk-wrong", ""):
                judged.send(name, key=key, path=path)
            if operation.method == "POST":
                judged.send(name, path=path, content=b"{", headers={"content-type": "application/json"})
        for limit in ("0", "-1", "abc", "", "1e3"):
            judged.send("list_batches", params={"limit": limit})
        for after in ("", "nowhere", "é", "a/b", "%00"):
            judged.send("list_batches", params={"after": after})

        assert {(drift.rule, drift.severity) for drift in judged.drifts()} <= {("response-status-undocumented", "info")}


def test_siliconflow_documents_all_that_it_refuses() -> None:
    """Its contract has a 400 where Kimi's list has none: not even an info row."""
    with _judged("siliconflow") as (_, judged):
        for query in ({"limit": "0"}, {"limit": "abc"}, {"after": "nowhere"}):
            judged.send("list_batches", params=query)

        assert judged.drifts() == ()
