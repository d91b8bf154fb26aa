"""How texts begin that are not UTF-8."""

import codecs
from collections.abc import Mapping

BEGINNINGS: Mapping[bytes, str] = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"{\x00": "utf-16-le",
    b"[\x00": "utf-16-le",
    b"\x00{": "utf-16-be",
    b"\x00[": "utf-16-be",
}
"""Marks, and the first character of JSON, with the codec that reads the rest; the longer mark first."""


def encoded(start: bytes) -> str | None:
    """The codec of a text that begins so; None where it may be UTF-8."""
    return next((codec for mark, codec in BEGINNINGS.items() if start.startswith(mark)), None)
