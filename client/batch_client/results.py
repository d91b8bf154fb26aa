"""The results of a batch as one stream: its output file, then its error file, line by line, none of them in memory."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from batch_client.content import HELD, looked_up, missing, named, opening, refuse_errors
from batch_client.errors import ConnectionFailed, UnreadableResponse
from batch_client.lines import Lines
from batch_client.property import value_of
from batch_client.reading import BODY_SHOWN, ENOUGH, refused
from batch_client.rows import result_of
from batch_client.sending import answered
from batch_client.steps import Flow, Items, Load, Piece, Shut
from batch_client.transfer import Transfer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import httpx

    from batch_client.defaults import Default, Timeout
    from batch_client.result import Result
    from batch_client.settings import Endpoint

_MAY_HAVE_NONE = ("cancelled", "expired")
"""Statuses that a batch may end in before any request of it did."""


def results(endpoint: Endpoint, asked: Any, timeout: Timeout | Default) -> Flow[None]:
    """Every result of a batch, or of the file of an id or address.

    Raises:
        BatchError: there are none, or a file did not come whole.
        UnreadableResponse: strict, and a line is not as results are.
    """
    found = yield from looked_up(endpoint, asked, timeout)
    if isinstance(found, str):
        sources = [found]
    else:
        sources = [one for one in (named(found, "output_file_id"), named(found, "error_file_id")) if one]
        if not sources and value_of(found, "status") not in _MAY_HAVE_NONE:
            raise (yield from missing(endpoint, found, "results"))
    for source in dict.fromkeys(sources):
        yield from _of_file(endpoint, source, timeout)


def _of_file(endpoint: Endpoint, source: str, timeout: Timeout | Default) -> Flow[None]:
    step = opening(endpoint, source, timeout)
    reading, transfer = _Reading(endpoint), Transfer(step)

    def attempt() -> Flow[httpx.Response]:
        response = yield from transfer.opened()
        if not response.is_success:
            refusal: httpx.Response = yield Load()
            return refusal
        if not transfer.is_resumed:
            reading.begin(response)
        while (piece := (yield Piece())) is not None:
            transfer.took(piece)
            yield Items(reading.take(piece))
        transfer.end(by_line=False)
        return response

    response = yield from answered(endpoint, attempt, step.arguments, repeatable=True, once_more={404})
    if not response.is_success:
        raise refused(response)
    yield Items(reading.end(response))
    yield Shut()


class _Reading:
    """One file as it is read. Where the connection breaks, it is read again, and what was handed out passed over."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._lines = Lines()
        self._number = 0
        self._taken = 0
        self._again = 0
        self._mark: str | None = None
        self._held: bytes | None = b""

    def begin(self, response: httpx.Response) -> None:
        """Start, or start again, passing over what was handed out."""
        mark = response.headers.get("etag")
        if self._taken and mark != self._mark:
            raise ConnectionFailed("the connection broke, and the file has changed since: nothing to go on from")
        self._mark = mark
        self._again = self._taken

    def take(self, piece: bytes) -> Iterable[Result]:
        """The results that a piece completes."""
        passed = min(self._again, len(piece))
        self._again -= passed
        self._taken += len(piece) - passed
        piece = piece[passed:] if passed else piece
        if self._held is not None:
            self._held += piece
            if len(self._held) <= HELD:
                return ()
            piece, self._held = self._held, None
        return self._results(self._lines.feed(piece))

    def end(self, response: httpx.Response) -> Iterable[Result]:
        """The results that are left when the file has ended."""
        if self._again:
            raise ConnectionFailed("the connection broke, and the file is shorter now: nothing to go on from")
        if self._held is not None:
            refuse_errors(response, self._held)
        last = self._results(self._lines.feed(self._held or b""))
        return chain(last, self._results([self._lines.rest()], cut=True))

    def _results(self, lines: Iterable[bytes], *, cut: bool = False) -> Iterator[Result]:
        """One after the other as they are asked for: where one is an error, those before it have been handed out."""
        for line in lines:
            self._number += 1
            if not line or line.isspace():
                continue
            result = result_of(line, self._number, cut=cut)
            if result.drift:
                self._told(result)
            yield result

    def _told(self, result: Result) -> None:
        endpoint = self._endpoint
        if not endpoint.strict:
            endpoint.tell("file_content", result.drift)
            return
        drift = result.drift[0]
        body = endpoint.secret.hide(result.line[:ENOUGH].decode(errors="replace"))[:BODY_SHOWN]
        raise UnreadableResponse(str(drift), drift.documented, drift.observed, 200, "", body)
