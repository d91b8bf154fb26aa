"""The input of a batch as it is read beside its results; and again, for what is to be sent again."""

import os
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

from attrs import define

from conformance import files
from conformance.errors import UserError
from conformance.input_rules import RULES, Report, Scan
from conformance.input_rules.custom_ids import CustomIds
from conformance.input_rules.lines import InputLines
from conformance.recording.packed import Ahead, Unpacked
from conformance.results.matching import ANSWERED, BLANK, FAILED, Matching

PIECE = 1 << 18
MOST_LINES = 100_000_000
"""Lines of an input, of each of which a byte is kept."""


class ResultsError(UserError):
    """Results or their input cannot be read, or not be written; the message is one line."""


@define
class Pieces:
    """The bytes of a file, unpacked; once they are read: why they are not all, and what the file was."""

    name: str
    broken: str = ""
    copy: IO[bytes] | None = None
    """Where the bytes are put down as well."""
    tell: Callable[[int], object] = lambda _: None
    """Told the size of each piece as it lies on the disk."""
    _state: tuple[int, ...] = ()

    def __iter__(self) -> Iterator[bytes]:
        try:
            with files.opened(self.name) as stream:
                self._state = _state(stream)
                unpacked = Unpacked(Ahead(self._told(iter(partial(stream.read1, PIECE), b""))), recode=False)
                for piece in unpacked.content:
                    if self.copy is not None:
                        self.copy.write(piece)
                    yield piece
                self.broken = unpacked.broken
        except OSError as error:
            raise ResultsError(f"{self.name}: {error.strerror or error}") from None

    def _told(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.tell(len(piece))
            yield piece

    def again(self) -> Iterator[bytes]:
        """The same bytes once more.

        Raises:
            ResultsError: they can no longer be had.
        """
        if self.copy is not None:
            self.copy.seek(0)
            yield from iter(partial(self.copy.read, PIECE), b"")
            return
        before, once_more = self._state, Pieces(self.name)
        for piece in once_more:
            if once_more._state != before:
                raise ResultsError(f"{self.name}: has changed while it was read")
            yield piece


def _state(stream: IO[bytes]) -> tuple[int, ...]:
    found = os.fstat(stream.fileno())
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


class _Anything(CustomIds):
    """Names of which somebody else knows whether they stand twice."""

    def add_all(self, some: object) -> bool:
        del some
        return True


def read_input(pieces: Pieces, provider: str, matching: Matching) -> Report:
    """Take the input in, line by line; returns what is to be said of it before it is sent again.

    Raises:
        ResultsError: it cannot be read, or has more lines than could be held.
    """
    rules = RULES[provider]
    scan = Scan(rules, InputLines(rules, frozenset(), None, custom_ids=_Anything()), whole=True)
    for piece in pieces:
        matching.ask(scan.feed(piece))
        if len(matching.marks) > MOST_LINES:
            raise ResultsError(f"{pieces.name}: more than {MOST_LINES:,} lines")
    matching.ask(scan.end())
    scan.look_at_whole()
    return scan.report()


def write_rest(pieces: Pieces, matching: Matching, path: Path) -> int:
    """Write the lines of the input that have no success, byte for byte and in their order; returns how many.

    Raises:
        ResultsError: the input can no longer be read, or the file not be written.
    """
    marks, number = matching.marks, 0
    try:
        with files.replacing(path) as out:
            for piece in pieces.again():
                *whole, begun = piece.split(b"\n")
                for part in whole:
                    if not marks[number] & (ANSWERED | BLANK):
                        out.write(part + b"\n")
                    number += 1
                if begun and not marks[number] & (ANSWERED | BLANK):
                    out.write(begun)
    except OSError as error:
        raise ResultsError(f"{path}: cannot be written ({error.strerror or error})") from None
    return matching.count(0, FAILED)


def spool() -> IO[bytes]:
    """A file of no name, gone when it is closed."""
    return tempfile.TemporaryFile(prefix="batch-conformance-")
