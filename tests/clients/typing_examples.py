"""How the clients are used, for type checkers only: nothing here is ever run."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import BinaryIO, assert_type

import httpx
from batch_client import AsyncBatches, Batches, Result
from batch_client import Batch as AnyBatch
from kimi_batch import AsyncKimiBatches, Drift, KimiBatches, StatusError, UnreadableResponse, WaitTimedOut
from kimi_batch.models import Batch, BatchStatus, DeletedFile, File, RequestCounts
from siliconflow_batch import AsyncSiliconFlowBatches, SiliconFlowBatches
from siliconflow_batch.models import Batch as SiliconFlowBatch
from siliconflow_batch.models import UploadedFile


def sync_life(stream: BinaryIO) -> None:
    """Kimi, from upload to results."""
    with KimiBatches(api_key=None, base_url=None, timeout=30.0, retries=3, strict=True) as batches:
        file = assert_type(batches.upload("requests.jsonl"), File)
        batches.upload(Path("requests.jsonl"))
        batches.upload(stream, purpose="batch")
        batch = assert_type(batches.create(input_file_id=file.id, completion_window="24h", metadata=None), Batch)
        batch = batches.wait(batch.id, timeout=60, on_progress=print)
        batches.download(batch, "results.jsonl")
        batches.download(batch, stream, errors=True)
        assert_type(batches.retrieve(batch.id), Batch)
        assert_type(batches.cancel(batch.id), Batch)
        assert_type(batches.list(limit=20), Iterator[Batch])
        assert_type(batches.delete_file(file.id), DeletedFile)


def fields(batch: Batch) -> None:
    """What is documented is typed, what may be missing may be None."""
    assert_type(batch.status, BatchStatus)
    assert_type(batch.status.is_known, bool)
    assert_type(batch.request_counts, RequestCounts)
    assert_type(batch.output_file_id, str | None)
    assert_type(batch.drift, tuple[Drift, ...])
    for drift in batch.drift:
        assert_type(drift.documented, str)


async def async_life() -> None:
    """The async twin."""
    async with AsyncKimiBatches(timeout=httpx.Timeout(5, read=60)) as batches:
        file = await batches.upload("requests.jsonl")
        batch = await batches.wait((await batches.create(file.id)).id)
        await batches.download(batch, "results.jsonl")
        assert_type(batches.list(), AsyncIterator[Batch])


def siliconflow() -> None:
    """The same face; its own extras beside it."""
    with SiliconFlowBatches() as batches:
        file = assert_type(batches.upload("requests.jsonl"), UploadedFile)
        batch = assert_type(batches.create(file.id, replace={"model": "m"}), SiliconFlowBatch)
        batch = batches.wait(batch.id)
        assert_type(batch.status, str)
        if batch.request_counts and batch.request_counts.total:
            assert_type(batch.request_counts.total, int)


def results(batches: KimiBatches | SiliconFlowBatches) -> dict[str, str]:
    """Either client, without saying which: one face, for type checkers too."""
    file = batches.upload([{"custom_id": "r0"}])
    batches.upload(b"{}")
    batch = batches.create(input_file_id=file.id, timeout=5)
    batch = batches.wait(batch.id, on_progress=print)
    found: dict[str, str] = {}
    for result in batches.results(batch):
        assert_type(result, Result)
        assert_type(result.ok, bool)
        if result.custom_id and result.text:
            found[result.custom_id] = result.text
        elif result.error:
            assert_type(result.error.message, str)
    batches.download(batch.id, "results.jsonl")
    assert_type(batches.delete_file(file.id).drift, tuple[Drift, ...])
    return found


def protocols() -> None:
    """Every client is what the protocols say."""
    sync: list[Batches] = [KimiBatches(), SiliconFlowBatches(http_client=httpx.Client(), headers={"x": "y"})]
    asynchronous: list[AsyncBatches] = [AsyncKimiBatches(), AsyncSiliconFlowBatches(http_client=httpx.AsyncClient())]
    assert len(sync) == len(asynchronous)


def errors(batches: KimiBatches) -> int:
    """What went wrong is typed too."""
    try:
        batches.retrieve("batch_1")
    except StatusError as error:
        return assert_type(error.status_code, int)
    except UnreadableResponse as error:
        return len(assert_type(error.place, str))
    except WaitTimedOut as error:
        assert_type(error.batch, AnyBatch | None)
    return 0
