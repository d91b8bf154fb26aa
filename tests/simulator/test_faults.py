"""Every fault does on the wire what its line in the table says."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from conformance.contract import load
from conformance.providers import PROVIDERS as PROVIDER_RECORDS
from conformance.rules.judging import JUDGING
from conformance.simulator import FAULTS, FaultError, Simulator, fault_hooks
from tests.simulator.judged import Judged
from tests.simulator.kit import PROVIDERS, client_of, create, download, jsonl, retrieve, rows

ELSEWHERE = {
    # The fault needs a field, a bound or a requirement that Kimi's own contract does not have.
    "metadata-null": ("siliconflow", "siliconflow"),
    "errors-object": ("siliconflow", "siliconflow"),
    "cursor-ids-wrong": ("siliconflow", "siliconflow"),
    "metadata-too-long": ("kimi", "openai"),
}
WITH_CONTENT = {one.name for one in PROVIDER_RECORDS.values() if "file_content" in load(one.contract).operations}
PROVOKING = [fault for fault in FAULTS.values() if fault.provokes]


def _walk(simulator: Simulator, contract: str) -> Judged:
    """Requests that between them give every rule its chance."""
    judged = Judged(simulator, contract)
    page = {"limit": "2"}
    for key in ("", None, "sk-other"):
        judged.send("list_batches", key=key)
    for _ in range(2):
        first = judged.send("list_batches", params=page)
        ids = _ids(first)
        if ids:
            judged.send("list_batches", params=page | {"after": ids[-1]})
            for batch_id in ids:
                judged.send("retrieve_batch", path={"batch_id": batch_id})
    every = judged.send("list_batches", params={"limit": "20"})
    for batch in _batches(every):
        for name in ("input_file_id", "output_file_id", "error_file_id") if batch.get("output_file_id") else ():
            if isinstance(batch.get(name), str) and "/" not in batch[name] and simulator.provider in WITH_CONTENT:
                judged.send("file_content", path={"file_id": batch[name]})
    judged.send("list_batches", params={"limit": "0"})
    judged.send("list_batches", params={"limit": "abc"})
    for batch in _batches(every)[:1]:
        asked = {name: batch.get(name) for name in ("input_file_id", "endpoint")}
        judged.send("create_batch", json=asked | {"completion_window": "24h"})
    judged.send("list_batches")  # it still answers
    judged.close()
    return judged


def _batches(response: httpx.Response | None) -> list[dict[str, Any]]:
    try:
        return [batch for batch in response.json()["data"] if isinstance(batch, dict)] if response else []
    except (ValueError, KeyError, TypeError):
        return []


def _ids(response: httpx.Response | None) -> list[str]:
    try:
        return [batch["id"] for batch in response.json()["data"]] if response else []
    except (ValueError, KeyError, TypeError):
        return []


@pytest.mark.parametrize("fault", PROVOKING, ids=lambda fault: fault.name)
def test_a_fault_provokes_its_rule(fault: Any) -> None:
    """With the fault on, the judge finds the rule that the table names; without, it does not."""
    provider, contract = ELSEWHERE.get(fault.name, ("kimi", "kimi"))
    with Simulator(provider, speed=0) as right, Simulator(provider, speed=0, faults=(fault.name,)) as wrong:
        before, after = _walk(right, contract), _walk(wrong, contract)

    assert fault.provokes in after.rules()
    if fault.provokes != "response-status-undocumented":
        assert fault.provokes not in before.rules()
    else:
        seen = [{(drift.rule, drift.identity.status_code) for drift in one.drifts()} for one in (before, after)]
        assert seen[1] - seen[0]


def test_every_rule_of_responses_and_behaviour_can_be_provoked() -> None:
    """The table leaves out only what a contract says of itself."""
    wanted = {rule.id for rule in JUDGING if not rule.id.startswith("contract-")}

    assert {fault.provokes for fault in PROVOKING} == wanted


@pytest.fixture
def wire(sim: Simulator) -> Iterator[httpx.Client]:
    """A client that gives up soon."""
    with client_of(sim) as client:
        yield client


def test_a_rate_limit_says_when_to_come_back(sim: Simulator, wire: httpx.Client) -> None:
    """429 with Retry-After, as often as asked for, then not again."""
    sim.faults.add("rate-limited", times=2)

    answers = [wire.get("/batches") for _ in range(3)]

    assert [(one.status_code, one.headers.get("retry-after")) for one in answers] == [
        (429, "1"),
        (429, "1"),
        (200, None),
    ]


@pytest.mark.parametrize(("fault", "status"), [("overloaded", 503), ("server-errors", 500)])
def test_a_burst_of_errors_ends(sim: Simulator, wire: httpx.Client, fault: str, status: int) -> None:
    """Two errors, then a success, over and over."""
    sim.faults.add(fault)

    assert [wire.get("/batches").status_code for _ in range(6)] == [status, status, 200] * 2


@pytest.mark.parametrize(("fault", "status"), [("forbidden", 403), ("gateway-timeout", 504)])
def test_refusals_are_in_the_providers_words(sim: Simulator, wire: httpx.Client, fault: str, status: int) -> None:
    """The status comes with a body in the provider's form."""
    sim.faults.add(fault)

    response = wire.get("/batches")

    assert response.status_code == status
    assert isinstance(response.json(), dict if sim.provider == "kimi" else str)


