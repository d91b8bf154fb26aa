"""Contracts that say little of what they answer are simulated too: what nobody describes is as it usually is."""

from copy import deepcopy
from typing import Any

import httpx
import pytest

from conformance.contract import load
from conformance.simulator import DEFAULT_KEY, Simulator, simulator
from conformance.simulator.documented import documented
from tests.compare.uses import contract
from tests.simulator.kit import DAY, create, download, jsonl, row

ANY: tuple[Any, ...] = (True, {}, {"type": "object"})


def shapes(name: str, schema: Any) -> dict[str, Any]:
    """Kimi's schemas, with another one of that name, or for the items of its lists."""
    data = deepcopy(load("kimi").document.data)
    schemas = data["components"]["schemas"]
    if name == "data":
        for one in ("BatchList", "FileList"):
            schemas[one]["properties"]["data"] = schema
    else:
        schemas[name] = schema
    return dict(data)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Serves a contract under Kimi's name."""

    def serve(data: dict[str, Any]) -> Simulator:
        monkeypatch.setattr(simulator, "PROFILES", {"kimi": documented("kimi", contract(data, "kimi"))})
        return Simulator("kimi", speed=0)

    return serve


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        *(("data", one) for one in (*ANY, {"type": "array"}, {"type": "array", "items": True})),
        *((name, one) for name in ("BatchList", "FileList", "Batch", "File") for one in ANY),
    ],
)
def test_a_life_is_seen_to_its_end(served: Any, name: str, schema: Any) -> None:
    """Uploaded, created, listed, finished and read: no answer says that the server has failed, and ids lead on."""
    with served(shapes(name, schema)) as sim:
        headers = {"Authorization": f"Bearer {DEFAULT_KEY}"}
        with httpx.Client(base_url=sim.base_url, headers=headers) as client:
            batch = create(client, jsonl([row("a")]))
            sim.advance(DAY)
            listed = client.get("/batches", params={"limit": 1}).json()
            files = client.get("/files").json()
            done = client.get(f"/batches/{batch['id']}").json()

            assert [one["id"] for one in listed["data"]] == [batch["id"]]
            assert (listed["object"], listed["has_more"]) == ("list", True)
            assert done["input_file_id"] in {one["id"] for one in files["data"]}
            assert [line["custom_id"] for line in download(client, done["output_file_id"])] == ["a"]


def test_a_list_that_is_no_object_is_a_bare_array(served: Any) -> None:
    """Its items are those that are described where one batch is asked for."""
    with served(shapes("BatchList", {"type": "array"})) as sim:
        batches = httpx.get(f"{sim.base_url}/batches", headers={"Authorization": f"Bearer {DEFAULT_KEY}"}).json()

    assert {one["object"] for one in batches} == {"batch"}
