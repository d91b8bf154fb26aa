"""Wide and slow: many clients at once, large files, speed and memory."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from conformance.simulator import Simulator
from tests.simulator.kit import ASKED, PROVIDERS, download, jsonl, retrieve, row, rows, upload

pytestmark = pytest.mark.full

BATCHES, LINES, CLIENTS = 500, 200, 20
MEGABYTE = 1_000_000


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("kept", [False, True])
def test_many_batches_by_many_clients(provider: str, *, kept: bool, tmp_path: Path) -> None:
    """500 batches of 200 lines, created, polled and finished by 20 clients: no error, no lost line."""
    content = jsonl(rows(LINES))

    def life(client: httpx.Client) -> list[str]:
        batch = client.post("/batches", json={"input_file_id": upload(client, content)} | ASKED).json()
        counts = 0
        while not batch["output_file_id"]:
            batch = retrieve(client, batch)
            done = (batch["request_counts"] or {}).get("completed", 0)
            assert done >= counts
            counts = done
        assert batch["status"] == "completed"
        return [line["custom_id"] for line in download(client, batch["output_file_id"])]

    def work(sim: Simulator) -> list[list[str]]:
        headers = {"Authorization": f"Bearer {sim.key}"}
        with httpx.Client(base_url=sim.base_url, headers=headers, timeout=60) as client:
            return [life(client) for _ in range(BATCHES // CLIENTS)]

    state = tmp_path if kept else None
    with Simulator(provider, speed=3600, seeded=False, state=state) as sim, ThreadPoolExecutor(CLIENTS) as pool:
        done = [lines for result in pool.map(work, [sim] * CLIENTS) for lines in result]

    assert len(done) == BATCHES
    assert all(lines == [f"request-{number}" for number in range(LINES)] for lines in done)


def _write(path: Path, size: int, length: int) -> None:
    """A good file of a size, of lines about so long."""
    line = orjson.dumps(row("request-0000000", messages=[{"role": "user", "content": "x" * max(1, length - 150)}]))
    with path.open("wb") as out:
        for number in range(size // (len(line) + 1)):
            out.write(line.replace(b"0000000", b"%07d" % number, 1) + b"\n")


_CHECK = """
import sys
from pathlib import Path
from conformance.input_rules import check_input
assert check_input(Path(sys.argv[1]), "kimi").ok
with open("/proc/self/status") as status:  # getrusage would tell the peak of the process that started this one
    print(next(line for line in status if line.startswith("VmHWM:")).split()[1])
"""


@pytest.mark.parametrize("length", [400, 2000, 100_000])
def test_a_large_file_is_checked_in_little_memory(length: int, tmp_path: Path) -> None:
    """100 MB in one pass, within 200 MB; how fast is the benchmark's business."""
    path = tmp_path / "large.jsonl"
    _write(path, 100 * MEGABYTE, length)

    result = subprocess.run(
        [sys.executable, "-c", _CHECK, str(path)], capture_output=True, text=True, check=True, env=dict(os.environ)
    )

    assert int(result.stdout) <= 200 * 1024


def test_a_large_upload_is_streamed_to_disk(tmp_path: Path) -> None:
    """100 MB arrive, are checked, answered and downloaded, and the server never holds them in memory."""
    path = tmp_path / "large.jsonl"
    _write(path, 99 * MEGABYTE, 2000)
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(tmp_path / "state")], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert server.stdout is not None
    base_url = server.stdout.readline().strip()
    headers = {"Authorization": "Bearer sk-sim"}
    try:
        with httpx.Client(base_url=base_url, headers=headers, timeout=120) as client, path.open("rb") as stream:
            form: dict[str, Any] = {"data": {"purpose": "batch"}, "files": {"file": ("large.jsonl", stream)}}
            file_id = client.post("/files", **form).json()["id"]
            batch = client.post("/batches", json={"input_file_id": file_id} | ASKED).json()
            while not batch["output_file_id"]:
                batch = retrieve(client, batch)
                assert batch["status"] != "failed"
            with client.stream("GET", f"/files/{batch['output_file_id']}/content") as response:
                lines = sum(chunk.count(b"\n") for chunk in response.iter_bytes())
        with path.open("rb") as stream:
            assert lines == sum(1 for _ in stream)
        peak = [line for line in Path(f"/proc/{server.pid}/status").read_text().splitlines() if "VmHWM" in line]
        assert int(peak[0].split()[1]) < 200 * 1024
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


_SERVE = """
import sys
from pathlib import Path
from conformance.simulator import Simulator, serve
serve(Simulator("kimi", speed=3600, state=Path(sys.argv[1])), lambda sim: print(sim.base_url, flush=True))
"""
