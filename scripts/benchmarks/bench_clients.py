"""A generated client beside the `openai` SDK and beside httpx alone: parsing, importing, files up and down, results."""

import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import orjson

from scripts.benchmarks.line import Line, best
from scripts.generate_clients import clients

CLIENT = clients()[0]
"""The client that is measured: they all share their code."""
OURS = CLIENT.package
ITEMS = 100
SIZE = 100_000_000
"""Bytes of the file that goes up and down."""
RESULTS = 1_000_000_000
"""Bytes of the file of results that is read."""
_PIECE = bytes(1 << 16)

_IMPORT = "import time; start = time.process_time(); {}; print(time.process_time() - start)"

_OURS = f"""
from {OURS} import Batch, {CLIENT.face}
client = {CLIENT.face}(api_key="k", base_url=url)
small = path + ".small"
upload = client.upload
def download(name):
    batch = Batch.from_dict({{"id": "b", "status": "completed", "output_file_id": name}})
    client.download(batch, path + ".out")
"""
_THEIRS = """
from pathlib import Path
from openai import OpenAI
client = OpenAI(api_key="k", base_url=url + "/v1")
small = path + ".small"
def upload(path):
    client.files.create(file=Path(path), purpose="batch")
def download(name):
    client.files.content(name).write_to_file(path + ".out")
"""
_GROWTH = """
import resource, sys
url, path = sys.argv[1:]
{client}
upload(small), download("small")
grown = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = grown()
{action}
print((grown() - start) / 1024)
"""
"""Megabytes by which a process grows at most, past what it needed for a small file."""
_STREAM = f"""
import resource, sys, time
from {OURS} import Batch, {CLIENT.face}
url, _ = sys.argv[1:]
client = {CLIENT.face}(api_key="k", base_url=url)
def count(name):
    batch = Batch.from_dict({{"id": "b", "status": "completed", "output_file_id": name}})
    return sum(result.ok for result in client.results(batch))
count("small")
start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.process_time()
number = count("results")
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start) / 1024, number / (time.process_time() - began))
"""
"""Megabytes by which a process that reads a large file of results grows, and the results that it reads in a second."""


def run(*, full: bool) -> Iterator[Line]:
    """The figures of the clients; `full` adds none."""
    del full
    yield from _parsing()
    yield from _importing()
    yield from _files()
    yield from _results()


def _page() -> bytes:
    batch = {
        "object": "batch",
        "endpoint": "/v1/chat/completions",
        "input_file_id": "file_1",
        "completion_window": "24h",
        "status": "completed",
        "output_file_id": "file_2",
        "error_file_id": None,
        "created_at": 1_750_000_000,
        "in_progress_at": 1_750_000_060,
        "expires_at": 1_750_086_400,
        "finalizing_at": 1_750_003_000,
        "completed_at": 1_750_003_600,
        "failed_at": None,
        "cancelling_at": None,
        "cancelled_at": None,
        "request_counts": {"completed": 9, "failed": 1, "total": 10},
        "metadata": {"team": "a"},
    }
    return json.dumps(
        {"object": "list", "data": [{"id": f"batch_{n}", **batch} for n in range(ITEMS)], "has_more": False}
    ).encode()


def _parsing() -> Iterator[Line]:
    from openai._models import construct_type  # noqa: PLC0415 - what its calls read a body with
    from openai.pagination import SyncCursorPage  # noqa: PLC0415
    from openai.types import Batch  # noqa: PLC0415

    record = import_module(f"{OURS}._provider").PROVIDER
    read: Callable[[Any], object] = record.model(record.operations["list_batches"].model).from_dict
    body = _page()
    data: dict[str, Any] = json.loads(body)
    kind = SyncCursorPage[Batch]
    theirs, ours = best([lambda: construct_type(value=data, type_=kind), lambda: read(data)], turns=60)
    yield Line(f"a page of {ITEMS} batches from JSON data: openai, default", theirs * 1e3, "ms")
    yield Line(f"a page of {ITEMS} batches from JSON data: {OURS}", ours * 1e3, "ms")
    yield Line(f"  {OURS} is faster by", theirs / ours, "×", 10)
    theirs, ours = best(
        [
            lambda: construct_type(value=json.loads(body), type_=kind),
            lambda: read(json.loads(body)),
        ],
        turns=60,
    )
    yield Line("  and from the bytes of the body, JSON included, by", theirs / ours, "×")


