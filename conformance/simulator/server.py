"""A real HTTP server on a loopback port, in a thread of its own."""

import asyncio
import errno
import logging
import socket
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from conformance.errors import UserError

Result = TypeVar("Result")
_GRACE = 2.0
"""Seconds that requests under way have to end when the server stops."""


class PortInUse(UserError):  # noqa: N818 - names the situation
    """The port cannot be listened on; the message is one line."""


_HEAD = 1 << 17
"""Bytes of a request before its body, at most."""
_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_log = logging.getLogger("conformance.simulator")


class _Connection(HttpToolsProtocol):
    """A connection that tells the application its transport, so that a fault can close it; its requests' heads end."""

    _head: int = 0
    """Bytes that came since the last head ended."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {"transport": transport}

    def data_received(self, data: bytes) -> None:
        self._head += len(data)
        super().data_received(data)
        if self._head > _HEAD and not self.transport.is_closing():
            self.transport.write(_TOO_LONG)
            self.transport.close()

    def on_headers_complete(self) -> None:
        self._head = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._head = 0
        super().on_body(body)


class Server:
    """Serves an ASGI application from the moment it is made until `close`."""

    def __init__(self, app: Any, host: str, port: int) -> None:
        """Listen.

        Raises:
            PortInUse: someone else does, or it is not allowed.
        """
        self._socket = _listen(host, port)
        self.port: int = self._socket.getsockname()[1]
        self._config = uvicorn.Config(
            app,
            log_config=None,
            log_level="critical",
            lifespan="off",
            proxy_headers=False,
            ws="none",
            http=_Connection,
            timeout_keep_alive=75,
        )
        self._state = ServerState()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._main, args=(ready,), name=f"simulator-{self.port}", daemon=True)
        self._thread.start()
        ready.wait()

    @property
    def running(self) -> bool:
        """Whether it still serves."""
        return self._thread.is_alive()

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run something on the server's loop, where all of its state lives, and wait for it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self) -> None:
        """Stop listening, let requests under way end, and end the thread."""
        if self.running:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def _main(self, ready: threading.Event) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        # Connections that break off and jobs that nobody waits for any more are no news for a terminal.
        self._loop.set_exception_handler(lambda _, context: _log.debug("%s", context))

        def connection() -> _Connection:
            return _Connection(config=self._config, server_state=self._state, app_state={})

        server = await self._loop.create_server(connection, sock=self._socket, backlog=2048)
        ready.set()
        await self._stop.wait()
        server.close()
        for open_connection in list(self._state.connections):
            open_connection.shutdown()
        if self._state.tasks:
            await asyncio.wait(self._state.tasks, timeout=_GRACE)


def _listen(host: str, port: int) -> socket.socket:
    # asyncio switches Nagle's algorithm off only where the socket says TCP: without it each answer waits 40 ms.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        in_use = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        reason = "is in use; choose another with --port" if in_use else f"cannot be listened on ({error})"
        raise PortInUse(f"port {port} of {host} {reason}") from None
    return listening
