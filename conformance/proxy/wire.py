"""One end of a connection: HTTP events in and out, with no more in memory than a few pieces."""

import asyncio
from contextlib import suppress
from typing import Any

import h11
from attrs import define

PIECE = 1 << 17
"""Bytes that are read at once."""
MOST_HEAD = 1 << 17
"""Bytes of a request or an answer before its body."""
LINGER = 2.0
"""Seconds that whoever still sends has to read the answer, before the connection is closed."""

HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"proxy-connection", b"te", b"transfer-encoding", b"upgrade", b"http2-settings"}
)
"""Headers that speak of one connection (RFC 9110, 7.6.1)."""

RawHeaders = list[tuple[bytes, bytes]]


@define(eq=False)
class Wire:
    """A connection, as a server or as a client has it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    http: h11.Connection
    _held: list[bytes]
    is_head: bool = False
    """Whether the request asks for the head of an answer only."""

    @classmethod
    def of(cls, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, role: Any) -> "Wire":
        """A connection just made; `role` is h11.SERVER or h11.CLIENT."""
        return cls(reader, writer, h11.Connection(role, max_incomplete_event_size=MOST_HEAD), [])

    async def receive(self) -> Any:
        """The next event; what is held is sent before anything is waited for.

        Raises:
            h11.RemoteProtocolError: the other side does not speak HTTP, or breaks off.
            OSError: the connection broke.
        """
        while (event := self.http.next_event()) is h11.NEED_DATA:
            self.http.receive_data(await self.reader.read(PIECE))
        if isinstance(event, h11.Request):
            self.is_head = event.method == b"HEAD"
        return event

    def at_hand(self) -> Any:
        """The next event if it has come already, else h11.NEED_DATA.

        Raises:
            h11.RemoteProtocolError: as `receive`.
        """
        return self.http.next_event()

    def hold(self, event: h11.Event) -> None:
        """Send with what comes next.

        Raises:
            h11.LocalProtocolError: it cannot be sent now.
        """
        data = self.http.send(event)
        if data:
            self._held.append(data)

    async def flush(self) -> None:
        """Send what is held, and wait while the other side does not take it.

        Raises:
            OSError: the connection broke.
        """
        if self._held:
            self.writer.writelines(self._held)
            self._held.clear()
            await self.writer.drain()

    async def send(self, event: h11.Event) -> None:
        """Send at once."""
        self.hold(event)
        await self.flush()

    @property
    def is_idle(self) -> bool:
        """Whether it can be used for another request."""
        return not (self.reader.at_eof() or self.writer.is_closing() or self.http.trailing_data[0])

    def next_cycle(self) -> bool:
        """Make it ready for another request; whether it can be."""
        try:
            self.http.start_next_cycle()
        except h11.LocalProtocolError:
            return False
        return True

    async def linger(self) -> None:
        """Before it is closed, let the other side finish what it sends: it could not read the answer otherwise."""
        if self.http.their_state not in {h11.SEND_BODY, h11.ERROR} or self.reader.at_eof():
            return
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(LINGER):
                self.writer.write_eof()
                while await self.reader.read(PIECE):
                    pass

    async def break_off(self) -> None:
        """Let it go so that the other side sees that something is missing."""
        with suppress(OSError):
            await self.flush()
        if self.http.their_http_version == b"1.1":
            self.close()
        else:  # an end is all that such a side waits for
            self.abort()

    def close(self) -> None:
        """Let it go; what was written is still sent."""
        self.writer.close()

    def abort(self) -> None:
        """Break it, so that the other side sees that something is missing."""
        self.writer.transport.abort()


def end_to_end(headers: Any) -> RawHeaders:
    """Headers as they came, in their order and case, but those of the one connection.

    That a body comes in chunks stays, as the next connection's own.
    """
    raw: RawHeaders = headers.raw_items()
    named = {
        one.strip().lower() for name, value in raw if name.lower() == b"connection" for one in value.split(b",")
    } - {b"transfer-encoding", b"content-length", b"host"}
    return [
        (name, value)
        for name, value in raw
        if (lower := name.lower()) not in named
        and (lower not in HOP_BY_HOP or (lower == b"transfer-encoding" and value.strip().lower() == b"chunked"))
    ]
