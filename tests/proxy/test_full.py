"""What takes long: files of hundreds of megabytes, and the SDK of another language."""

import hashlib
import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import httpx
import pytest

from conformance.simulator import Simulator
from scripts.benchmarks.peers import library_from_npm
from tests.proxy.command import running
from tests.proxy.kit import KEY, head_of, provider
from tests.simulator.kit import DAY, PROVIDERS, jsonl, rows

pytestmark = pytest.mark.full
LARGE = 200_000_000
PIECE = bytes(range(256)) * 256


def pieces() -> Iterator[bytes]:
    """A large body."""
    for _ in range(LARGE // len(PIECE)):
        yield PIECE


def digest() -> str:
    """What it amounts to."""
    whole = hashlib.sha256()
    for piece in pieces():
        whole.update(piece)
    return whole.hexdigest()


def test_large_files_pass_in_bounded_memory(tmp_path: Path) -> None:
    """200 MB up and 200 MB down arrive whole; the report says that nobody could keep so much to judge it."""
    came = hashlib.sha256()
    length = LARGE // len(PIECE) * len(PIECE)

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        while head := head_of(reading):
            if head.startswith(b"POST"):
                left = length
                while left:
                    piece = reading.read1(min(left, 1 << 16))  # type: ignore[attr-defined]
                    came.update(piece)
                    left -= len(piece)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                continue
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length)
            with suppress(OSError):
                for piece in pieces():
                    connection.sendall(piece)

    with provider(talk) as url, running(tmp_path, "kimi", url, "--against", "kimi") as proxy:
        before = proxy.memory
        sent = httpx.post(f"{proxy.url}/files", content=pieces(), headers={"Content-Length": str(length)}, timeout=120)
        received = hashlib.sha256()
        with httpx.stream("GET", f"{proxy.url}/files/f/content", timeout=120) as response:
            for piece in response.iter_raw():
                received.update(piece)
        grown = proxy.memory - before
        code = proxy.end()
    assert sent.status_code == 200
    assert came.hexdigest() == received.hexdigest() == digest()
    assert grown < 60_000_000
    assert code != 0
    assert "has no response body, although there was one" in " ".join(proxy.report()["notes"])
    assert list((tmp_path / "tmp").iterdir()) == []


SCRIPT = """
import OpenAI, { toFile } from "openai";
import { readFileSync } from "node:fs";
const [baseURL, apiKey, input, advance, body] = process.argv.slice(2);
const sdk = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const upload = await toFile(readFileSync(input), "requests.jsonl");
const file = await sdk.files.create({ file: upload, purpose: "batch" });
const id = file.id ?? file.data.id;
const asked = { input_file_id: id, endpoint: "/v1/chat/completions", completion_window: "24h" };
const batch = await sdk.batches.create(asked);
await sdk.batches.cancel((await sdk.batches.create(asked)).id);
const headers = { "content-type": "application/json", authorization: `Bearer ${apiKey}` };
await fetch(advance, { method: "POST", headers, body });
const done = await sdk.batches.retrieve(batch.id);
const listed = (await sdk.batches.list({ limit: 2 })).data.length;
let lines = null;
if (!done.output_file_id.startsWith("http")) {
  lines = (await (await sdk.files.content(done.output_file_id)).text()).trim().split("\\n").length;
  await sdk.files.delete(id);
}
console.log(JSON.stringify({ status: done.status, listed, lines }));
"""


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_sdk_of_node_works_through_it(tmp_path: Path, name: str) -> None:
    """A whole life, in another language, as the SDK has it without the gateway."""
    modules = library_from_npm("openai@7.57.0", "openai")
    if modules is None:
        pytest.skip("npm cannot install openai here")
    (tmp_path / "node_modules").symlink_to(modules)
    (tmp_path / "job.mjs").write_text(SCRIPT)
    (tmp_path / "requests.jsonl").write_bytes(jsonl(rows(3)))
    with (
        Simulator(name, key=KEY, speed=0) as simulator,
        running(tmp_path, name, simulator.base_url, "--against", "kimi", "--no-known") as proxy,
    ):
        control = simulator.base_url.removesuffix("/v1") + "/_control/advance"
        done = subprocess.run(
            ["node", "job.mjs", proxy.url, KEY, "requests.jsonl", control, json.dumps({"seconds": DAY})],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        code = proxy.end()
    assert done.returncode == 0, done.stderr
    lines = None if name == "siliconflow" else 3
    assert json.loads(done.stdout) == {"status": "completed", "listed": 2, "lines": lines}
    assert code in {0, 1}
    assert KEY not in proxy.out + proxy.err
