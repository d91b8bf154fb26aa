"""The entries of a HAR document, one by one, out of a stream of any size."""

import re
from collections.abc import Iterator

from attrs import frozen

_TOKEN = re.compile(rb'[^"{}\[\]]*+("(?:[^"\\]++|\\.)*+"|[{}\[\]])', re.DOTALL)
_OPEN, _CLOSE = (b"{", b"["), (b"}", b"]")


@frozen
class Raw:
    """One entry as it stands in a recording. `whole`: its end was seen."""

    offset: int
    data: bytes
    whole: bool = True


def scan_entries(pieces: Iterator[bytes], longest: int) -> Iterator[Raw]:  # noqa: C901 - one automaton
    """The objects in the array `entries` of the object `log`; a last one whose end is missing is not `whole`.

    An entry longer than `longest` bytes ends the scan, as not whole: nobody knows what it swallowed.
    """
    buffer, base, position = b"", 0, 0
    depth, path, start = 0, [b"", b"", b""], -1
    name = b""
    for piece in pieces:
        keep = position if start < 0 else start
        buffer, base, position = buffer[keep:] + piece, base + keep, position - keep
        start = 0 if start >= 0 else -1
        while token := _TOKEN.match(buffer, position):
            position, text = token.end(), token[1]
            if text in _OPEN:
                if depth < len(path):
                    path[depth] = name
                depth += 1
                if depth == 4 and text == b"{" and path[1:] == [b'"log"', b'"entries"']:
                    start = position - 1
            elif text in _CLOSE:
                depth -= 1
                if depth == 3 and start >= 0:
                    yield Raw(base + start, buffer[start:position])
                    start = -1
            elif depth < len(path):
                name = text
        if len(buffer) - max(start, 0) > longest:
            break
    if start >= 0:
        yield Raw(base + start, buffer[start:], whole=False)
