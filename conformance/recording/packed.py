"""The bytes of a recording as UTF-8, whatever it was packed in: gzip, zstd, UTF-16 or UTF-32; in bounded pieces."""

import codecs
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, field

from conformance.encodings import BEGINNINGS, encoded
from conformance.lazy import Lazy

if TYPE_CHECKING:
    import zstandard
else:
    zstandard = Lazy("zstandard")

PIECE = 1 << 20
"""Bytes of a piece, at most."""
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_FED = 1 << 10
"""Bytes that zstd is given at once: they may become 32,000 times as many."""

HEAD = 4
"""Bytes that tell how a recording is packed."""


def is_packed(head: bytes) -> bool:
    """Whether what starts with these HEAD bytes is something else than UTF-8 text as it is."""
    return head.startswith((_GZIP, _ZSTD, *BEGINNINGS))


class _PackedError(Exception):
    """The data cannot be unpacked to its end; the message says why."""


class Ahead:
    """Pieces of bytes that can be looked at before they are taken."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """Start at the first."""
        self._pieces = pieces
        self._ahead = b""

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """The next piece; what was looked at comes first."""
        if self._ahead:
            piece, self._ahead = self._ahead, b""
            return piece
        return next(self._pieces)

    def look(self, size: int) -> bytes:
        """What comes next: at least so many bytes, unless it ends before."""
        while len(self._ahead) < size and (piece := next(self._pieces, None)) is not None:
            self._ahead += piece
        return self._ahead


@define(eq=False)
class Unpacked:
    """What a recording holds; `in_place`: its offsets are those of the packed bytes. Once it is read: what was wrong.

    `recode`: whether what is not UTF-8 becomes it. `read` counts the bytes so far.
    """

    packed: Ahead
    recode: bool = True
    content: Ahead = field(init=False)
    in_place: bool = True
    read: int = 0
    broken: str = ""

    def __attrs_post_init__(self) -> None:
        """Look at the first bytes."""
        self.content = self.packed
        head = self.content.look(HEAD)
        for start, unpack in ((_GZIP, _gunzipped), (_ZSTD, _unzstd)):
            if head.startswith(start):
                self._through(unpack)
        head = self.content.look(HEAD)
        if self.recode and (encoding := encoded(head)) is not None:
            self._through(partial(_recoded, encoding=encoding))
        self.content = Ahead(self._counted(self.content))

    def _through(self, unpack: Callable[[Iterator[bytes]], Iterator[bytes]]) -> None:
        self.content, self.in_place = Ahead(self._until_broken(unpack(self.content))), False

    def _until_broken(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield from pieces
        except _PackedError as error:
            self.broken = str(error)

    def _counted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.read += len(piece)
            yield piece


def _recoded(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in pieces:
            yield decoder.decode(piece).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise _PackedError(f"it is no {encoding.upper()} throughout ({error.__class__.__name__})") from None


def _gunzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Members, one after another; zeros may pad the end."""
    member = None
    try:
        for piece in pieces:
            rest = piece
            while rest:
                if member is None:
                    rest = rest.lstrip(b"\x00")
                    member = zlib.decompressobj(zlib.MAX_WBITS | 16) if rest else None
                    continue
                if plain := member.decompress(rest, PIECE):
                    yield plain
                rest = member.unused_data if member.eof else member.unconsumed_tail
                member = None if member.eof else member
    except zlib.error as error:
        raise _PackedError(f"the gzip data is damaged ({error})") from None
    if member is not None:
        raise _PackedError("the gzip data breaks off")


def _unzstd(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Frames, one after another."""
    decompressor, frame = zstandard.ZstdDecompressor(), None
    gathered, size = list[bytes](), 0
    try:
        for piece in pieces:
            for start in range(0, len(piece), _FED):
                rest = piece[start : start + _FED]
                while rest:
                    frame = frame or decompressor.decompressobj()
                    gathered.append(frame.decompress(rest))
                    size += len(gathered[-1])
                    rest = frame.unused_data if frame.eof else b""
                    frame = None if frame.eof else frame
                if size >= PIECE // 4:
                    yield b"".join(gathered)
                    gathered, size = [], 0
    except zstandard.ZstdError as error:
        yield b"".join(gathered)
        raise _PackedError(f"the zstd data is damaged ({error})") from None
    yield b"".join(gathered)
    if frame is not None:
        raise _PackedError("the zstd data breaks off")
