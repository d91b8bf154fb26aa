"""Connections on which nothing can be dragged out: every read ends at one deadline, however slowly the bytes drip.

An HTTP client's read timeout starts anew with each byte; a server that sends one now and then would hold it for ever.
"""

import ssl
import time
from collections.abc import Iterable
from functools import cache
from typing import Any

import httpcore
import httpx
from attrs import define

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


@define
class _Clock:
    """The moment, on the monotonic clock, at which the present request must be over."""

    end: float = float("inf")

    def left(self, timeout: float | None, error: type[Exception]) -> float:
        """What remains of a timeout, in seconds."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise error("the deadline is over")
        return left if timeout is None else min(timeout, left)


@define
class _Stream(httpcore.NetworkStream):
    inner: httpcore.NetworkStream
    clock: _Clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, self.clock.left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, self.clock.left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self.clock.left(timeout, httpcore.ConnectTimeout)
        return _Stream(self.inner.start_tls(ssl_context, server_hostname, left), self.clock)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


@define
class _Backend(httpcore.NetworkBackend):
    clock: _Clock
    inner: httpcore.NetworkBackend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        left = self.clock.left(timeout, httpcore.ConnectTimeout)
        return _Stream(self.inner.connect_tcp(host, port, left, local_address, socket_options), self.clock)

    def sleep(self, seconds: float) -> None:
        self.inner.sleep(seconds)


@cache
def _certificates() -> ssl.SSLContext:
    """Who is trusted: read once, which takes longer than a request."""
    return httpx.create_ssl_context(trust_env=False)


class DeadlineTransport(httpx.HTTPTransport):
    """HTTP/1.1, each request over within `seconds` of its start: connecting, head and body.

    Where the time is over, the request raises httpx.ConnectTimeout, WriteTimeout or ReadTimeout. None lasts beyond
    `latest`, a moment on the monotonic clock.
    """

    latest: float = float("inf")

    def __init__(self, seconds: float) -> None:
        """No connection is made yet, and no proxy or certificate is taken from the environment."""
        super().__init__(verify=_certificates(), trust_env=False)
        self._seconds = seconds
        self._clock = _Clock()
        backend = _Backend(self._clock, httpcore.SyncBackend())
        self._pool = httpcore.ConnectionPool(ssl_context=_certificates(), network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and read the head; the body is read against the same deadline."""
        self._clock.end = min(time.monotonic() + self._seconds, self.latest)
        return super().handle_request(request)
