"""Stoplight Prism, an independent validator, stands between client and simulator and finds no violation."""

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from conformance.simulator import Simulator
from tests.independent.servers import LINE, PEERS, ROOT, install, wait

PRISM = next(peer for peer in PEERS if peer.name == "prism")
PREFIX = {"kimi": "/v1", "siliconflow": ""}
"""What the paths of a contract begin with; the rest of the address is the server's."""
DAY = 86_400.0


@contextmanager
def validated(provider: str, simulator: Simulator) -> Iterator[httpx.Client]:
    """A client whose requests go through the proxy."""
    folder = install(PRISM)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    upstream = simulator.base_url.removesuffix(PREFIX[provider])
    process = subprocess.Popen(
        [folder / "node_modules/.bin/prism", "proxy", ROOT / f"specs/{provider}.yaml", upstream, "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait(url, process)
        headers = {"Authorization": f"Bearer {simulator.key}"}
        with httpx.Client(base_url=url + PREFIX[provider], headers=headers, timeout=30) as client:
            yield client
    finally:
        process.terminate()
        process.wait(timeout=20)


def lifecycle(client: httpx.Client, simulator: Simulator) -> Iterator[httpx.Response]:
    """Every answer of two batches' lives, one run to its end and one cancelled, and of the usual refusals."""
    yield client.get("/batches")
    yield client.get("/batches", params={"limit": 2})
    yield client.get("/batches", headers={"Authorization": "Bearer wrong"})
    yield client.get("/batches/nothing-there")
    upload = client.post("/files", files={"file": ("a.jsonl", LINE)}, data={"purpose": "batch"})
    yield upload
    body = upload.json()
    wanted = {
        "input_file_id": body.get("data", body)["id"],
        "endpoint": "/v1/chat/completions",
        "completion_window": "24h",
    }
    yield client.get("/files", params={"purpose": "batch"})
    for cancelled in (False, True):
        created = client.post("/batches", json=wanted)
        yield created
        batch = created.json()["id"]
        yield client.get(f"/batches/{batch}")
        for step in range(12):
            if cancelled and step == 1:
                yield client.post(f"/batches/{batch}/cancel")
            simulator.advance(DAY / 24)
            yield client.get(f"/batches/{batch}")
            yield client.get("/batches")
    yield client.post("/batches", json={**wanted, "input_file_id": "nothing-there"})


@pytest.mark.full
@pytest.mark.parametrize("provider", PREFIX)
def test_prism_finds_no_violation_in_a_faultless_simulator(provider: str) -> None:
    """Neither in a success nor in a refusal that the contract documents."""
    documented: set[int] = set()
    with Simulator(provider, speed=0) as simulator, validated(provider, simulator) as client:
        for answer in lifecycle(client, simulator):
            violations = json.loads(answer.headers.get("sl-violations", "[]"))
            assert [one for one in violations if one["location"][0] == "response"] == [], answer.request.url
            documented.add(answer.status_code)
    assert {200, 401} <= documented


@pytest.mark.full
def test_prism_finds_what_is_wrong() -> None:
    """The proxy is not blind: a fault of the simulator is a violation."""
    with Simulator("kimi", speed=0, faults=["counts-null"]) as simulator, validated("kimi", simulator) as client:
        violations = json.loads(client.get("/batches").headers.get("sl-violations", "[]"))
    assert any(one["location"][0] == "response" for one in violations)
