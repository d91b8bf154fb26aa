"""Content codings undone in memory that is bounded before anything is unpacked, whatever a body says of itself."""

import zlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from conformance.lazy import Lazy

if TYPE_CHECKING:
    import brotli  # type: ignore[import-not-found, import-untyped, unused-ignore]  # it has no types of its own
    import zstandard
else:
    brotli = Lazy("brotli")
    zstandard = Lazy("zstandard")

ACCEPTED = "gzip, deflate"
"""What is asked for."""

MAX_CODINGS = 3
"""How many codings one body may have: nobody who means well uses two."""

_MAX_MEMBERS = 64
"""How many gzip members or zstd frames may stand one after the other."""
_ZSTD_WINDOW = 8 << 20
"""RFC 9659: what a receiver of zstd over HTTP must be able to hold."""
_PIECE = 256
"""Bytes of zstd that are unpacked at once: they cannot become more than some megabytes."""


class CodingError(Exception):
    """A body cannot be unpacked; the message is a few words, without anything of the body."""


def decoded(body: bytes, codings: str, most: int) -> bytes:
    """A body without its content codings, given as in `Content-Encoding`, of at most so many bytes at every step.

    Raises:
        CodingError: it is broken, unpacks to more, or has codings that are unknown or too many.
    """
    names = [name for part in codings.split(",") if (name := part.strip().lower()) and name != "identity"]
    if len(names) > MAX_CODINGS:
        raise CodingError(f"{len(names)} content encodings at once")
    for name in reversed(names):
        if name not in _DECODERS:
            raise CodingError("the body's content encoding was not asked for")
        try:
            body = _unpacked(body, _DECODERS[name], most)
        except _errors():
            raise CodingError("the body's content encoding is broken") from None
    return body


def _errors() -> tuple[type[Exception], ...]:
    """What decoders raise where what they are given is broken."""
    return zlib.error, zstandard.ZstdError, brotli.error


class _Inflate:
    """zlib's decoder, one member, given out a little more than `most` at the most."""

    def __init__(self, body: bytes, most: int, window: int) -> None:
        decoder = zlib.decompressobj(window)
        self.plain = decoder.decompress(body, most + 1)
        self.ended = decoder.eof or len(self.plain) > most
        self.rest = decoder.unused_data


class _Zstd:
    """One frame."""

    def __init__(self, body: bytes, most: int) -> None:
        decoder = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        plain, at = bytearray(), 0
        while at < len(body) and not decoder.eof and len(plain) <= most:
            plain += decoder.decompress(body[at : at + _PIECE])
            at += _PIECE
        self.plain = bytes(plain)
        self.ended = decoder.eof or len(plain) > most
        self.rest = decoder.unused_data + body[at:] if decoder.eof else b""


class _Brotli:
    """The whole: it has no members."""

    rest = b""

    def __init__(self, body: bytes, most: int) -> None:
        decoder = brotli.Decompressor()
        plain, given = bytearray(decoder.process(body, output_buffer_limit=most + 1)), 1
        while given and not decoder.is_finished() and len(plain) <= most:
            piece = decoder.process(b"", output_buffer_limit=most + 1 - len(plain))
            plain += piece
            given = len(piece)
        self.plain = bytes(plain)
        self.ended = decoder.is_finished() or len(plain) > most


def _deflate(body: bytes, most: int) -> _Inflate:
    """With zlib's header, as RFC 9110 has it, or without, as some servers do."""
    try:
        return _Inflate(body, most, zlib.MAX_WBITS)
    except zlib.error:
        return _Inflate(body, most, -zlib.MAX_WBITS)


_Decoder = tuple[Callable[[bytes, int], Any], bytes]
"""Unpacks one member; and what a further member starts with: other bytes behind the first are passed over."""

_GZIP: _Decoder = (lambda body, most: _Inflate(body, most, zlib.MAX_WBITS | 16), b"\x1f\x8b")

_DECODERS: Mapping[str, _Decoder] = {
    "gzip": _GZIP,
    "x-gzip": _GZIP,
    "deflate": (_deflate, b"\0" * 9),
    "br": (_Brotli, b"\0" * 9),
    "zstd": (_Zstd, b"\x28\xb5\x2f\xfd"),
}


def _unpacked(body: bytes, decoder: _Decoder, most: int) -> bytes:
    unpack, magic = decoder
    plain = bytearray()
    for _ in range(_MAX_MEMBERS):
        if not body:
            break
        member = unpack(body, most - len(plain))
        plain += member.plain
        if len(plain) > most:
            raise CodingError(f"a body of more than {most:,} bytes")
        if not member.ended:
            raise CodingError("the body's content encoding breaks off")
        body = member.rest if member.rest.startswith(magic) else b""
    if body:
        raise CodingError(f"a body packed in more than {_MAX_MEMBERS} pieces")
    return bytes(plain)
