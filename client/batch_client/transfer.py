"""One file on its way, over as many tries as it takes: it goes on where it broke off, if the endpoint lets it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import httpx
from attrs import evolve

from batch_client.drift import Drift
from batch_client.lines import LONGEST
from batch_client.reading import unreadable

if TYPE_CHECKING:
    from batch_client.steps import Flow, Open

_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_ELSE = frozenset({206, 412, 416})
"""Statuses that answer a request for the rest, where it is not the rest."""


class Transfer:
    """How much of one file has come, and how the rest of it is asked for.

    Attributes:
        is_resumed: Whether what comes now goes on where the last try broke off; else it is the file from its start.
    """

    def __init__(self, step: Open) -> None:
        """Nothing has come yet; `step` asks for all of it."""
        self._step = step
        self._received = 0
        self._mark: str | None = None
        self._total: int | None = None
        self._last_line: bytearray | None = None
        self._is_of_lines = False
        self.is_resumed = False

    def opened(self) -> Flow[httpx.Response]:
        """The response that brings the file, or what is left of it; of its body nothing has come.

        Raises:
            UnreadableResponse: it brings a part that nobody has asked for.
        """
        asked = self._received > 0 and self._mark is not None
        response: httpx.Response = yield self._rest() if asked else self._step
        if asked and response.status_code in _ELSE and not self._is_rest(response):
            asked = False
            response = yield self._step
        self.is_resumed = asked and response.status_code == 206
        if response.is_success and not self.is_resumed:
            self._start(response)
        return response

    def took(self, piece: bytes) -> None:
        """Count a piece."""
        if not self._received:
            self._is_of_lines = piece.startswith((b"{", b"\xef\xbb\xbf{"))
        self._received += len(piece)
        if self._last_line is not None:
            behind = piece.rfind(b"\n") + 1
            if behind:
                self._last_line.clear()
            self._last_line += piece[behind:]
            if len(self._last_line) > LONGEST:
                self._last_line = None

    def end(self, *, by_line: bool) -> None:
        """The body is over.

        Args:
            by_line: Whether a last line that is cut off shows that it is not whole, where nothing else shows it.

        Raises:
            httpx.RemoteProtocolError: it is not whole.
        """
        if self._total is not None and self._received != self._total:
            raise httpx.RemoteProtocolError(f"the file ended after {self._received} of {self._total} bytes")
        if by_line and self._last_line and self._is_of_lines and not _is_json(self._last_line):
            raise httpx.RemoteProtocolError("the file ended in the middle of a line")

    def _rest(self) -> Open:
        arguments = self._step.arguments
        asked = {"range": f"bytes={self._received}-", "if-range": self._mark}
        return evolve(self._step, arguments={**arguments, "headers": {**arguments["headers"], **asked}})

    def _is_rest(self, response: httpx.Response) -> bool:
        """Whether a response brings what is left of the same file."""
        found = _range_of(response)
        if found is None or _is_packed(response) or response.headers.get("etag") != self._mark:
            return False
        start, total = found
        if start != self._received or (self._total is not None and total not in {None, self._total}):
            return False
        self._total = self._total if total is None else total
        return True

    def _start(self, response: httpx.Response) -> None:
        """The file comes from its start."""
        length, total = response.headers.get("content-length", ""), None
        if response.status_code == 206:
            start, total = _range_of(response) or (None, None)
            if start != 0 or total is None:
                bare = httpx.Response(206, headers={"content-type": response.headers.get("content-type", "")})
                raise unreadable(bare, Drift("$", "the whole content of a file", "a part of it"))
        packed, mark = _is_packed(response), response.headers.get("etag", "")
        offered = "bytes" in response.headers.get("accept-ranges", "").lower()
        self._mark = mark if offered and mark.startswith('"') and not packed else None
        self._total = int(length) if length.isdecimal() and length.isascii() and not packed else total
        self._last_line = bytearray() if self._total is None and not packed else None
        self._received = 0


def _is_packed(response: httpx.Response) -> bool:
    return response.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}


def _range_of(response: httpx.Response) -> tuple[int, int | None] | None:
    """Where a part starts, and how long the whole is, if that is said; None for no part that can be put anywhere."""
    found = _RANGE.fullmatch(response.headers.get("content-range", "").strip())
    if response.status_code != 206 or found is None:
        return None
    start, last, total = found.groups()
    if len(start + last + total) > 60 or int(last) < int(start):
        return None
    if total != "*" and int(last) != int(total) - 1:
        return None
    return int(start), None if total == "*" else int(total)


def _is_json(line: bytes | bytearray) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return not line.strip()
    return True
