"""A gateway in a thread, a provider that says any bytes, and a client that does."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from attrs import define, field

from conformance.exchange import Exchange
from conformance.proxy.address import Base
from conformance.proxy.gateway import Gateway
from conformance.proxy.upstream import Upstream

KEY = "sk-proxied-0123456789"
WAIT = 20.0
"""Seconds after which a test has failed."""


@define(eq=False)
class Kept:
    """What passed a gateway."""

    exchanges: list[Exchange] = field(factory=list)
    _came: threading.Condition = field(factory=threading.Condition)

    def keep(self, exchange: Exchange) -> None:
        """As whoever judges gets it."""
        with self._came:
            self.exchanges.append(exchange)
            self._came.notify_all()

    def aside(self, _size: int, make: Callable[[], None]) -> None:
        """At once."""
        make()

    def is_kept(self, _method: str, _url: str) -> bool:
        """All are."""
        return True

    async def room(self) -> None:
        """There always is."""

    def first(self, count: int = 1) -> list[Exchange]:
        """The first exchanges, once there are so many."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.exchanges) >= count, WAIT)
            return self.exchanges[:count]


@define(eq=False)
class Proxied:
    """A gateway that listens."""

    gateway: Gateway
    kept: Kept

    @property
    def url(self) -> str:
        """What takes the place of the provider's base URL."""
        return self.gateway.base_url

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.gateway.port

    def ask(self, request: bytes) -> bytes:
        """All that is answered to these bytes, until the connection is closed."""
        with self.connected() as connection:
            connection.sendall(request)
            return everything(connection)

    @contextmanager
    def connected(self) -> Iterator[socket.socket]:
        """A connection to it."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=WAIT) as connection:
            yield connection

    def head(self, method: str = "GET", path: str = "/v1/batches", *lines: str) -> bytes:
        """The head of a request."""
        given = (f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", *lines)
        return "".join(f"{line}\r\n" for line in (*given, "")).encode("latin-1")


def everything(connection: socket.socket) -> bytes:
    """What comes until the connection is closed, or broken."""
    came = b""
    with suppress(ConnectionResetError):
        while piece := connection.recv(1 << 16):
            came += piece
    return came


@contextmanager
def proxied(url: str) -> Iterator[Proxied]:
    """A gateway to an address."""
    loop, kept = asyncio.new_event_loop(), Kept()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    gateway = Gateway(Upstream(Base.of(url)), kept)
    try:
        asyncio.run_coroutine_threadsafe(gateway.open(), loop).result(WAIT)
        yield Proxied(gateway, kept)
        asyncio.run_coroutine_threadsafe(gateway.close(), loop).result(WAIT)
        assert gateway.faults == []
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(WAIT)
        loop.close()


Talk = Callable[[BinaryIO, socket.socket], None]
"""What a provider does with a connection: what it reads, and where it writes."""


@contextmanager
def provider(talk: Talk) -> Iterator[str]:
    """A provider with a mind of its own; yields its base URL."""

    def serve(connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as reading, suppress(OSError):
            talk(reading, connection)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                connection.settimeout(WAIT)
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
    accepting.join(WAIT)


def head_of(reading: BinaryIO) -> bytes:
    """The head of the next request; empty where there is none."""
    head = b""
    while not head.endswith(b"\r\n\r\n") and (line := reading.readline()):
        head += line
    return head


def answering(answer: bytes, asked: list[bytes] | None = None) -> Talk:
    """Answers every request, none of which has a body, with the same bytes."""

    def talk(reading: BinaryIO, connection: socket.socket) -> None:
        while head := head_of(reading):
            if asked is not None:
                asked.append(head)
            connection.sendall(answer)

    return talk
