"""The entries of a recording, one by one, out of a stream of any size: a HAR document, or lines.

Both go on after what they cannot read, and say where it was.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from attrs import define, field

Loss = Literal["truncated", "too-long", "no-exchange"]
"""Why there is no more of an entry: the recording ends, or the entry does not within any reason, or it is none."""


class Raw(NamedTuple):
    """One entry as it stands in a recording; what is too long is left out of `data`."""

    offset: int
    data: bytes
    loss: Loss | None = None


BOM = b"\xef\xbb\xbf"

_OPEN, _CLOSE = b"{[", b"}]"
# No possessive group holds alternatives: before Python 3.11.5 such a one matches wrongly.
_REST = rb'[^"\\]*+(?:\\.[^"\\]*+)*+'
"""Of a string, up to its end."""
_FLAT = rb'[{\[][^"{}\[\]]*+(?:"%s"[^"{}\[\]]*+)*+[}\]]' % _REST
TOKEN = re.compile(rb'[^"{}\[\]]*+(["{}\[\]])')
"""The next sign that means something outside of strings."""
STRING = re.compile(_REST, re.DOTALL)
_DEEP = re.compile(rb'(?>(?:[^"{}\[\]]++|"%s"|%s)*)' % (_REST, _FLAT), re.DOTALL)
_BRACKETS = re.compile(rb"%s([{\[]++|[}\]]++)" % _DEEP.pattern, re.DOTALL)
"""Deep in an entry only the depth matters, so whatever does not change it is skipped at once."""
_ITEM = re.compile(rb"[\s,]*+(%s)" % _FLAT, re.DOTALL)
_BETWEEN = re.compile(rb"[\s,]*+")
_SCALAR = re.compile(rb'[^\s,"{}\[\]]++')
_NAME = 32
"""Bytes of the names that are compared; longer ones are none of them."""
LOG = (b'"log"', b'"entries"')
"""The names that lead to the entries of a HAR document."""


def past(pattern: re.Pattern[bytes], buffer: bytes, at: int) -> int:
    """The place after what a pattern takes up, which may be nothing."""
    found = pattern.match(buffer, at)
    return found.end() if found else at


def scan_document(pieces: Iterable[bytes], longest: int, path: tuple[bytes, ...] = LOG) -> Iterator[Raw]:
    """What stands in the array that names in quotes lead to, and every value that is no such document.

    Documents may follow one another. What is longer than `longest` bytes is passed over.
    """
    scan = _Scan(longest, path)
    for piece in pieces:
        yield from scan.take(piece)
    yield from scan.end()


@define(eq=False)
class _Scan:
    """Where a scan stands: every byte is looked at once, however it is divided into pieces."""

    longest: int
    path: tuple[bytes, ...]
    _listed: int = field(init=False)
    """How deep the items of the array stand in a document."""
    _buffer: bytes = b""
    _base: int = 0
    """Offset of the buffer."""
    _at: int = 0
    """Place in the buffer up to which it was looked at."""
    _depth: int = 0
    _path: list[bytes] = field(init=False)
    _name: bytes = b""
    _string: int | None = None
    """Where the string that is being passed over began."""
    _start: int = -1
    """Where the element that is being passed over began; -1 outside of one."""
    _around: int = 0
    """The depth at which it stands."""
    _left_out: bool = False
    """Whether that element has become too long."""
    _listing: bool = False
    """Whether this is in the array of a document's entries."""
    _scalar: bool = False
    """Whether the last piece ended in something that is no string, object or array."""
    _held: bool = False
    """Whether it ended in the first bytes of such a thing, which are looked at again with those that follow."""

    def __attrs_post_init__(self) -> None:
        self._listed = len(self.path) + 1
        self._path = [b""] * self._listed

    def take(self, piece: bytes) -> Iterator[Raw]:
        keep = self._at
        if self._start >= 0 and not self._left_out:
            keep = self._start
        elif self._string is not None and self._at - self._string < _NAME:
            keep = max(self._string, 0)
        self._buffer, self._held = self._buffer[keep:] + piece, False
        self._base += keep
        self._at -= keep
        self._start = max(self._start - keep, 0) if self._start >= 0 else -1
        self._string = None if self._string is None else max(self._string - keep, -_NAME)
        yield from self._scanned()
        if self._start >= 0 and not self._left_out and len(self._buffer) - self._start > self.longest:
            self._left_out = True
            yield Raw(self._base + self._start, b"", "too-long")

    def end(self) -> Iterator[Raw]:
        if self._held:
            yield Raw(self._base + self._at, self._buffer[self._at :])
        if self._start >= 0 and not self._left_out:
            yield Raw(self._base + self._start, self._buffer[self._start :], "truncated")
        elif self._depth or self._string is not None:
            yield Raw(self._base + len(self._buffer), b"", "truncated")

    def _scanned(self) -> Iterator[Raw]:
        buffer = self._buffer
        while self._at < len(buffer):
            if self._string is not None:
                self._at = past(STRING, buffer, self._at)
                if buffer[self._at : self._at + 1] != b'"':
                    return
                self._at += 1
                yield from self._string_ended()
            elif self._start < 0 and (self._depth == 0 or self._listing):
                yield from self._between()
                if self._held:
                    return
            elif self._depth > self._floor:
                yield from self._passed_over(self._floor)
            elif token := TOKEN.match(buffer, self._at):
                yield from self._token(token.start(1), token[1])
            else:
                self._at = len(buffer)

    @property
    def _floor(self) -> int:
        """The depth from which on names matter: of what stands alone, `log` may be one."""
        return 1 if self._start >= 0 and self._around == 0 else self._listed

    def _passed_over(self, floor: int) -> Iterator[Raw]:
        """What is deeper than the floor."""
        buffer, at, depth = self._buffer, self._at, self._depth
        while depth > floor and (found := _BRACKETS.match(buffer, at)):
            at, begun = found.end(), found.start(1)
            if buffer[begun] in _OPEN:
                depth += at - begun
            else:
                at = min(at, begun + depth - floor)
                depth -= at - begun
        self._at, self._depth = at, depth
        if depth > floor:
            self._at = past(_DEEP, buffer, at)
            if self._at < len(buffer):
                self._string = self._at
                self._at += 1
        elif self._start >= 0 and depth == self._around:
            yield from self._element_ended()

    def _between(self) -> Iterator[Raw]:
        """Before an element: what stands there that is no bracket and no string is one of its own."""
        buffer = self._buffer
        if self._scalar and (rest := _SCALAR.match(buffer, self._at)):
            self._at = rest.end()
            return
        self._scalar = False
        while self._listing and (flat := _ITEM.match(buffer, self._at)):
            self._at = flat.end()
            yield Raw(self._base + flat.start(1), flat[1])
        self._at = past(_BETWEEN, buffer, self._at)
        if scalar := _SCALAR.match(buffer, self._at):
            if scalar.end() == len(buffer) and len(scalar[0]) < _NAME:
                self._held = True
                return
            self._at = scalar.end()
            self._scalar = True
            if scalar[0] != BOM:
                yield Raw(self._base + scalar.start(), scalar[0])
        elif self._at < len(buffer):
            at, text = self._at, buffer[self._at : self._at + 1]
            if text not in _CLOSE:
                self._start, self._around, self._left_out = at, self._depth, False
            yield from self._token(at, text)

    def _token(self, at: int, text: bytes) -> Iterator[Raw]:
        self._at = at + len(text)
        if text == b'"':
            self._string = at
        elif text[0] in _OPEN:
            if self._depth < self._listed:
                self._opened(text)
            self._depth += len(text)
        else:
            yield from self._closed(at, len(text))

    def _opened(self, text: bytes) -> None:
        self._path[self._depth] = self._name
        if self.path:
            is_document = self._depth == 1 and self._around == 0 and self._name == self.path[0]
        else:
            is_document = self._depth == 0 and text == b"["
        if is_document:
            self._start = -1  # no element itself, it holds some
        listed = self._start < 0 and tuple(self._path[1:]) == self.path
        self._listing = listed and self._depth == self._listed - 1 and text == b"["
        self._name = b""

    def _closed(self, at: int, count: int) -> Iterator[Raw]:
        if self._start >= 0 and self._depth - count <= self._around:
            self._at = at + self._depth - self._around
            self._depth = self._around
            yield from self._element_ended()
        elif self._depth == 0:
            yield Raw(self._base + at, self._buffer[at : self._at])
        else:
            self._depth -= count
            self._listing = False

    def _string_ended(self) -> Iterator[Raw]:
        begun, self._string = self._string or 0, None
        if self._depth < self._listed:
            self._name = self._buffer[begun : self._at] if begun >= 0 and self._at - begun <= _NAME else b""
        if self._start >= 0 and self._depth == self._around:
            yield from self._element_ended()

    def _element_ended(self) -> Iterator[Raw]:
        start, self._start = self._start, -1
        if not self._left_out:
            yield Raw(self._base + start, self._buffer[start : self._at])
