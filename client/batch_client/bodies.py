"""Bodies as they come over the network, unpacked step by step: whole or an error, and none grows without end."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import httpx

from batch_client.drift import Drift
from batch_client.reading import unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 1 << 16
"""The most bytes of a packed body that are given at once; of others, what one read of the network gives."""
MOST = 1 << 26
"""Bytes of a body that is read as a whole; files of results are not."""
SUSPECT = 1 << 30
"""Bytes beyond which a body may not be more than MOST_PACKED times what came of it."""
MOST_PACKED = 100
CODINGS = "gzip, deflate"
"""What is asked for where a body is read as a whole; files are asked for as they are, so that they can be resumed."""
_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class Unpacking:
    """Unpacks one body by its Content-Encoding."""

    def __init__(self, response: httpx.Response) -> None:
        """Nothing has come yet.

        Raises:
            UnreadableResponse: it is packed in a way that was not asked for.
        """
        coding = response.headers.get("content-encoding", "").strip().lower()
        if coding not in {"", "identity", *_WINDOWS}:
            observed = f"Content-Encoding {coding[:60]}"
            raise unreadable(
                httpx.Response(response.status_code), Drift("$", f"a body as it is, or {CODINGS}", observed)
            )
        self._request = response.request
        self._window = _WINDOWS.get(coding)
        self._unpacker = None if self._window is None else zlib.decompressobj(self._window)
        self._begun = False
        self.came = 0
        self.given = 0

    @property
    def is_packed(self) -> bool:
        """Whether bytes given are others than those that came."""
        return self._window is not None

    def feed(self, raw: bytes) -> Iterator[bytes]:
        """What some bytes are, unpacked.

        Raises:
            httpx.DecodingError: they are not packed as they say, or far too well.
        """
        self.came += len(raw)
        if self._unpacker is None:
            self.given += len(raw)
            yield raw
            return
        piece = b""
        while raw or len(piece) == PIECE:
            piece, raw = self._unpacked(raw)
            if piece:
                self.given += len(piece)
                if self.given > SUSPECT and self.given > MOST_PACKED * self.came:
                    raise self._error("the body is packed beyond what results can be")
                yield piece

    def end(self) -> None:
        """The body is over.

        Raises:
            httpx.DecodingError: it is not whole.
        """
        if self._unpacker is not None and self._begun and not self._unpacker.eof:
            raise self._error("the packed body is cut short")

    def _unpacked(self, raw: bytes) -> tuple[bytes, bytes]:
        assert self._unpacker is not None
        if self._unpacker.eof:  # another one behind it, which gzip allows; anything else is ignored, as zeros are
            if self._window != 31 or not raw.startswith(b"\x1f"):
                return b"", b""
            self._unpacker = zlib.decompressobj(31)
        try:
            piece = self._unpacker.decompress(raw, PIECE)
        except zlib.error as error:
            if self._begun or self._window != 15:
                raise self._error(f"the body is not packed as it says: {error}") from None
            self._window = -15  # what some call deflate
            self._unpacker = zlib.decompressobj(-15)
            return b"", raw
        self._begun = True
        return piece, self._unpacker.unconsumed_tail or self._unpacker.unused_data

    def _error(self, said: str) -> httpx.DecodingError:
        return httpx.DecodingError(said, request=self._request)


class Gathering:
    """Puts together a body that is read as a whole."""

    def __init__(self, response: httpx.Response) -> None:
        """Nothing has come yet."""
        self._response = response
        self._unpacking = Unpacking(response)
        self._pieces = bytearray()

    def feed(self, raw: bytes) -> None:
        """Take some bytes.

        Raises:
            UnreadableResponse: the body is too large.
        """
        for piece in self._unpacking.feed(raw):
            self._pieces += piece
            if len(self._pieces) > MOST:
                bare = httpx.Response(self._response.status_code, request=self._response.request)
                raise unreadable(bare, Drift("$", f"a body of at most {MOST >> 20} MB", "a larger one"))

    def end(self) -> httpx.Response:
        """The response, its body loaded."""
        self._unpacking.end()
        return self.so_far()

    @property
    def size(self) -> int:
        """Bytes that there are."""
        return len(self._pieces)

    def so_far(self) -> httpx.Response:
        """The response with what has come of its body."""
        return loaded(self._response, bytes(self._pieces))


def loaded(response: httpx.Response, content: bytes) -> httpx.Response:
    """A response with a body that is unpacked already."""
    headers = [(name, value) for name, value in response.headers.raw if name.lower() not in _OF_THE_WAY]
    return httpx.Response(response.status_code, headers=headers, content=content, request=response.request)


_OF_THE_WAY = (b"content-encoding", b"content-length", b"transfer-encoding")
"""Headers that say how a body came."""
