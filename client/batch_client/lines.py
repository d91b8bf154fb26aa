"""Lines of JSON out of pieces of bytes: each an object, or said to be none. It knows nothing of providers.

A line ends at a line feed and nowhere else; its number is that of line feeds before it, and one more.
"""

import json
from typing import Any

from attrs import define, field, frozen

LONGEST = 1 << 26
"""Bytes of a line; the rest of a longer one is passed over."""
_KEPT = 1000
"""Bytes that are kept of a line that is too long."""
_BOM = b"\xef\xbb\xbf"
_decode = json.JSONDecoder().raw_decode
"""Reads what a text begins with, and says where that ends; quicker than `json.loads`, which looks around it."""


@frozen
class Problem:
    """Why a line is no JSON object: what is there in place of one."""

    observed: str


class Beginning(bytes):
    """The beginning of a line that is too long."""

    __slots__ = ()


@define
class Lines:
    """Puts the pieces of a stream together to lines, without their ends."""

    longest: int = LONGEST
    _begun: bytearray = field(factory=bytearray, init=False)
    _too_long: bool = field(default=False, init=False)
    _is_first: bool = field(default=True, init=False)

    def feed(self, piece: bytes) -> list[bytes]:
        """The lines that a piece completes, empty ones too."""
        first, *lines = piece.split(b"\n")
        self._begin(first)
        if not lines:
            return []
        last = lines.pop()
        if b"\r" in piece:
            lines = [line.removesuffix(b"\r") for line in lines]
        lines.insert(0, self._end())
        self._begin(last)
        return lines

    def rest(self) -> bytes:
        """What stands behind the last line feed."""
        return self._end()

    def _begin(self, part: bytes) -> None:
        if not self._too_long:
            self._begun += part
            if len(self._begun) > self.longest:
                del self._begun[_KEPT:]
                self._too_long = True

    def _end(self) -> bytes:
        line = Beginning(self._begun) if self._too_long else bytes(self._begun).removesuffix(b"\r")
        self._begun.clear()
        self._too_long = False
        was_first, self._is_first = self._is_first, False
        return line.removeprefix(_BOM) if was_first and line.startswith(_BOM) else line


def read(line: bytes) -> dict[str, Any] | Problem:
    """The object that a line is, or why it is none."""
    try:
        text = line.decode()
        found, end = _decode(text)
        if end == len(text) and found.__class__ is dict:
            return found
    except (ValueError, RecursionError):
        pass  # said below, by one that looks closer
    return _looked_at(line)


def _looked_at(line: bytes) -> dict[str, Any] | Problem:
    if isinstance(line, Beginning):
        return Problem("a line that is too long to be read")
    try:
        found: Any = json.loads(line.decode())
    except UnicodeDecodeError:
        return Problem("text that is not UTF-8")
    except RecursionError:
        return Problem("JSON that is nested too deeply")
    except ValueError:
        return Problem("something that is no JSON")
    if found.__class__ is dict:
        return found
    return Problem(next((words for kind, words in _KINDS.items() if isinstance(found, kind)), "a number"))


_KINDS: dict[type, str] = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