def _importing() -> Iterator[Line]:
    """Warm, with everything compiled and read before; and cold, with nothing compiled."""
    face = f"from {OURS} import {CLIENT.face}"
    for state, turns in (("", 9), (", not compiled yet", 3)):
        environment = (
            {**os.environ, "PYTHONPYCACHEPREFIX": "/nowhere", "PYTHONDONTWRITEBYTECODE": "1"} if state else None
        )
        alone, ours, theirs = (
            min(float(_child(_IMPORT.format(statement), environment=environment)) for _ in range(turns))
            for statement in ("import httpx", face, "import openai")
        )
        yield Line(f"import httpx{state}", alone * 1e3, "ms")
        yield Line(f"{face}{state}", ours * 1e3, "ms")
        yield Line(f"import openai{state}", theirs * 1e3, "ms")
        yield Line(f"  {OURS} over httpx alone{state}", ours / alone, "×", 1.4, at_most=True)


def _files() -> Iterator[Line]:
    with TemporaryDirectory() as folder, _server() as url:
        path = Path(folder) / "large.jsonl"
        path.with_name("large.jsonl.small").write_bytes(b"{}\n")
        with path.open("wb") as stream:
            for _ in range(SIZE // len(_PIECE)):
                stream.write(_PIECE)
        for name, client, goal in (("openai", _THEIRS, None), (OURS, _OURS, 20.0)):
            for verb, action in (("upload", "upload(path)"), ("download", 'download("large")')):
                grown = float(_child(_GROWTH.format(client=client, action=action), url, str(path)))
                yield Line(f"{verb} of {SIZE // 10**6} MB, memory growth: {name}", grown, "MB", goal, at_most=True)


def _results() -> Iterator[Line]:
    lines = _line() * 50_000

    def bare() -> None:
        for line in io.BytesIO(lines):
            orjson.loads(line)

    def ours() -> None:
        transport = httpx.MockTransport(lambda _: httpx.Response(200, content=lines))
        with httpx.Client(transport=transport) as http:
            face = getattr(import_module(OURS), CLIENT.face)(api_key="k", http_client=http)
            for result in face.results("https://files.example/results"):
                assert result.ok

    loop, read = (50_000 / seconds for seconds in best([bare, ours], clock=time.process_time))
    yield Line(f"lines of {len(_line())} bytes through orjson.loads, nothing else", loop / 1e3, "k/s")
    yield Line(f"the same as results of {OURS}", read / 1e3, "k/s", 100)
    with _server() as url:
        grown, rate = map(float, _child(_STREAM, url, "").split())
    yield Line(f"{RESULTS // 10**9} GB of results over a socket, memory growth: {OURS}", grown, "MB", 60, at_most=True)
    yield Line("  as many a second of its own time", rate / 1e3, "k/s", 100)


def _line() -> bytes:
    message = {"role": "assistant", "content": "An answer of some length, as most of them are. " * 3}
    usage = {"prompt_tokens": 12, "completion_tokens": 40, "total_tokens": 52}
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "usage": usage}
    body["choices"] = [{"index": 0, "message": message, "finish_reason": "stop"}]
    response = {"status_code": 200, "request_id": "q", "body": body}
    return json.dumps({"id": "b", "custom_id": "r", "response": response, "error": None}).encode() + b"\n"


def _child(code: str, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """What a process of its own prints."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)  # noqa: S603 - our own
    return done.stdout


@contextmanager
def _server() -> Iterator[str]:
    """A server of files that keeps none in memory: it throws uploads away, and makes downloads up."""
    results = _line() * 1000
    answer = json.dumps(
        {
            "id": "file_1",
            "object": "file",
            "bytes": 1,
            "created_at": 1,
            "filename": "f",
            "purpose": "batch",
            "status": "ok",
        }
    ).encode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

        def _begin(self, size: int, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(size))
            self.end_headers()

        def do_POST(self) -> None:
            left = int(self.headers["Content-Length"])
            while left:
                left -= len(self.rfile.read(min(left, len(_PIECE))))
            self._begin(len(answer), "application/json")
            self.wfile.write(answer)

        def do_GET(self) -> None:
            piece, size = (results, RESULTS) if "results" in self.path else (_PIECE, SIZE)
            pieces = size // len(piece) if "small" not in self.path else 1
            self._begin(pieces * len(piece), "text/plain")
            for _ in range(pieces):
                self.wfile.write(piece)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
