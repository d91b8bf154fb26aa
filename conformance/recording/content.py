"""The content of a batch's file, masked line by line: each says what it said of its request, or is broken alike."""

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from conformance.pseudonyms import Pseudonyms

_DEEP = 20_000
"""Lists within each other, which no reader follows."""


_SAID = ("UTF-16", "GBK", "not UTF-8")
"""What is told of texts that may hold anything."""
_STANDS: Mapping[str, Callable[[bytes], bytes]] = {
    "UTF-16": lambda _: b"\0",
    "GBK": lambda _: "掩".encode("gb18030"),
    "not UTF-8": lambda _: b"\xff",
    "JSON with ": lambda observed: b'{"masked":%s}' % observed.split()[2].removesuffix(b","),
    " twice": lambda observed: b"{%s:0,%s:0}" % ((observed.split()[-2],) * 2),
    "nested too deeply": lambda _: b"[" * _DEEP + b"]" * _DEEP,
}
"""By what is said of a line, the first that fits, what begins one of which the same is said."""


def masked_lines(body: bytes, masked: Callable[[Any], Any], names: Pseudonyms) -> bytes | None:
    """The lines of a file, with their ends, blank ones too; None where it is no file of lines.

    `masked` masks what a line holds.
    """
    from conformance.lines.text import encoding  # noqa: PLC0415 - few recordings have such files

    if b"\0" in body and encoding(body) is None:
        return None
    start = BOM_UTF8 if body.startswith(BOM_UTF8) else b""
    lines = body.removeprefix(start).split(b"\n")
    last = len(lines) - 1
    return start + b"\n".join(
        _masked(line, masked, names, cut=number == last) if line.strip() else line for number, line in enumerate(lines)
    )


def _masked(line: bytes, masked: Callable[[Any], Any], names: Pseudonyms, *, cut: bool) -> bytes:
    from conformance.lines.line import KEYS  # noqa: PLC0415 - likewise
    from conformance.lines.text import BrokenLine, read  # noqa: PLC0415 - likewise

    end = b"\r" if line.endswith(b"\r") else b""
    found = read(line.removesuffix(end), KEYS, cut=cut)
    if isinstance(found, BrokenLine):
        return _broken(found.observed, line, masked, names) + end
    try:
        told = masked(found)
    except UnicodeEncodeError:  # a lone surrogate, which JSON can write and nobody can encode
        told = masked(_sound(found))
    try:
        written = orjson.dumps(told)
    except orjson.JSONEncodeError:  # a number beyond 64 bits
        written = json.dumps(told, separators=(",", ":")).encode()
    return written + end


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return list(map(_sound, value))
    return {_sound(name): _sound(one) for name, one in value.items()} if isinstance(value, dict) else value


def _broken(observed: str, line: bytes, masked: Callable[[Any], Any], names: Pseudonyms) -> bytes:
    """What stands for a line that is no object: it is none for the same reason."""
    stands = b"masked " + names.digest(line)[:16].encode()
    for words, other in _STANDS.items():
        if words in observed:
            return other(observed.encode()) + (stands if words in _SAID else b"")
    try:
        return orjson.dumps(masked(orjson.loads(line)))  # JSON, and no object
    except orjson.JSONDecodeError:
        return b"{" + stands
