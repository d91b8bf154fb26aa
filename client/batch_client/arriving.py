"""A response as it comes: whole, as far as it is wanted, or piece by piece; unpacked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from batch_client.bodies import Gathering, Unpacking, loaded
from batch_client.moments import is_over

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator


def whole(response: httpx.Response, end: float | None, least: int | None = None) -> httpx.Response:
    """A response with its body, or so many bytes of it.

    Raises:
        httpx.ReadTimeout: it has not come at a moment.
    """
    if response.is_stream_consumed:  # by those who made it, or who looked at it
        return loaded(response, response.content)
    gathering = Gathering(response)
    for raw in response.iter_raw():
        gathering.feed(raw)
        if least is not None and gathering.size >= least:
            return gathering.so_far()
        if is_over(end):
            raise httpx.ReadTimeout("", request=response.request)
    return gathering.end()


async def async_whole(response: httpx.Response, least: int | None = None) -> httpx.Response:
    """The same of an async client's; whoever waits keeps the time."""
    if response.is_stream_consumed:
        return loaded(response, response.content)
    gathering = Gathering(response)
    async for raw in response.aiter_raw():
        gathering.feed(raw)
        if least is not None and gathering.size >= least:
            return gathering.so_far()
    return gathering.end()


def pieces(response: httpx.Response) -> Iterator[bytes]:
    """A body piece by piece, unpacked."""
    if response.is_stream_consumed:
        yield response.content
        return
    unpacking = Unpacking(response)
    for raw in response.iter_raw():
        yield from unpacking.feed(raw)
    unpacking.end()


async def async_pieces(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """The same of an async client's."""
    if response.is_stream_consumed:
        yield response.content
        return
    unpacking = Unpacking(response)
    async for raw in response.aiter_raw():
        for piece in unpacking.feed(raw):
            yield piece
    unpacking.end()
