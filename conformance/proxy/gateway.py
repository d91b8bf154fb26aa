"""A server on this machine that passes everything on to a provider and hands each exchange, over, to whoever judges."""

import asyncio
import errno
import logging
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Protocol

import h11
import orjson
from attrs import define, field

from conformance.errors import UserError
from conformance.exchange import Exchange, Headers
from conformance.proxy.address import HOST, refusal
from conformance.proxy.relay import ClientGoneError, Relay, UpstreamFailedError
from conformance.proxy.upstream import Upstream
from conformance.proxy.wire import PIECE, Wire
from conformance.recording.take import Take

GRACE = 5.0
"""Seconds that requests under way have to end when the gateway closes."""

_log = logging.getLogger("conformance.proxy")
_log.addHandler(logging.NullHandler())


class PortError(UserError):
    """The port cannot be listened on."""


class Keeper(Protocol):
    """Gets each exchange when it is over."""

    def keep(self, exchange: Exchange, /) -> None:
        """Keep an exchange."""

    def aside(self, size: int, make: Callable[[], None], /) -> None:
        """Call what makes such an exchange, at once or soon, given how many bytes of bodies it takes up."""

    def is_kept(self, method: str, url: str, /) -> bool:
        """Whether the bodies of such an exchange are of interest."""
        ...

    async def room(self) -> None:
        """Wait until there is room for more."""


class _Protocol(asyncio.StreamReaderProtocol):
    """A client's connection, which tells at once when the client closes it, whoever reads or not."""

    relay: Relay | None = None

    def eof_received(self) -> bool | None:
        stays = super().eof_received()
        self._let_go()
        return stays

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._let_go()

    def _let_go(self) -> None:
        if self.relay is not None:
            self.relay.let_go()


@define(eq=False)
class Gateway:
    """Listens from `open` to `close`."""

    upstream: Upstream
    keeper: Keeper
    port: int = 0
    faults: list[str] = field(factory=list)
    """What went wrong by itself: faults of this project."""
    _server: asyncio.Server | None = None
    _connections: "dict[asyncio.Task[None], _Protocol]" = field(factory=dict)

    async def open(self) -> None:
        """Listen.

        Raises:
            PortError: someone else does, or it is not allowed.
        """
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._protocol, HOST, self.port, backlog=2048)
        except OSError as error:
            in_use = error.errno == errno.EADDRINUSE
            reason = "is in use; choose another with --port" if in_use else f"cannot be listened on ({error.strerror})"
            raise PortError(f"port {self.port} {reason}") from None
        self.port = self._server.sockets[0].getsockname()[1]

    @property
    def base_url(self) -> str:
        """What takes the place of the provider's base URL."""
        return f"http://{HOST}:{self.port}{self.upstream.base.path}"

    async def close(self) -> None:
        """Listen no longer, and let requests under way end, for a while."""
        if self._server is not None:
            self._server.close()
        busy = [task for task, protocol in self._connections.items() if protocol.relay is not None]
        for task in self._connections.keys() - busy:
            task.cancel()
        if busy:
            await asyncio.wait(busy, timeout=GRACE)
        rest = list(self._connections)
        self.cut()
        await asyncio.gather(*rest, return_exceptions=True)
        self.upstream.close()

    def cut(self) -> None:
        """Break off whatever is under way."""
        for task in self._connections:
            task.cancel()

    def _protocol(self) -> _Protocol:
        reader = asyncio.StreamReader(limit=PIECE)
        return _Protocol(reader, self._connected)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task, protocol = asyncio.current_task(), writer.transport.get_protocol()
        assert task is not None
        assert isinstance(protocol, _Protocol)
        client = Wire.of(reader, writer, h11.SERVER)
        self._connections[task] = protocol
        try:
            while await self._request(client, protocol):
                pass
            await client.linger()
        except (OSError, asyncio.CancelledError):
            pass
        except Exception as error:  # noqa: BLE001 - what is no fault of the job must not end it
            _log.debug("a request could not be passed on", exc_info=error)
            self.faults.append(f"{type(error).__name__}")
            with suppress(OSError, h11.LocalProtocolError):
                await self._failed(client, protocol.relay, "a fault of its own, which nobody foresaw")
        finally:
            del self._connections[task]
            client.close()

    async def _request(self, client: Wire, protocol: _Protocol) -> bool:
        """Take one request; whether there may be another."""
        try:
            asked = await client.receive()
        except h11.RemoteProtocolError as error:
            await _say(client, error.error_status_hint, "what was sent is not HTTP")
            return False
        if type(asked) is not h11.Request:
            return False
        refused = refusal(asked, self.port)
        if refused is not None:
            await _say(client, refused.status, refused.words)
            return False
        relay = protocol.relay = Relay.of(client, self.upstream, asked, self._taking)
        try:
            await relay.run()
        except ClientGoneError:
            protocol.relay = None
            return False
        except UpstreamFailedError as error:
            host = self.upstream.base.authority.decode("ascii")
            await self._failed(client, relay, f"{host}: {error}")
        protocol.relay = None
        await self.keeper.room()
        return client.next_cycle()

    async def _failed(self, client: Wire, relay: Relay | None, words: str) -> None:
        if relay is not None and relay.answered:
            await client.break_off()
        else:
            await _say(client, HTTPStatus.BAD_GATEWAY, words)

    def _taking(self, method: str, url: str, headers: Headers) -> Take:
        take = Take(method, url, headers, self.keeper.keep, self.keeper.aside)
        if not self.keeper.is_kept(method, url):
            take.sent.drop()
            take.received.drop()
        return take


async def _say(client: Wire, status: int, words: str) -> None:
    """Answer for oneself, if nothing else was answered."""
    if client.http.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
        return
    with suppress(h11.RemoteProtocolError):
        client.at_hand()  # of a request without a body nothing remains then
    message = f"batch-conformance proxy: {words}"
    body = orjson.dumps({"error": {"message": message, "type": "proxy_error", "param": None, "code": None}})
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    if client.http.their_state is not h11.DONE:
        headers.append(("Connection", "close"))
    with suppress(OSError):
        client.hold(h11.Response(status_code=status, headers=headers, reason=HTTPStatus(status).phrase.encode()))
        if not client.is_head:
            client.hold(h11.Data(data=body))
        client.hold(h11.EndOfMessage())
        await client.flush()
