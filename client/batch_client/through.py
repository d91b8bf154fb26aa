"""The generated client of a package, made to send with the HTTP client that the face has: one pool for both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from batch_client.settings import Endpoint


class Through(httpx.BaseTransport):
    """Sends with another client."""

    def __init__(self, http: httpx.Client) -> None:
        """With which."""
        self._http = http

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send."""
        return self._http.send(request, stream=True, follow_redirects=False)


class AsyncThrough(httpx.AsyncBaseTransport):
    """Sends with another client."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        """With which."""
        self._http = http

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send."""
        return await self._http.send(request, stream=True, follow_redirects=False)


def generated(client: type[Any], endpoint: Endpoint, http: httpx.Client | httpx.AsyncClient) -> Any:
    """An `AuthenticatedClient` of a package for an endpoint."""
    base = endpoint.base.removesuffix(endpoint.provider.paths_begin)
    timeout = http.timeout if endpoint.timeout is None else endpoint.timeout
    own = {name: value for name, value in endpoint.headers.items() if name != endpoint.provider.key_header}
    made = client(base_url=base, token=endpoint.key, headers=own, timeout=timeout)
    shared: dict[str, Any] = {"base_url": base, "headers": endpoint.headers, "timeout": timeout}
    if isinstance(http, httpx.Client):
        return made.set_httpx_client(httpx.Client(transport=Through(http), **shared))
    return made.set_async_httpx_client(httpx.AsyncClient(transport=AsyncThrough(http), **shared))
