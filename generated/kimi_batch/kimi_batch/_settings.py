"""What a client is made with, checked before the first request."""

import os

import httpx

from ._contract import DISTRIBUTION, VERSION
from ._defaults import Timeout
from ._errors import BatchError
from ._provider import BASE_URL, BASE_URL_VARIABLE, KEY_VARIABLE, VERSIONED_PATHS
from .client import AuthenticatedClient


def authenticated_client(api_key: str | None, base_url: str | None, timeout: Timeout) -> AuthenticatedClient:
    """The generated client, set up.

    Raises:
        BatchError: there is no key, or the key or the address cannot be one.
    """
    return AuthenticatedClient(
        base_url=_base(base_url or os.environ.get(BASE_URL_VARIABLE) or BASE_URL),
        token=_key(api_key or os.environ.get(KEY_VARIABLE) or ""),
        timeout=timeout if isinstance(timeout, httpx.Timeout) else httpx.Timeout(timeout),
        headers={"User-Agent": f"{DISTRIBUTION}/{VERSION}"},
    )


def _base(url: str) -> str:
    """The address that paths are put after; it may be given with `/v1` or without."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        parsed = httpx.URL("")
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise BatchError("base_url must be an http or https address, as https://host or https://host/v1")
    return url.rstrip("/").removesuffix("/v1") + ("" if VERSIONED_PATHS else "/v1")


def _key(key: str) -> str:
    key = key.strip()
    if not key:
        raise BatchError(f"no API key: set {KEY_VARIABLE}, or give api_key")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise BatchError("the API key holds characters that no key has; was something else copied with it?")
    return key
