"""Lines of JSON out of pieces of bytes: each an object, or said to be none. It knows nothing of providers.

A line ends at a line feed and nowhere else; a line of white space is none.
"""

import json
from typing import Any

from attrs import define, field, frozen

LONGEST = 1 << 26
"""Bytes of a line; what is longer is told, and its rest passed over."""
_KEPT = 1000
"""Bytes that are kept of a line that is too long."""
_BOM = b"\xef\xbb\xbf"


@frozen
class Problem:
    """Why a line is no JSON object: what is there in place of one."""

    observed: str


@define
class Lines:
    """Puts the pieces of a stream together to lines, each with its number, from 1."""

    longest: int = LONGEST
    number: int = field(default=0, init=False)
    _begun: bytearray = field(factory=bytearray, init=False)
    _too_long: bool = field(default=False, init=False)

    def feed(self, piece: bytes) -> list[tuple[int, bytes, Problem | None]]:
        """The lines that a piece completes; one with a problem is cut."""
        *ended, rest = piece.split(b"\n")
        found = [one for line in ended if (one := self._end(line)) is not None] if ended else []
        self._begin(rest)
        return found

    def rest(self) -> list[tuple[int, bytes, Problem | None]]:
        """What stands behind the last line feed, if anything does."""
        found = self._end(b"")
        return [] if found is None else [found]

    def _begin(self, part: bytes) -> None:
        if not self._too_long:
            self._begun += part
            if len(self._begun) > self.longest:
                del self._begun[_KEPT:]
                self._too_long = True

    def _end(self, part: bytes) -> tuple[int, bytes, Problem | None] | None:
        problem = None
        if self._begun:
            self._begin(part)
            part = bytes(self._begun)
            if self._too_long:
                problem = Problem(f"a line of more than {self.longest} bytes")
            self._begun.clear()
            self._too_long = False
        self.number += 1
        if self.number == 1:
            part = part.removeprefix(_BOM)
        return (self.number, part.removesuffix(b"\r"), problem) if part and not part.isspace() else None


def read(line: bytes) -> dict[str, Any] | Problem:
    """The object that a line is, or why it is none."""
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
