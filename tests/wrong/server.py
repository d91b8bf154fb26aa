"""A loopback HTTP server whose answers are given by a function."""

import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import orjson
from attrs import frozen

Json = Any


@frozen
class Asked:
    """A request as a server sees it. `number` counts from 1."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    number: int

    def value(self, name: str) -> str | None:
        """The last value of a query parameter."""
        return self.query[name][-1] if name in self.query else None


@frozen
class Reply:
    """An answer. `raw` goes over the wire as it is; `media_type` None declares none."""

    status: int = 200
    raw: bytes = b""
    media_type: str | None = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    length: int | None = None
    """A Content-Length other than the body's."""
    reason: str | None = None
    """The reason phrase."""
    cut: Literal["", "drop", "hang"] = ""
    """Hang up, or say nothing, instead."""


DROP, HANG = Reply(cut="drop"), Reply(cut="hang")


def json_reply(payload: Json, status: int = 200) -> Reply:
    """A JSON answer."""
    return Reply(status, orjson.dumps(payload))


Answering = Callable[[Asked], Reply]


@contextmanager
def serving(answer: Answering) -> Iterator[str]:
    """Serve on a free port; yields the base URL without a path."""
    lock, over = threading.Lock(), threading.Event()
    count = 0

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one segment: no waiting for delayed acknowledgements

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _answer(self) -> None:
            nonlocal count
            with lock:
                count += 1
                number = count
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = parse_qs(parts.query, keep_blank_values=True)
            reply = answer(Asked(self.command, parts.path, query, headers, body, number))
            if reply.cut:
                over.wait(60 if reply.cut == "hang" else 0)
                self.close_connection = True
                return
            self.send_response(reply.status, reply.reason)
            if reply.media_type is not None:
                self.send_header("Content-Type", reply.media_type)
            for name, value in reply.headers:
                self.send_header(name, value)
            if reply.status != 204:
                self.send_header("Content-Length", str(len(reply.raw) if reply.length is None else reply.length))
            self.end_headers()
            self.wfile.write(reply.raw)
            if reply.length is not None:
                self.close_connection = True

        do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = _answer  # noqa: N815 - the library's names

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that hangs up early is no error of the test."""

    socketserver.TCPServer.allow_reuse_address = True
    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
