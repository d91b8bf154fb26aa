"""Documentation pages over the network, politely: one by one, only if they changed, within bounds of size and time."""

import time
from collections.abc import Callable, Mapping
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import httpx
from attrs import frozen

from scripts.pages import MAX_PAGE

USER_AGENT = "batch-conformance-refresh/0.1 (documentation pages; a few requests a day)"
TIMEOUT = httpx.Timeout(10.0)
"""Seconds for connecting and for each wait on the network."""
MAX_SECONDS = 60.0
"""A page as a whole, all tries taken together."""
TRIES = 3
LONGEST_WAIT = 30.0
"""Seconds; a server that asks for more is left alone until the next refresh."""
MAX_REDIRECTS = 3

_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class FetchError(Exception):
    """A page cannot be had; the message is one line."""


class Page(Protocol):
    """A page to be had, and what the server called its state when it was had before."""

    @property
    def address(self) -> str:
        """Where it is."""
        ...

    @property
    def etag(self) -> str | None:
        """Its entity tag."""

    @property
    def modified(self) -> str | None:
        """When it was last modified."""


class _TryAgainError(Exception):
    """This try failed in a way that another may not; `wait` is what the server asked for, in seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


@frozen
class Fetched:
    """A page as it came; `content` is None where the server says that it has not changed."""

    content: bytes | None
    etag: str | None = None
    modified: str | None = None


def client() -> httpx.Client:
    """The client that pages are fetched with; it takes no settings of the environment but a proxy."""
    return httpx.Client(timeout=TIMEOUT, headers={"User-Agent": USER_AGENT, "Accept": "text/markdown, text/plain, */*"})


def fetch(http: httpx.Client, page: Page, sleep: Callable[[float], None] = time.sleep) -> Fetched:
    """Fetch a page if it changed since it was kept.

    Raises:
        FetchError: it is gone, redirects elsewhere, is too large, or does not come in time.
    """
    _require_safe(page.address, page)
    deadline = time.monotonic() + MAX_SECONDS
    for number in range(1, TRIES + 1):
        try:
            return _try(http, page, deadline)
        except (_TryAgainError, httpx.TransportError) as error:
            wait = (getattr(error, "wait", None) or 0.5 * 2**number) if number < TRIES else 0.0
            if number == TRIES or wait > LONGEST_WAIT or time.monotonic() + wait > deadline:
                reason = str(error) or type(error).__name__
                raise FetchError(f"{page.address}: {reason} ({number} tries)") from None
            sleep(wait)
    raise AssertionError("the last try returns or raises")


def _try(http: httpx.Client, page: Page, deadline: float) -> Fetched:
    address = page.address
    for _ in range(MAX_REDIRECTS + 1):
        with http.stream("GET", address, headers=_conditions(page)) as response:
            if response.status_code in _MOVED and "location" in response.headers:
                address = _followed(address, response.headers["location"], page)
                continue
            return _read(response, page, deadline)
    raise FetchError(f"{page.address}: redirects more than {MAX_REDIRECTS} times")


def _conditions(page: Page) -> Mapping[str, str]:
    marks = {"If-None-Match": page.etag, "If-Modified-Since": page.modified}
    return {name: mark for name, mark in marks.items() if mark is not None}


def _read(response: httpx.Response, page: Page, deadline: float) -> Fetched:
    status = response.status_code
    if status == 304:
        return Fetched(None)
    if status in _AGAIN:
        asked = response.headers.get("retry-after", "")
        raise _TryAgainError(f"answered {status}", float(asked) if asked.isdecimal() else None)
    if status in {404, 410}:
        raise FetchError(f"{page.address}: answered {status}: the page is gone; has it moved?")
    if status != 200:
        raise FetchError(f"{page.address}: answered {status}, expected 200")
    declared = response.headers.get("content-length", "")
    content = bytearray()
    if declared.isdecimal() and int(declared) > MAX_PAGE:
        raise FetchError(f"{page.address}: {declared} bytes, more than {MAX_PAGE}")
    for chunk in response.iter_bytes(65_536):
        content += chunk
        if len(content) > MAX_PAGE:
            raise FetchError(f"{page.address}: larger than {MAX_PAGE} bytes")
        if time.monotonic() > deadline:
            raise FetchError(f"{page.address}: slower than {MAX_SECONDS:g} s")
    return Fetched(bytes(content), response.headers.get("etag"), response.headers.get("last-modified"))


def _followed(address: str, location: str, page: Page) -> str:
    target = urljoin(address, location)
    if urlsplit(target).hostname != urlsplit(page.address).hostname:
        raise FetchError(
            f"{page.address}: redirects to {target[:120]!r}, another host; is that right? Then enter it there"
        )
    _require_safe(target, page)
    return target


def _require_safe(address: str, page: Page) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise FetchError(f"{page.address}: {address[:120]!r} is not https")
