"""One line as JSON: an object, or why it is none. Stricter than clients: what two readers read two ways is told."""

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NoReturn

import orjson
from attrs import frozen

from conformance.encodings import encoded

CUT = "a line that is cut off"
TOO_LONG = "a line that is too long to be read"
NOT_JSON = "something that is no JSON"
TOO_DEEP = "JSON that is nested too deeply"
NOT_UTF8 = "text that is not UTF-8"
_KINDS: dict[type, str] = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}


@frozen
class BrokenLine:
    """Why a line is no JSON object: what is there in place of one."""

    observed: str


def encoding(start: bytes) -> str | None:
    """What a text is encoded in by its first bytes, where that is not UTF-8."""
    codec = encoded(start)
    return codec and codec[:6].upper()


def not_utf8(line: bytes) -> str:
    """What a line that is not UTF-8 seems to be."""
    if b"\x00" in line:
        return "text that is UTF-16, not UTF-8"
    with suppress(UnicodeDecodeError):
        if any("\u4e00" <= sign <= "\u9fff" for sign in line.decode("gb18030")):
            return "text that is GBK, not UTF-8"
    return NOT_UTF8


def read(line: bytes, keys: Sequence[bytes] = (), *, cut: bool = False) -> dict[str, Any] | BrokenLine:
    """The object that a line is.

    Args:
        line: Without its end.
        keys: In quotes; none of them may stand twice in the object, or in one that is a value of it.
        cut: Whether the file ends behind it without a line feed, so that it may not be whole.
    """
    if line.__class__ is not bytes:  # the client's reader keeps but the beginning of a line that is too long
        return BrokenLine(TOO_LONG)
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return BrokenLine(CUT if cut and _ends_inside(line) else not_utf8(line))
    if "\x00" in text:
        return BrokenLine("text that is UTF-16, not UTF-8")
    found = _parsed(line, text)
    if isinstance(found, BrokenLine):
        return BrokenLine(CUT) if cut and found.observed == NOT_JSON else found
    if not isinstance(found, dict):
        return BrokenLine(next((words for kind, words in _KINDS.items() if isinstance(found, kind)), "a number"))
    often = any(line.count(key) > _held(found, key.decode()[1:-1]) for key in keys)
    twice = repeated(line, keys) if often else None
    return found if twice is None else BrokenLine(f"an object with {twice} twice")


def _held(found: dict[str, Any], key: str, deep: int = 2) -> int:
    """In how many objects, down to a depth, there is a key."""
    below = [one for one in found.values() if one.__class__ is dict] if deep else ()
    return (key in found) + sum(_held(one, key, deep - 1) for one in below)


def _ends_inside(line: bytes) -> bool:
    """Whether a line is UTF-8 up to a sign that its end cuts."""
    try:
        line.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return False


def _parsed(line: bytes, text: str) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        pass  # it has no lone surrogates, and no numbers beyond a double, which are JSON all the same
    try:
        return json.loads(text, parse_constant=_refused)
    except RecursionError:
        return BrokenLine(TOO_DEEP)
    except _ConstantError as error:
        return BrokenLine(f"JSON with {error}, which JSON has not")
    except ValueError:
        return BrokenLine(NOT_JSON)


class _ConstantError(Exception):
    """NaN or an infinity; the message is its name."""


def _refused(name: str) -> NoReturn:
    raise _ConstantError(name)


class _Pairs(dict[str, Any]):
    """An object, and the keys that stand twice in it."""

    twice: frozenset[str] = frozenset()


def repeated(line: bytes, keys: Sequence[bytes]) -> str | None:
    """The first of some keys, in quotes, that stands twice in the object that a line is, or in one of its values."""
    if all(line.count(key) < 2 for key in keys):
        return None

    def hook(pairs: list[tuple[str, Any]]) -> _Pairs:
        found = _Pairs(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            found.twice = frozenset(name for name in names if names.count(name) > 1)
        return found

    try:
        whole = json.loads(line, object_pairs_hook=hook)
    except (ValueError, RecursionError):
        return None
    for one in (whole, *whole.values()) if isinstance(whole, _Pairs) else ():
        for key in keys if isinstance(one, _Pairs) else ():
            if key.decode()[1:-1] in one.twice:
                return key.decode()
    return None
