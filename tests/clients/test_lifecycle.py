"""Upload, create, wait, download: the same lines for either provider, sync and async."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from conformance.simulator import Simulator
from tests.clients.conftest import Client, run

SPEED = 40_000
"""Virtual seconds a real one: an hour of work takes a tenth of a second."""


@pytest.fixture
def simulator(client: Client) -> Iterator[Simulator]:
    """The provider's simulator, quick."""
    with Simulator(client.provider, speed=SPEED) as simulator:
        yield simulator


@pytest.fixture
def batches(client: Client, simulator: Simulator) -> Iterator[Any]:
    """The client, talking to it."""
    with client.sync(api_key=simulator.key, base_url=simulator.base_url, strict=True) as batches:
        yield batches


def custom_ids(content: bytes) -> set[str]:
    """The requests that a file of results answers."""
    return {orjson.loads(line)["custom_id"] for line in content.splitlines()}


def test_a_batch_from_upload_to_results(batches: Any, requests_file: Path, tmp_path: Path) -> None:
    """The whole life of a batch, strict: nothing the provider documents is drift."""
    seen: list[str] = []

    file = batches.upload(requests_file)
    batch = batches.create(input_file_id=file.id, completion_window="24h", metadata={"team": "a"})
    batch = batches.wait(batch.id, timeout=30, interval=0.02, on_progress=lambda batch: seen.append(batch.status))
    batches.download(batch, tmp_path / "results.jsonl")

    assert custom_ids((tmp_path / "results.jsonl").read_bytes()) == {"r0", "r1", "r2"}
    assert batch.request_counts.completed == 3
    assert batch.metadata == {"team": "a"}
    assert seen[-1] == "completed"
    assert batches.retrieve(batch.id) == batch
    assert batch.id in [each.id for each in batches.list(limit=1)]


def test_a_batch_from_upload_to_results_async(
    client: Client, simulator: Simulator, requests_file: Path, tmp_path: Path
) -> None:
    """The async twin takes the same calls."""

    async def life() -> list[str]:
        async with client.asynchronous(api_key=simulator.key, base_url=simulator.base_url, strict=True) as batches:
            file = await batches.upload(requests_file)
            batch = await batches.create(input_file_id=file.id, completion_window="24h", metadata=None)
            batch = await batches.wait(batch.id, timeout=30, interval=0.02)
            await batches.download(batch, tmp_path / "results.jsonl")
            await batches.files()
            return [each.id async for each in batches.list(limit=1)]

    ids = run(life())

    assert custom_ids((tmp_path / "results.jsonl").read_bytes()) == {"r0", "r1", "r2"}
    assert len(ids) == len(set(ids)) > 1


def test_file_objects_go_up_and_down(batches: Any, requests_file: Path) -> None:
    """An open file, or bytes in memory, will do in place of a path."""
    results = io.BytesIO()

    file = batches.upload(io.BytesIO(requests_file.read_bytes()))
    batch = batches.wait(batches.create(file.id).id, timeout=30, interval=0.02)
    batches.download(batch, results)

    assert custom_ids(results.getvalue()) == {"r0", "r1", "r2"}


def test_failed_requests_have_a_file_of_their_own(client: Client, requests_file: Path) -> None:
    """`errors=True` fetches it; where there is no file of results, that is said in a line."""
    with (
        Simulator(client.provider, speed=10 * SPEED, work_seconds=10**6) as simulator,
        client.sync(api_key=simulator.key, base_url=simulator.base_url) as batches,
    ):
        batch = batches.wait(batches.create(batches.upload(requests_file).id, "24h").id, timeout=30, interval=0.02)
        errors = io.BytesIO()
        batches.download(batch, errors, errors=True)

        assert batch.status == "expired"
        assert custom_ids(errors.getvalue()) <= {"r0", "r1", "r2"}


def test_a_batch_can_be_cancelled(client: Client, requests_file: Path) -> None:
    """Cancelling asks; waiting tells when it is done."""
    with (
        Simulator(client.provider, speed=SPEED, work_seconds=80_000) as simulator,
        client.sync(api_key=simulator.key, base_url=simulator.base_url) as batches,
    ):
        batch = batches.create(batches.upload(requests_file).id)

        batches.cancel(batch.id)

        assert batches.wait(batch.id, timeout=30, interval=0.02).status == "cancelled"


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/"])
def test_a_base_url_may_end_in_v1_or_not(client: Client, simulator: Simulator, suffix: str) -> None:
    """Any form of the address leads to the same endpoint."""
    root = simulator.base_url.removesuffix("/v1")

    with client.sync(api_key=simulator.key, base_url=f"{root}{suffix}") as batches:
        assert list(batches.list())


def test_a_provider_keeps_its_own_extras(client: Client, simulator: Simulator, requests_file: Path) -> None:
    """Kimi's file operations; SiliconFlow's `replace` and its list of files by purpose."""
    with client.sync(api_key=simulator.key, base_url=simulator.base_url) as batches:
        file = batches.upload(requests_file)

        assert file.id in {each.id for each in batches.files()}
        if client.provider == "kimi":
            assert batches.file(file.id).filename == "requests.jsonl"
            assert batches.delete_file(file.id).deleted
        else:
            batch = batches.wait(batches.create(file.id, replace={"model": "another"}).id, timeout=30, interval=0.02)
            results = io.BytesIO()
            batches.download(batch, results)
            assert b'"model":"another"' in results.getvalue()
