"""One exchange passed on: the request up, the answer down, both as they come and neither changed."""

import asyncio
from typing import Any

import h11
from attrs import define, field

from conformance.exchange import Headers, header
from conformance.proxy.upstream import UnreachableError, Upstream
from conformance.proxy.wire import RawHeaders, Wire, end_to_end
from conformance.recording.take import Take, Taking

BROKE_OFF = "the answer is not HTTP, or breaks off"
DROPPED = "the connection was dropped"

_REPEATABLE = frozenset({b"GET", b"HEAD", b"OPTIONS"})
"""Methods of requests that may be sent once more, where nothing came back the first time."""


class ClientGoneError(Exception):
    """Whoever asked is gone, or sends what is no HTTP: there is nobody to answer."""


class UpstreamFailedError(Exception):
    """The provider did not answer; the message is one of the project's own phrases."""


@define(eq=False)
class Relay:
    """Passes on one request, and what is answered."""

    client: Wire
    upstream: Upstream
    request: h11.Request
    take: Take
    answered: bool = False
    """Whether the client has had something of the answer: then nothing else can be said."""
    _whole: bool = False
    _gone: bool = False
    _up: Wire | None = None
    _running: "asyncio.Task[Any] | None" = field(default=None)
    _uploading: "asyncio.Task[None] | None" = field(default=None)

    @classmethod
    def of(cls, client: Wire, upstream: Upstream, asked: h11.Request, taking: Taking) -> "Relay":
        """What is sent to the provider is what was asked for, at another address."""
        base, target = upstream.base, upstream.target(asked.target)
        headers = [
            (name, base.authority if name.lower() == b"host" else value) for name, value in end_to_end(asked.headers)
        ]
        request = h11.Request(method=asked.method, target=target, headers=headers)
        url = base.origin + (target.decode("latin-1") if target != b"*" else "/")
        return cls(client, upstream, request, taking(asked.method.decode("ascii"), url, as_text(headers)))

    def let_go(self) -> None:
        """Stop: whoever asked is gone."""
        self._gone = True
        if self._running is not None:
            self._running.cancel()

    async def run(self) -> None:
        """Pass on.

        Raises:
            UpstreamFailedError: no answer came, or not all of it.
            ClientGoneError: there is nobody to answer any more.
        """
        self._running = asyncio.current_task()
        try:
            await self._pass_on()
        except UpstreamFailedError as error:
            self.take.failed(str(error))
            raise
        except asyncio.CancelledError:
            if not self._gone or self._running is None:
                raise
            self._running.uncancel()
            raise ClientGoneError from None
        finally:
            self._running = None
            self.take.ended(whole=self._whole)
            if self._up is not None:
                self._up.abort()
            if self._uploading is not None:
                self._uploading.cancel()
                await asyncio.wait([self._uploading])

    async def _pass_on(self) -> None:
        """Ask; once more on a new connection, where one that was used before turns out to be closed."""
        first = self.client.at_hand()
        up = self.upstream.fresh()
        if up is not None:
            try:
                await self._exchange(up, first)
            except UpstreamFailedError:
                has_body = type(first) is not h11.EndOfMessage
                if self.answered or has_body or self.request.method not in _REPEATABLE:
                    raise
                up.abort()
            else:
                return
        try:
            up = await self.upstream.connect()
        except UnreachableError as error:
            raise UpstreamFailedError(str(error)) from None
        await self._exchange(up, first)

    async def _exchange(self, up: Wire, first: Any) -> None:
        """Ask on a connection; `first` is the first that came of the request's body."""
        self._up = up
        try:
            up.hold(self.request)
            if type(first) is h11.EndOfMessage:
                up.hold(first)
            else:
                self._uploading = asyncio.create_task(self._upload(up, first))
            await up.flush()
            await self._download(up)
        except (h11.RemoteProtocolError, h11.LocalProtocolError):
            raise UpstreamFailedError(BROKE_OFF) from None
        except OSError:
            raise UpstreamFailedError(DROPPED) from None
        self._whole = True
        if self._uploading is not None:
            # An answer may come before all is sent: whether it is still sent is for whoever asked to decide.
            await self._uploading
        self._up = None
        self.upstream.give_back(up)

    async def _upload(self, up: Wire, event: Any) -> None:
        """Pass on the request's body, with its trailers; if the provider takes no more of it, its answer tells why."""
        while type(event) is not h11.EndOfMessage:
            if type(event) is h11.Data:
                self.take.sent.add(event.data)
                try:
                    await up.send(event)
                except (OSError, h11.LocalProtocolError):
                    return
            try:
                event = await self.client.receive()
            except (OSError, h11.RemoteProtocolError):
                self.let_go()
                return
        try:
            await up.send(h11.EndOfMessage(headers=end_to_end(event.headers)))
        except (OSError, h11.LocalProtocolError):
            return

    async def _download(self, up: Wire) -> None:
        """Pass on the answer, with what comes before and behind it; pieces that came together leave together."""
        client, take = self.client, self.take
        while True:
            event = up.at_hand()
            if event is h11.NEED_DATA:
                await self._send()
                event = await up.receive()
            if type(event) is h11.Data:
                take.received.add(event.data)
                client.hold(event)
                await self._send()
            elif type(event) is h11.Response:
                headers = as_text(event.headers.raw_items())
                take.answered(event.status_code, headers)
                if (place := header(headers, "location")) is not None:
                    self.upstream.moved(self.request.target, place)
                self.answered = True
                client.hold(h11.Response(**_head(event)))
            elif type(event) is h11.EndOfMessage:
                is_old = (client.http.their_http_version or b"") < b"1.1"
                client.hold(h11.EndOfMessage(headers=[] if is_old else end_to_end(event.headers)))
                await self._send()
                return
            elif type(event) is h11.InformationalResponse and event.status_code != 101:
                if client.http.their_http_version == b"1.1":
                    client.hold(h11.InformationalResponse(**_head(event)))
                    await self._send()
            else:
                raise UpstreamFailedError(BROKE_OFF)

    async def _send(self) -> None:
        try:
            await self.client.flush()
        except OSError:
            raise ClientGoneError from None


def _head(event: h11.Response | h11.InformationalResponse) -> dict[str, Any]:
    return {"status_code": event.status_code, "headers": end_to_end(event.headers), "reason": event.reason}


def as_text(headers: RawHeaders) -> Headers:
    """Headers as exchanges have them."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
