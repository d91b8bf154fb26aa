"""A loopback server that says what no HTTP library would: bytes, and pauses between them."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

Script = Callable[[bytes], Iterable[bytes | float]]
"""What is said to a request (its head): bytes, and numbers, which are seconds of silence."""


@contextmanager
def saying(script: Script | bytes) -> Iterator[str]:
    """Serve on a free port, one request a connection; yields the base URL without a path."""
    over = threading.Event()
    said: Script = (lambda _: [script]) if isinstance(script, bytes) else script

    def talk(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head and (piece := connection.recv(1 << 16)):
                head += piece
            for part in said(head):
                if over.is_set():
                    return
                if isinstance(part, bytes):
                    connection.sendall(part)
                else:
                    over.wait(part)
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(1)
            while connection.recv(1 << 16):
                pass

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)
    accepting.join(5)
