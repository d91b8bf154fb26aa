"""The traces of Go's httprr: a line of its own, then each request and answer as sent, with their lengths before them.

https://pkg.go.dev/golang.org/x/oscar/internal/httprr
"""

import re
from collections.abc import Iterable, Iterator

from conformance.recording.formats.breaks import BreaksOffError
from conformance.recording.formats.interaction import Interaction
from conformance.recording.formats.message import joined, read
from conformance.recording.scan import Raw

FIRST = b"httprr trace v1"
_LENGTHS = re.compile(rb"([0-9]{1,12}) ([0-9]{1,12})\r?\n")
_LINE = 40


def interactions(pieces: Iterable[bytes], longest: int) -> Iterator[tuple[Raw, Interaction | None]]:
    """Each exchange with its place; None where it is too long.

    Raises:
        BreaksOffError: lengths are expected, and something else stands there.
    """
    stream = _Stream(iter(pieces))
    stream.take(len(stream.line()))
    while line := stream.line():
        offset, lengths = stream.offset, _LENGTHS.fullmatch(line)
        if lengths is None:
            raise BreaksOffError(offset, "the lengths of an exchange are expected there")
        stream.take(len(line))
        sent, received = int(lengths[1]), int(lengths[2])
        if sent + received > longest:
            stream.pass_over(sent + received)
            yield Raw(offset, b"", "too-long"), None
            continue
        request, answer = stream.take(sent), stream.take(received)
        if len(answer) < received:
            yield Raw(offset, b"", "truncated"), None
            return
        yield Raw(offset, b""), joined(read(request), read(answer))


class _Stream:
    """Bytes by their number."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._ahead = bytearray()
        self.offset = 0

    def line(self) -> bytes:
        """The line that comes next, at most as long as one of lengths is; it is not taken."""
        self._fill(_LINE)
        end = self._ahead.find(b"\n", 0, _LINE) + 1
        return bytes(self._ahead[: end or _LINE])

    def take(self, size: int) -> bytes:
        """So many bytes, or what there is."""
        self._fill(size)
        taken = bytes(self._ahead[:size])
        del self._ahead[:size]
        self.offset += len(taken)
        return taken

    def pass_over(self, size: int) -> None:
        """Let go of so many bytes."""
        while size > 0 and (taken := len(self.take(min(size, 1 << 20)))):
            size -= taken

    def _fill(self, size: int) -> None:
        while len(self._ahead) < size and (piece := next(self._pieces, None)) is not None:
            self._ahead += piece
