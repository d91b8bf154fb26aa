"""Installs and starts independent servers, each at a pinned version, in a folder of the checkout that git ignores."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from attrs import frozen

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".peers"
KEY = "sk-test"
LINE = b'{"custom_id":"1","method":"POST","url":"/v1/chat/completions","body":{"model":"m","messages":[]}}\n'


@frozen
class Peer:
    """An independent server: where it comes from, and how it is started on a port."""

    name: str
    package: str
    command: Callable[[Path, int], Sequence[str | Path]]
    npm: bool
    filled: bool = True
    """Whether it keeps batches, so that some are made first."""


PEERS = (
    Peer(
        "llmock", "llmock==0.2.2", lambda folder, port: [folder / "bin/llmock", "serve", "--port", str(port)], npm=False
    ),
    Peer(
        "aimock",
        "@copilotkit/aimock@1.43.0",
        lambda folder, port: [folder / "node_modules/.bin/llmock", "--port", str(port), "--fixtures", folder],
        npm=True,
    ),
    Peer(
        "prism",
        "@stoplight/prism-cli@5.16.0",
        lambda folder, port: [
            folder / "node_modules/.bin/prism",
            "mock",
            "--port",
            str(port),
            ROOT / "specs/kimi.yaml",
        ],
        npm=True,
        filled=False,
    ),
)

NPM_OPTIONS = ("--no-audit", "--no-fund", "--fetch-retries", "1", "--fetch-timeout", "20000")
OUT_OF_REACH: dict[str, str] = {}
"""Why a server cannot be installed here, found out once."""


def install(peer: Peer) -> Path:
    """The folder that a server is installed in; skips the test where it cannot be installed."""
    folder = FOLDER / peer.name
    ready = folder / ".ready"
    if ready.exists() and ready.read_text(encoding="utf-8") == peer.package:
        return folder
    if peer.name in OUT_OF_REACH:
        pytest.skip(OUT_OF_REACH[peer.name])
    if peer.npm and shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if peer.npm:
        steps = [["npm", "install", "--silent", *NPM_OPTIONS, "--prefix", folder, peer.package]]
    else:
        steps = [[sys.executable, "-m", "venv", folder], [folder / "bin/pip", "install", "--quiet", peer.package]]
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode:
            OUT_OF_REACH[peer.name] = (
                f"{peer.package} cannot be installed: {(done.stderr or done.stdout).strip()[-200:]}"
            )
            pytest.skip(OUT_OF_REACH[peer.name])
    ready.write_text(peer.package, encoding="utf-8")
    return folder


@contextmanager
def running(peer: Peer) -> Iterator[str]:
    """Start a server, with a few batches in it where it keeps any; yields its base URL."""
    folder = install(peer)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        peer.command(folder, port),
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait(url, process)
        if peer.filled:
            _fill(url)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until a server answers."""
    for _ in range(300):
        assert process.poll() is None, "the server ended at once"
        try:
            httpx.get(f"{url}/v1/batches", headers={"Authorization": f"Bearer {KEY}"}, timeout=5)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server does not answer")


def _fill(url: str) -> None:
    with httpx.Client(base_url=f"{url}/v1", headers={"Authorization": f"Bearer {KEY}"}, timeout=20) as client:
        for _ in range(4):
            file = client.post("/files", files={"file": ("a.jsonl", LINE)}, data={"purpose": "batch"}).json()["id"]
            wanted = {"input_file_id": file, "endpoint": "/v1/chat/completions", "completion_window": "24h"}
            client.post("/batches", json=wanted).raise_for_status()