def test_a_dropped_connection(sim: Simulator, wire: httpx.Client) -> None:
    """Not one byte comes back, and the server goes on."""
    sim.faults.add("dropped", times=1)

    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        wire.get("/batches")
    assert wire.get("/batches").status_code == 200


def test_a_truncated_body(sim: Simulator, wire: httpx.Client) -> None:
    """Half of the announced body comes, then the connection ends."""
    sim.faults.add("truncated", times=1)

    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        wire.get("/batches")
    assert wire.get("/batches").status_code == 200


def test_a_truncated_download(kimi: Simulator) -> None:
    """Downloads break off as well."""
    with client_of(kimi) as client:
        batch = create(client, jsonl(rows(100)))
        kimi.faults.add("truncated", operation="file_content")
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(f"/files/{batch['input_file_id']}/content")


def test_a_slow_answer(sim: Simulator, wire: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer takes its time, and is then the same."""
    monkeypatch.setattr(fault_hooks, "SLOW_SECONDS", 0.2)
    sim.faults.add("slow")
    began = time.monotonic()

    response = wire.get("/batches")

    assert time.monotonic() - began >= 0.2
    assert response.status_code == 200


def test_an_output_that_never_comes_and_one_that_comes_too_early(sim: Simulator, wire: httpx.Client) -> None:
    """The two faults with output_file_id show in every batch."""
    batch = create(wire, jsonl(rows(1)))
    sim.faults.add("output-too-early")
    early = wire.get(f"/batches/{batch['id']}").json()["output_file_id"]
    sim.faults.clear()
    sim.advance(86_400)
    sim.faults.add("output-missing")
    late = wire.get(f"/batches/{batch['id']}").json()

    assert (early, late["status"], late["output_file_id"]) == ("file-early", "completed", None)


def test_a_fault_of_one_operation_leaves_the_others_alone(sim: Simulator, wire: httpx.Client) -> None:
    """Only the named operation misbehaves."""
    sim.faults.add("html", operation="retrieve_batch")
    batch = create(wire, jsonl(rows(1)))

    kinds = [wire.get(path).headers["content-type"] for path in ("/batches", f"/batches/{batch['id']}")]

    assert kinds == ["application/json", "text/html"]


def test_faults_combine_and_are_taken_away(sim: Simulator, wire: httpx.Client) -> None:
    """Several are on at once; each can be turned off, or all."""
    create(wire, jsonl(rows(1)))
    sim.faults.add("status-unknown")
    sim.faults.add("field-added")
    both = wire.get("/batches").json()["data"][0]
    sim.faults.remove("status-unknown")
    one = wire.get("/batches").json()["data"][0]
    sim.faults.clear()
    none = wire.get("/batches").json()["data"][0]

    assert (both["status"], both["priority"]) == ("exploded", "low")
    assert (one["status"] == "exploded", one["priority"]) == (False, "low")
    assert "priority" not in none


def test_a_batch_that_expires_keeps_what_was_done(sim: Simulator, wire: httpx.Client) -> None:
    """Half of the lines are in the output, the others in the error file, and nothing is lost."""
    sim.faults.add("expired-with-output")
    batch = create(wire, jsonl(rows(10)))
    sim.advance(7 * 86_400)

    late = retrieve(wire, batch)
    lines = [*download(wire, late["output_file_id"]), *download(wire, late["error_file_id"])]

    assert late["status"] == "expired"
    assert sorted(line["custom_id"] for line in lines) == sorted(row["custom_id"] for row in rows(10))
    assert [line["response"] is None for line in lines] == [False] * 5 + [True] * 5


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_unknown_fault_is_refused(provider: str) -> None:
    """The message names what there is."""
    with pytest.raises(FaultError, match="nonsense: no such fault; there are status-unknown, "):
        Simulator(provider, faults=("nonsense",))
