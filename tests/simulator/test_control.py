"""A running simulator is told over HTTP what time it is and what to do wrong."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from conformance.simulator import FAULTS, Simulator
from tests.simulator.kit import client_of, create, jsonl, retrieve, rows


@pytest.fixture
def control(sim: Simulator) -> Iterator[httpx.Client]:
    """A client of the control routes."""
    base_url = f"{sim.base_url.removesuffix('/v1')}/_control"
    with httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {sim.key}"}) as client:
        yield client


def test_time_moves_on(control: httpx.Client, client: httpx.Client) -> None:
    """A day later the batch is done."""
    batch = create(client, jsonl(rows(2)))
    before = control.get("").json()["now"]

    after = control.post("/advance", json={"seconds": 86_400}).json()["now"]

    assert after - before == 86_400
    assert retrieve(client, batch)["status"] == "completed"


def test_faults_are_listed_and_turned_on_and_off(control: httpx.Client, client: httpx.Client) -> None:
    """What the table has is offered; a fault that is on acts until it is off."""
    listed = control.get("/faults").json()["faults"]
    on = control.post("/faults", json={"name": "html", "operation": "list_batches", "times": 5}).json()["faults"]
    acting = client.get("/batches").headers["content-type"]
    off = control.delete("/faults/html").json()["faults"]
    control.post("/faults", json={"name": "slow"})
    cleared = control.delete("/faults").json()["faults"]

    assert [one["name"] for one in listed] == list(FAULTS)
    assert (on, acting, off, cleared) == (["html"], "text/html", [], [])


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("POST", "/advance", b"{", 400, "must be JSON"),
        ("POST", "/advance", b"[]", 400, "must be a JSON object"),
        ("POST", "/advance", b"{}", 400, "seconds must be a number"),
        ("POST", "/advance", b'{"seconds": true}', 400, "seconds must be a number"),
        ("POST", "/advance", b'{"seconds": -1}', 400, "time only moves on"),
        ("POST", "/advance", b'{"seconds": 1e15}', 400, "time ends with the year 9998"),
        ("POST", "/advance", b'{"seconds": 1e308}', 400, "time ends with the year 9998"),
        ("POST", "/advance", b'{"seconds": 99999999999999999999999}', 400, "time ends with the year 9998"),
        ("POST", "/advance", b'{"seconds": NaN}', 400, "must be JSON"),
        ("POST", "/advance", b'{"seconds": [1]}', 400, "seconds must be a number"),
        ("POST", "/advance", b'{"seconds": 1, "days": 2}', 400, "days is not known here"),
        ("POST", "/advance", b"[" * 100_000, 400, "must be JSON"),
        ("POST", "/advance", b" " * 2_000_000, 400, "more than"),
        ("POST", "/faults", b'{"name": "nonsense"}', 400, "no such fault"),
        ("POST", "/faults", b'{"name": ""}', 400, "no such fault"),
        ("POST", "/faults", b'{"name": null}', 400, "no such fault"),
        ("POST", "/faults", b'{"name": ["slow"]}', 400, "no such fault"),
        ("POST", "/faults", b"{}", 400, "no such fault"),
        ("POST", "/faults", b'{"name": "slow", "operation": []}', 400, "no such operation"),
        ("POST", "/faults", b'{"name": "slow", "times": -5}', 400, "times must be an integer of at least 1"),
        ("POST", "/faults", b'{"name": "slow", "times": 0}', 400, "times must be an integer of at least 1"),
        ("POST", "/faults", b'{"name": "slow", "times": 0.5}', 400, "times must be an integer of at least 1"),
        ("POST", "/faults", b'{"name": "slow", "times": 1e308}', 400, "times must be an integer of at least 1"),
        ("DELETE", "/faults/nonsense", b"", 400, "no such fault"),
        ("POST", "/faults", b'{"name": "slow", "times": "x"}', 400, "times must be an integer"),
        ("POST", "/faults", b'{"name": "slow", "operation": "list"}', 400, "no such operation"),
        ("GET", "/batches/batch_nowhere", b"", 404, "no such control"),
        ("PUT", "/faults", b"", 404, "no such control"),
    ],
)
def test_wrong_requests_say_what_is_wrong(
    sim: Simulator, control: httpx.Client, method: str, path: str, *, body: bytes, status: int, words: str
) -> None:
    """Errors are one line of text in JSON, whatever the provider, and change nothing."""
    before = sim.now, sim.faults.names
    response = control.request(method, path, content=body)

    assert response.status_code == status
    assert words in response.json()["error"]
    assert (sim.now, sim.faults.names) == before


def test_the_key_guards_it(sim: Simulator) -> None:
    """Without the simulator's key nothing is told and nothing done."""
    base = sim.base_url.removesuffix("/v1")
    before: Any = sim.now

    answers = [httpx.get(f"{base}/_control"), httpx.post(f"{base}/_control/advance", json={"seconds": 1})]

    assert [one.status_code for one in answers] == [401, 401]
    assert sim.now == before


def test_faults_leave_the_control_routes_alone(sim: Simulator, control: httpx.Client) -> None:
    """A server that only breaks can still be told to stop it."""
    sim.faults.add("dropped")

    assert control.delete("/faults").status_code == 200


def test_why_a_batch_failed_is_told(sim: Simulator, control: httpx.Client) -> None:
    """Kimi's batches do not say why they failed; the control route does."""
    with client_of(sim) as client:
        batch = create(client, b"{}\n")
    control.post("/advance", json={"seconds": 600})

    kept = control.get(f"/batches/{batch['id']}").json()

    assert kept["phase"] == "failed"
    assert kept["errors"][0].startswith("line 1: custom_id must be a string")
