"""The generated clients beside the `openai` SDK and beside httpx alone: parsing, importing, and files up and down."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scripts.benchmarks.line import Line, best

ITEMS = 100
SIZE = 100_000_000
"""Bytes of the file that goes up and down."""
_PIECE = bytes(1 << 16)

_IMPORT = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"

_OURS = """
from kimi_batch import Batch, KimiBatches
client = KimiBatches(api_key="k", base_url=url)
small = path + ".small"
upload = client.upload
def download(name):
    batch = Batch.from_dict({"id": "b", "status": "completed", "output_file_id": name})
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


def run(*, full: bool) -> Iterator[Line]:
    """The figures of the clients; `full` adds none."""
    del full
    yield from _parsing()
    yield from _importing()
    yield from _files()


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

    read: Callable[[Any], object] = import_module("kimi_batch.models").BatchList.from_dict
    body = _page()
    data: dict[str, Any] = json.loads(body)
    kind = SyncCursorPage[Batch]
    theirs, ours = best([lambda: construct_type(value=data, type_=kind), lambda: read(data)], turns=60)
    yield Line(f"a page of {ITEMS} batches from JSON data: openai, default", theirs * 1e3, "ms")
    yield Line(f"a page of {ITEMS} batches from JSON data: kimi_batch", ours * 1e3, "ms")
    yield Line("  kimi_batch is faster by", theirs / ours, "×", 10)
    theirs, ours = best(
        [
            lambda: construct_type(value=json.loads(body), type_=kind),
            lambda: read(json.loads(body)),
        ],
        turns=60,
    )
    yield Line("  and from the bytes of the body, JSON included, by", theirs / ours, "×")


def _importing() -> Iterator[Line]:
    alone, ours, theirs = (
        min(float(_child(_IMPORT.format(statement))) for _ in range(9))
        for statement in ("import httpx", "from kimi_batch import KimiBatches", "import openai")
    )
    yield Line("import httpx", alone * 1e3, "ms")
    yield Line("from kimi_batch import KimiBatches", ours * 1e3, "ms")
    yield Line("import openai", theirs * 1e3, "ms")
    yield Line("  kimi_batch over httpx alone", ours / alone, "×", 1.4, at_most=True)


def _files() -> Iterator[Line]:
    with TemporaryDirectory() as folder, _server() as url:
        path = Path(folder) / "large.jsonl"
        path.with_name("large.jsonl.small").write_bytes(b"{}\n")
        with path.open("wb") as stream:
            for _ in range(SIZE // len(_PIECE)):
                stream.write(_PIECE)
        for name, client, goal in (("openai", _THEIRS, None), ("kimi_batch", _OURS, 20.0)):
            for verb, action in (("upload", "upload(path)"), ("download", 'download("large")')):
                grown = float(_child(_GROWTH.format(client=client, action=action), url, str(path)))
                yield Line(f"{verb} of {SIZE // 10**6} MB, memory growth: {name}", grown, "MB", goal, at_most=True)


def _child(code: str, *arguments: str) -> str:
    """What a process of its own prints."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    return done.stdout


@contextmanager
def _server() -> Iterator[str]:
    """A server of files that keeps none in memory: it throws uploads away, and makes downloads up."""
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
            pieces = SIZE // len(_PIECE) if "large" in self.path else 1
            self._begin(pieces * len(_PIECE), "text/plain")
            for _ in range(pieces):
                self.wfile.write(_PIECE)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
