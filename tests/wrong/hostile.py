"""Servers that mean harm, or are broken below HTTP: each a function on the raw connection."""

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Handle = Callable[[socket.socket, bytes], None]

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
MEBIBYTE = 1 << 20


@contextmanager
def hostile(handle: Handle) -> Iterator[str]:
    """Serve raw connections on a free port; `handle` gets the connection and the request's head."""
    stop = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    listening.settimeout(0.05)

    def serve() -> None:
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = listening.accept()
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

    def talk(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(30)
            head = b""
            while b"\r\n\r\n" not in head:
                received = connection.recv(65536)
                if not received:
                    return
                head += received
            handle(connection, head)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        stop.set()
        thread.join()
        listening.close()


def slow_drip(connection: socket.socket, _: bytes) -> None:
    """One byte now and then, for ever."""
    connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n{")
    while True:
        time.sleep(0.2)
        connection.sendall(b" ")


def slow_head(connection: socket.socket, _: bytes) -> None:
    """A header that comes letter by letter, for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        time.sleep(0.2)
        connection.sendall(b"a")


def silence(connection: socket.socket, _: bytes) -> None:
    """Take the request and say nothing."""
    connection.recv(1)


def endless_body(connection: socket.socket, _: bytes) -> None:
    """Two gigabytes."""
    connection.sendall(HEAD + f"Content-Length: {2 * 1024 * MEBIBYTE}\r\n\r\n".encode())
    block = b" " * MEBIBYTE
    for _number in range(2 * 1024):
        connection.sendall(block)


def gzip_bomb(connection: socket.socket, _: bytes) -> None:
    """A gigabyte that travels as a megabyte."""
    bomb = gzip.compress(b" " * (1024 * MEBIBYTE // 4)) * 4
    connection.sendall(HEAD + b"Content-Encoding: gzip\r\n" + f"Content-Length: {len(bomb)}\r\n\r\n".encode() + bomb)


def deep_nesting(connection: socket.socket, _: bytes) -> None:
    """200,000 levels."""
    body = b"[" * 200_000 + b"]" * 200_000
    connection.sendall(HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)


def truncated(connection: socket.socket, _: bytes) -> None:
    """Less than was announced."""
    connection.sendall(HEAD + b'Content-Length: 5000\r\n\r\n{"object": "list", "data": [')


def redirect_loop(connection: socket.socket, _: bytes) -> None:
    """Here, and here again."""
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /v1/batches\r\nContent-Length: 0\r\n\r\n")


def not_http(connection: socket.socket, _: bytes) -> None:
    """Another protocol."""
    connection.sendall(b"220 mail.example ESMTP\r\n")


def dropped(connection: socket.socket, _: bytes) -> None:
    """Hang up."""
    connection.shutdown(socket.SHUT_RDWR)


def come_back_tomorrow(connection: socket.socket, _: bytes) -> None:
    """Retry-After: 86400."""
    connection.sendall(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 86400\r\nContent-Length: 0\r\n\r\n")


def come_back_at_once(connection: socket.socket, _: bytes) -> None:
    """Retry-After: 0, for ever."""
    connection.sendall(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")


def endless_header(connection: socket.socket, _: bytes) -> None:
    """A header that does not end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    block = b"a" * MEBIBYTE
    for _number in range(512):
        connection.sendall(block)


HOSTILE: dict[str, Handle] = {
    handle.__name__: handle
    for handle in (
        *(
            slow_drip,
            slow_head,
            silence,
            endless_body,
            gzip_bomb,
            deep_nesting,
            truncated,
            redirect_loop,
            not_http,
            dropped,
        ),
        *(come_back_tomorrow, come_back_at_once, endless_header),
    )
}
