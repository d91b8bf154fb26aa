"""One function, written against the protocols, run with every client; errors that are everybody's."""

from pathlib import Path
from typing import Any

import batch_client
import orjson
import pytest

from conformance.simulator import Simulator
from tests.clients.conftest import CLIENTS, Client, run
from tests.clients.portable import answers, answers_async, why_not
from tests.wrong.server import Reply, json_reply


def requests(path: Path) -> list[Any]:
    """The requests of a file."""
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("twin", ["sync", "async"])
def test_one_function_serves_all_clients(client: Client, twin: str, requests_file: Path) -> None:
    """From requests to results, against the provider's simulator."""
    seen: list[str] = []
    with Simulator(client.provider, speed=100_000) as simulator:
        options = {"api_key": simulator.key, "base_url": simulator.base_url}
        if twin == "sync":
            with client.sync(**options) as batches:
                found = answers(batches, requests(requests_file), seen)
        else:
            found = run(answers_async(client.asynchronous(**options), requests(requests_file), seen))

    assert {name: result.ok for name, result in found.items()} == {"r0": True, "r1": True, "r2": True}
    assert all(result.text for result in found.values())
    assert seen[-1] == "completed"


def test_errors_of_all_packages_are_the_same_classes() -> None:
    """What catches one catches the other."""
    names = [name for name in batch_client.__all__ if _is_error(getattr(batch_client, name))]

    for client in CLIENTS:
        for name in names:
            assert getattr(client.package, name) is getattr(batch_client, name)
        assert client.package.Drift is batch_client.Drift
        assert client.package.Result is batch_client.Result
    assert len(names) >= 12


def _is_error(one: object) -> bool:
    return isinstance(one, type) and issubclass(one, batch_client.BatchError)


def test_an_error_of_any_client_is_caught_by_the_common_name(client: Client) -> None:
    """And drift is told in the same words."""
    with client.talking_to(lambda _: Reply(404)) as batches:
        assert (why_not(batches, "b") or "").startswith("404 Not Found")
    with client.talking_to(lambda _: json_reply({**client.batch(1), "id": "b", "created_at": "now"})) as batches:
        assert why_not(batches, "b") == '$.created_at: "now" where an integer is documented'
