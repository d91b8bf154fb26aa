"""Connections to the provider: made when they are needed, used again while they are fresh."""

import asyncio
import socket
import ssl
import time
from collections import deque
from contextlib import suppress
from functools import cached_property
from urllib.parse import urljoin

import h11
from attrs import define, field

from conformance.proxy.address import Base
from conformance.proxy.wire import PIECE, Wire

CONNECT = 15.0
"""Seconds to connect in."""
FRESH = 5.0
"""Seconds for which a connection that is not used is kept: servers close theirs after some time."""
MOST_IDLE = 100
MOST_MOVED = 1000


class UnreachableError(Exception):
    """There is no connection to the provider; the message is one of the project's own phrases."""


@define(eq=False, slots=False)
class Upstream:
    """The provider's end."""

    base: Base
    _idle: deque[tuple[float, Wire]] = field(factory=deque)
    """The connections that are free, with when they became so, the latest last."""
    _moved: dict[bytes, None] = field(factory=dict)
    """Where answers said that something is, without naming another server."""

    @cached_property
    def _context(self) -> ssl.SSLContext | None:
        if not self.base.tls:
            return None
        import httpx  # noqa: PLC0415 - it brings the certificates that every other part of the project trusts

        context = httpx.create_ssl_context()
        context.set_alpn_protocols(["http/1.1"])
        return context

    def fresh(self) -> Wire | None:
        """A connection that was used before, if one is free."""
        while self._idle:
            since, wire = self._idle.pop()
            if wire.is_idle and time.monotonic() - since < FRESH:
                return wire
            wire.close()
        return None

    async def connect(self) -> Wire:
        """A new connection.

        Raises:
            UnreachableError: there is none to be had.
        """
        try:
            async with asyncio.timeout(CONNECT):
                reader, writer = await asyncio.open_connection(
                    self.base.host, self.base.port, ssl=self._context, limit=PIECE, happy_eyeballs_delay=0.25
                )
        except (OSError, UnicodeError) as error:
            raise UnreachableError(_words(error)) from None
        return Wire.of(reader, writer, h11.CLIENT)

    def give_back(self, wire: Wire) -> None:
        """A connection that is of no further use to whoever had it: kept, if both sides are through with it."""
        if wire.next_cycle() and wire.is_idle and len(self._idle) < MOST_IDLE:
            self._idle.append((time.monotonic(), wire))
        else:
            wire.close()

    def target(self, asked: bytes) -> bytes:
        """What to ask for there: below the base, unless an answer named the very place."""
        return asked if asked in self._moved else self.base.target(asked)

    def moved(self, target: bytes, place: str) -> None:
        """Remember where an answer says that something is: whoever asked will ask for it here."""
        with suppress(ValueError):
            url = urljoin(self.base.origin + target.decode("latin-1"), place).partition("#")[0]
            if url.startswith(f"{self.base.origin}/"):
                self._moved[url.removeprefix(self.base.origin).encode("latin-1")] = None
        if len(self._moved) > MOST_MOVED:
            del self._moved[next(iter(self._moved))]

    def close(self) -> None:
        """Let all go that are free."""
        while self._idle:
            self._idle.pop()[1].close()


def _words(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "no connection in time"
        case ssl.SSLError():
            return "TLS failed"
        case socket.gaierror() | UnicodeError():
            return "the host name is not known"
        case ConnectionRefusedError():
            return "connection refused"
    # Of several addresses that were tried, asyncio tells each in one text.
    return "connection refused" if "Connect call failed" in str(error) else "no connection"
