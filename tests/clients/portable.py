"""Code written against `batch_client` alone: type-checked, and run with every client."""

from collections.abc import Iterable, Mapping
from typing import Any

from batch_client import AsyncBatches, Batch, BatchError, Batches, File, Result


def answers(
    batches: Batches, requests: Iterable[Mapping[str, Any]], seen: list[str | None]
) -> dict[str | None, Result]:
    """Submit requests, wait, and read what became of each."""
    file: File = batches.upload(requests)
    batch: Batch = batches.create(input_file_id=file.id, completion_window="24h", metadata={"team": "a"})
    batch = batches.wait(batch.id, timeout=30, interval=0.02, on_progress=lambda batch: seen.append(batch.status))
    return {result.custom_id: result for result in batches.results(batch)}


async def answers_async(
    batches: AsyncBatches, requests: Iterable[Mapping[str, Any]], seen: list[str | None]
) -> dict[str | None, Result]:
    """The same, async; what follows the progress may be async too."""

    async def follow(batch: Batch) -> None:
        seen.append(batch.status)

    async with batches:
        file: File = await batches.upload(requests)
        batch: Batch = await batches.create(input_file_id=file.id)
        batch = await batches.wait(batch.id, timeout=30, interval=0.02, on_progress=follow)
        return {result.custom_id: result async for result in batches.results(batch.id)}


def why_not(batches: Batches, batch_id: str) -> str | None:
    """What is wrong with a batch; errors are everybody's."""
    try:
        batch = batches.retrieve(batch_id)
    except BatchError as error:
        return str(error)
    return ", ".join(drift.message for drift in batch.drift) or None
