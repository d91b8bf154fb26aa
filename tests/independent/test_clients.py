"""Either client, sync and async: upload → create → wait → download against servers that this project did not write."""

import asyncio
import json
from pathlib import Path

import pytest
from kimi_batch import AsyncKimiBatches, KimiBatches
from siliconflow_batch import AsyncSiliconFlowBatches, SiliconFlowBatches

from tests.independent.servers import KEY, LINE, PEERS, Peer, running

KEEP_BATCHES = [peer for peer in PEERS if peer.filled]
SYNC = (KimiBatches, SiliconFlowBatches)
ASYNC = (AsyncKimiBatches, AsyncSiliconFlowBatches)


def results(path: Path) -> list[str]:
    """The custom ids of a results file."""
    return [json.loads(line)["custom_id"] for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.full
@pytest.mark.parametrize("peer", KEEP_BATCHES, ids=lambda peer: peer.name)
def test_a_batch_lives_its_life(tmp_path: Path, peer: Peer) -> None:
    """What comes without SiliconFlow's envelope, or with null metadata, is taken, and named in `.drift`."""
    requests, found = tmp_path / "requests.jsonl", tmp_path / "results.jsonl"
    requests.write_bytes(LINE)

    async def live(client: type[AsyncKimiBatches] | type[AsyncSiliconFlowBatches], url: str) -> None:
        async with client(api_key=KEY, base_url=url) as batches:
            file = await batches.upload(requests)
            created = await batches.create(input_file_id=file.id, completion_window="24h")
            batch = await batches.wait(created.id, timeout=60)
            await batches.download(batch, found)

    with running(peer) as url:
        for client in SYNC:
            with client(api_key=KEY, base_url=url) as batches:
                file = batches.upload(requests)
                batch = batches.create(input_file_id=file.id, completion_window="24h")
                batch = batches.wait(batch.id, timeout=60)
                batches.download(batch, found)
                assert batch.id in {one.id for one in batches.list(limit=2)}
            assert results(found) == ["1"]
        for twin in ASYNC:
            found.unlink()
            asyncio.run(live(twin, f"{url}/v1"))
            assert results(found) == ["1"]
