"""A job through the gateway beside the same job without it: what a request costs more, and how fast files pass."""

import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from scripts.benchmarks.line import Line, best
from scripts.benchmarks.subject import SUBJECT

REQUESTS = 400
CONNECTIONS = 8
MOST_ADDED = 2.0
"""Milliseconds a request, at most."""
PIECE = b"x" * (1 << 16)
COMMAND = str(Path(sys.executable).with_name("batch-conformance"))


def run(*, full: bool) -> Iterator[Line]:
    """The requests of a job, one after another and several at once; then a file down and up."""
    size = (400 if full else 100) * 1_000_000
    with _started("serve", SUBJECT.name, "--speed", "0") as direct, _through(direct) as proxied:
        one = best([partial(_requests, port, 1) for port in (direct, proxied)], turns=7)
        yield Line("a request for a page, without the gateway", one[0] / REQUESTS * 1000, "ms")
        yield Line(
            "with it, while it is judged: so much more",
            (one[1] - one[0]) / REQUESTS * 1000,
            "ms",
            MOST_ADDED,
            at_most=True,
        )
        many = best([partial(_requests, port, CONNECTIONS) for port in (direct, proxied)], turns=7)
        more = (many[1] - many[0]) / REQUESTS / CONNECTIONS * 1000
        yield Line(f"{CONNECTIONS} at once: so much more, a request", more, "ms", MOST_ADDED, at_most=True)
    with _files(size) as direct, _through(direct) as proxied:
        for words, passing in (("down", _down), ("up", _up)):
            there, here = best([partial(passing, port, size) for port in (direct, proxied)], turns=3)
            yield Line(f"a file {words}: megabytes a second", size / 1e6 / here, "MB/s")
            yield Line(f"a file {words}: speed, without the gateway being 1", there / here, "×")


@contextlib.contextmanager
def _started(*words: str) -> Iterator[int]:
    """A server of ours; yields its port."""
    process = subprocess.Popen([COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # noqa: S603 - our own arguments
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline().split(":")[2].split("/")[0])
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _through(port: int) -> contextlib.AbstractContextManager[int]:
    return _started("proxy", SUBJECT.name, "--url", f"http://127.0.0.1:{port}/v1", "--against", SUBJECT.contract)


def _requests(port: int, connections: int) -> None:
    """So many requests on each of some connections that are kept open."""
    threads = [threading.Thread(target=_one_after_another, args=(port,)) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _one_after_another(port: int) -> None:
    lines = (
        "GET /v1/batches?limit=20 HTTP/1.1",
        f"Host: localhost:{port}",
        "Authorization: Bearer sk-sim",
        "Accept: */*",
    )
    head = "".join(f"{line}\r\n" for line in (*lines, "")).encode()
    with _connected(port) as connection:
        for _ in range(REQUESTS):
            connection.sendall(head)
            _answer(connection)


def _connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _answer(connection: socket.socket) -> int:
    """Read an answer whose length is declared; bytes of its body."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode("latin-1").splitlines()[0])
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    left = length - len(body)
    while left:
        left -= len(_some(connection))
    return length


def _some(connection: socket.socket) -> bytes:
    received = connection.recv(1 << 16)
    if not received:
        raise RuntimeError("the connection was closed")
    return received


def _down(port: int, size: int) -> None:
    with _connected(port) as connection:
        connection.sendall(f"GET /v1/files/f/content HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
        if _answer(connection) != size:
            raise RuntimeError("the file is not whole")


def _up(port: int, size: int) -> None:
    head = f"POST /v1/files HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: {size}\r\n\r\n"
    with _connected(port) as connection:
        connection.sendall(head.encode())
        for piece in _pieces(size):
            connection.sendall(piece)
        _answer(connection)


def _pieces(size: int) -> Iterator[bytes]:
    for start in range(0, size, len(PIECE)):
        yield PIECE[: size - start]


FILES = """
import socketserver, sys
sys.path.insert(0, sys.argv[2])
from scripts.benchmarks.bench_proxy import serve_files
serve_files(int(sys.argv[1]))
"""


@contextlib.contextmanager
def _files(size: int) -> Iterator[int]:
    """A server in a process of its own that gives and takes one file, as fast as can be."""
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", FILES, str(size), root]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own arguments
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate(timeout=60)


def serve_files(size: int) -> None:
    """Give or take a file of so many bytes on each connection, for ever; the port is printed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)  # noqa: T201 - whoever started it reads it
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_serve_file, args=(connection, size), daemon=True).start()


def _serve_file(connection: socket.socket, size: int) -> None:
    with connection, contextlib.suppress(OSError, RuntimeError):
        received = b""
        while b"\r\n\r\n" not in received:
            received += _some(connection)
        head, _, body = received.partition(b"\r\n\r\n")
        if head.startswith(b"GET"):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
            for piece in _pieces(size):
                connection.sendall(piece)
            return
        left = size - len(body)
        while left > 0:
            left -= len(_some(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
