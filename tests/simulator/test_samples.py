"""A fresh simulator's first answers are the pages' samples."""

from typing import Any

import httpx
import pytest

from conformance.simulator import PROFILES, Simulator
from conformance.simulator.samples import SampleError, response_sample
from tests.simulator.kit import client_of, create, jsonl, rows


def test_siliconflow_lists_the_pages_sample() -> None:
    """The first list has the sample's fields and values; its items differ only by the cursors' ids."""
    sample = response_sample("siliconflow", "list_batches", 200)
    item = sample["data"][0]
    ids = [sample["first_id"], item["id"], sample["last_id"]]

    with Simulator("siliconflow", speed=0) as sim, client_of(sim) as client:
        page = client.get("/batches").json()

    assert page == sample | {"data": [item | {"id": one} for one in ids]}


@pytest.mark.parametrize(("status", "path", "key"), [(401, "/batches", "sk-other"), (404, "/nowhere", None)])
def test_siliconflow_errors_are_bare_strings(status: int, path: str, key: str | None) -> None:
    """401 and 404 answer the sample's JSON string."""
    with Simulator("siliconflow", speed=0) as sim, client_of(sim, key) as client:
        response = client.get(path)

    assert (response.status_code, response.json()) == (status, response_sample("siliconflow", "list_batches", status))


@pytest.mark.parametrize(
    ("status", "fault"), [(403, "forbidden"), (503, "overloaded"), (400, None), (504, "gateway-timeout")]
)
def test_siliconflow_errors_have_the_samples_shape(siliconflow: Simulator, status: int, fault: str | None) -> None:
    """The other errors have the sample's fields with its types, and its code where it names one."""
    sample = response_sample("siliconflow", "list_batches", status)
    if fault:
        siliconflow.faults.add(fault)

    with client_of(siliconflow) as client:
        response = client.get("/batches", params={} if fault else {"limit": "0"})

    body = response.json()
    assert response.status_code == status
    assert _types(body) == _types(sample)
    if isinstance(sample, dict):
        assert body["code"] == sample["code"]


def test_kimi_answers_create_with_the_pages_fields(kimi: Simulator) -> None:
    """A created batch has exactly the sample's fields and the `status` that the sample leaves out."""
    sample = response_sample("kimi", "create_batch", 200)

    with client_of(kimi) as client:
        batch = create(client, jsonl(rows(2)), metadata={})

    assert set(batch) == {*sample, "status"}
    assert batch["object"] == sample["object"]
    assert _types(batch["request_counts"]) == _types(sample["request_counts"])


def test_kimi_shows_every_documented_status() -> None:
    """The exhibits have each status of the profile's table once, and stay as they are however much time passes."""
    with Simulator("kimi", speed=0) as sim, client_of(sim) as client:
        before = client.get("/batches").json()
        sim.advance(30 * 86_400)
        after = client.get("/batches").json()

    statuses = [batch["status"] for batch in before["data"]]
    assert sorted(statuses) == sorted(phase.status for phase in PROFILES["kimi"].phases.values())
    assert before == after


def test_exhibits_name_files_that_exist() -> None:
    """Every file id in an exhibit can be looked up and downloaded, with as many lines as the counts say."""
    with Simulator("kimi", speed=0) as sim, client_of(sim) as client:
        for batch in client.get("/batches").json()["data"]:
            for name, count in (("output_file_id", batch["request_counts"]["completed"]), ("input_file_id", 3)):
                if batch[name]:
                    assert client.get(f"/files/{batch[name]}").json()["id"] == batch[name]
                    assert len(client.get(f"/files/{batch[name]}/content").text.splitlines()) == count


def test_the_same_run_gives_the_same_bytes(sim: Simulator) -> None:
    """Two servers that stand still answer the same requests with the same bytes, ids and times included."""

    def run(one: Simulator) -> list[bytes]:
        with client_of(one) as client:
            batch = create(client, jsonl(rows(3)), metadata={"a": "b"})
            answers = [client.get("/batches").content]
            one.advance(1000)
            answers.append(client.get(f"/batches/{batch['id']}").content)
            return answers

    with Simulator(sim.provider, speed=0, seeded=False) as other:
        assert run(sim) == run(other)


def test_a_missing_sample_is_named() -> None:
    """What the sources do not show is one clear line, not a KeyError."""
    with pytest.raises(SampleError, match="specs/sources/kimi: no sample of a 418 response of list_batches"):
        response_sample("kimi", "list_batches", 418)


def _types(value: Any) -> Any:
    return {name: type(one) for name, one in value.items()} if isinstance(value, dict) else type(value)


def test_both_forms_of_the_base_url_answer(sim: Simulator) -> None:
    """With `/v1` and without it is the same server."""
    bare = sim.base_url.removesuffix("/v1")
    headers = {"Authorization": f"Bearer {sim.key}"}

    answers = [httpx.get(f"{base}/batches", headers=headers).json() for base in (bare, sim.base_url)]

    assert answers[0] == answers[1]
