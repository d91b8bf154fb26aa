"""Content codings: right ones are undone, and what unpacks to more than asked, lies or breaks off is told in words."""

import gzip
import zlib

import brotli
import pytest
import zstandard

from conformance.coding import CodingError, decoded
from tests.wrong.huge import HUGE

MOST = 1_000_000
TEXT = b'{"object": "list"}' * 100


def bare_deflate(body: bytes) -> bytes:
    """Without zlib's header."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def _gzip(body: bytes) -> bytes:
    """Without the time, so that the same case has the same name in every process."""
    return gzip.compress(body, mtime=0)


@pytest.mark.parametrize(
    ("codings", "body"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("GZIP", _gzip(TEXT)),
        ("gzip", _gzip(TEXT[:900]) + _gzip(TEXT[900:])),
        ("gzip", _gzip(TEXT) + b"garbage"),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", bare_deflate(TEXT)),
        ("zstd", zstandard.compress(TEXT)),
        ("br", brotli.compress(TEXT)),
        ("deflate, gzip", _gzip(zlib.compress(TEXT))),
    ],
)
def test_what_is_right_is_undone(codings: str, body: bytes) -> None:
    """Also in the forms that are only common."""
    assert decoded(body, codings, MOST) == TEXT


@pytest.mark.parametrize(
    ("codings", "body", "words"),
    [
        ("gzip", TEXT, "broken"),
        ("zstd", TEXT, "broken"),
        ("gzip", _gzip(TEXT)[:-9], "breaks off"),
        ("zstd", zstandard.compress(TEXT)[:-3], "breaks off"),
        ("br", TEXT, "broken"),
        ("br", brotli.compress(TEXT)[:-2], "breaks off"),
        ("br", brotli.compress(b" " * (MOST + 1)), "more than 1,000,000 bytes"),
        ("compress", TEXT, "not asked for"),
        ("gzip," * 8, _gzip(TEXT), "8 content encodings at once"),
        ("gzip", _gzip(b"") * 1_000, "pieces"),
        ("gzip", _gzip(b" " * (MOST + 1)), "more than 1,000,000 bytes"),
        ("gzip, gzip", _gzip(_gzip(b" " * (MOST + 1))), "more than 1,000,000 bytes"),
        ("deflate", zlib.compress(b" " * (MOST + 1)), "more than 1,000,000 bytes"),
        ("zstd", zstandard.compress(b" " * (MOST + 1)), "more than 1,000,000 bytes"),
    ],
)
def test_what_is_wrong_is_said(codings: str, body: bytes, words: str) -> None:
    """In a few words, and never by another exception."""
    with pytest.raises(CodingError, match=words):
        decoded(body, codings, MOST)


@pytest.mark.parametrize("name", ["zstd that declares 1 GB", "zstd that declares 1 TB"])
def test_what_a_frame_declares_is_not_believed(name: str) -> None:
    """No memory is taken for it."""
    with pytest.raises(CodingError):
        decoded(HUGE[name]().raw, "zstd", MOST)
