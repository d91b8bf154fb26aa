"""Until when a look may take, down to the single read: the head of an answer that comes byte by byte has an end too.

httpx has timeouts for each read alone. asyncio ends what takes too long wherever it is; here, sync, the connections of
a client of our own ask before each read. A client of a caller's is left as it is: there a body has this end, and each
read of a head its own.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import httpcore

if TYPE_CHECKING:
    import ssl
    from collections.abc import Generator

    import httpx

_until: ContextVar[float | None] = ContextVar("until", default=None)


@contextmanager
def until(moment: float | None) -> Generator[None]:
    """Have all reads end at a moment, as `time.monotonic` has it."""
    token = _until.set(moment)
    try:
        yield
    finally:
        _until.reset(token)


def after(seconds: float | None) -> float | None:
    """The moment so many seconds from now; None for never."""
    return None if seconds is None else time.monotonic() + seconds


def is_over(moment: float | None) -> bool:
    """Whether a moment is past."""
    return moment is not None and time.monotonic() > moment


def bound(http: httpx.Client) -> None:
    """Have the connections of a client heed it."""
    own: dict[str, Any] = vars(http)  # httpx has no other way to a backend
    for transport in (own.get("_transport"), *own.get("_mounts", {}).values()):
        pool = getattr(transport, "_pool", None)
        backend = getattr(pool, "_network_backend", None)
        if isinstance(backend, httpcore.NetworkBackend):
            setattr(pool, "_network_backend", _Backend(backend))  # noqa: B010 - a private name, and no other way


def _left(timeout: float | None) -> float | None:
    """What is left of a timeout."""
    moment = _until.get()
    if moment is None:
        return timeout
    left = moment - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left if timeout is None else min(left, timeout)


class _Backend(httpcore.NetworkBackend):
    """Makes connections that heed the moment."""

    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(self, *arguments: Any, **options: Any) -> httpcore.NetworkStream:
        return _Stream(self._inner.connect_tcp(*arguments, **options))

    def connect_unix_socket(self, *arguments: Any, **options: Any) -> httpcore.NetworkStream:
        return _Stream(self._inner.connect_unix_socket(*arguments, **options))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    """A connection that heeds the moment in reading."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
