"""A simulator beside Prism's mock of the same contract; the input check beside orjson doing nothing."""

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import orjson

from conformance.input_rules import check_input
from conformance.specs import specs_dir
from scripts.benchmarks.line import Line, best
from scripts.benchmarks.peers import from_npm
from scripts.benchmarks.subject import SUBJECT

PRISM = "@stoplight/prism-cli@5.16.0"
QUIET = ("--verboseLevel", "silent")
CONNECTIONS, REQUESTS = 4, 4000
LINES = {"200 B": 200, "400 B": 400, "2 kB": 2000}


def run(*, full: bool) -> Iterator[Line]:
    """Both comparisons; Prism's only where npm can install it."""
    command = _prism()
    if command is None:
        yield Line("Prism cannot be installed here (npm): its mock is not compared")
    else:
        with _running(_ours()) as own, _running(command) as other:
            ours, theirs = best([partial(_load, own), partial(_load, other)], turns=3)
        yield Line("list requests a second: ours", REQUESTS / ours, "/s")
        yield Line("list requests a second: Prism's mock", REQUESTS / theirs, "/s")
        yield Line("simulator, Prism's mock being 1", theirs / ours, "×", 3.0)
    for words, size in LINES.items():
        with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
            _write(Path(file.name), size, 100_000_000 if full else 30_000_000)
            bare, own_check = best(
                [partial(_bare, Path(file.name)), partial(check_input, Path(file.name), SUBJECT.name)]
            )
            yield Line(
                f"input check, lines of {words}: speed, orjson doing nothing being 1", bare / own_check, "×", 0.6
            )


def _load(port: int) -> None:
    """The same requests on a few connections, as cheap for the client as can be: the servers are measured."""
    lines = ("GET /v1/batches?limit=2 HTTP/1.1", "Host: localhost", "Authorization: Bearer sk-sim", "Accept: */*")
    head = "".join(f"{line}\r\n" for line in (*lines, ""))
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
    try:
        for _ in range(REQUESTS // CONNECTIONS):
            for connection in connections:
                connection.sendall(head.encode())
            for connection in connections:
                _receive(connection)
    finally:
        for connection in connections:
            connection.close()


def _receive(connection: socket.socket) -> None:
    """One whole answer, whose length is declared or which comes in chunks."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode("latin-1").splitlines()[0])
    length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), None)
    while len(body) < int(length.split(b":")[1]) if length else not body.endswith(b"0\r\n\r\n"):
        body += _some(connection)


def _some(connection: socket.socket) -> bytes:
    received = connection.recv(65_536)
    if not received:
        raise RuntimeError("the server closed the connection")
    return received


def _ours() -> list[str]:
    return [str(Path(sys.executable).with_name("batch-conformance")), "serve", SUBJECT.name, "--port"]


def _prism() -> list[str] | None:
    command = from_npm(PRISM, "prism")
    return None if command is None else [command, "mock", str(specs_dir() / f"{SUBJECT.contract}.yaml"), *QUIET, "-p"]


@contextlib.contextmanager
def _running(command: list[str]) -> Iterator[int]:
    """A server in a process of its own; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own arguments
    try:
        for _ in range(200):
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{port}/v1/batches", timeout=5)
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _write(path: Path, size: int, total: int) -> None:
    """Lines of a length, none with anything to object to."""
    with path.open("wb") as stream:
        for number in range(total // size):
            message = {"role": "user", "content": ""}
            body = {"model": "m", "messages": [message]}
            line = {"custom_id": f"r{number}", "method": "POST", "url": "/v1/chat/completions", "body": body}
            message["content"] = "x" * (size - len(orjson.dumps(line)) - 1)
            stream.write(orjson.dumps(line) + b"\n")


def _bare(path: Path) -> int:
    """Read each line as JSON, and do nothing with it."""
    with path.open("rb") as stream:
        return sum(1 for line in stream if orjson.loads(line))
