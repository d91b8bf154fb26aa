"""Where recordings come from: files, patterns, standard input; packed or not; in any of the forms of `formats`.

A recording is read in blocks, which any process can take. A plain file of lines is only divided into byte ranges; of
everything else the reader hands out the bytes. What counts is the content, not the name: packing and form are
recognised by their first bytes. Of a file that grows, what it holds when it is opened is read.
"""

import glob
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedIOBase
from itertools import chain
from pathlib import Path
from typing import Literal

from attrs import define, frozen

from conformance.files import STDIN
from conformance.recording import opening
from conformance.recording.formats.breaks import BreaksOffError
from conformance.recording.formats.seeming import Seeming
from conformance.recording.formats.table import Form, recognised
from conformance.recording.lines import after_line_break, scan_lines
from conformance.recording.opening import SourceError
from conformance.recording.packed import PIECE, Ahead, Unpacked
from conformance.recording.scan import Raw

BLOCK = 8 << 20
"""Bytes in a block, more or less: the last line is taken whole."""
GATHERED = 20_000
"""Entries in a block, at most, where the reader hands them out."""
MAX_ENTRY = 64 << 20
"""Bytes of one entry; a longer one is passed over."""


@frozen
class Block:
    """A part of a recording: of a plain file of lines the range in which they start, else the entries themselves."""

    file: str
    start: int
    length: int
    entries: tuple[Raw, ...] | None = None
    done: int = 0
    """Bytes of the file as it lies on the disk that are read once this block is."""


@frozen
class Broken:
    """What kept a recording from being read to its end, and where."""

    file: str
    offset: int
    reason: str
    kind: Literal["file-unreadable", "file-foreign"] = "file-unreadable"
    """Whether it is a recording at all."""


def find(names: Iterable[str]) -> tuple[str, ...]:
    """The files that names and patterns stand for, each once; `-` is standard input.

    Raises:
        SourceError: there is no such file.
    """
    found: dict[str, None] = {}
    for name in names:
        if name == STDIN or opening.is_readable(name):
            found[name] = None
            continue
        matches = [match for match in sorted(glob.glob(name, recursive=True)) if os.path.isfile(match)]  # noqa: PTH113, PTH207 - patterns with absolute parts
        if not matches:
            raise SourceError(
                f"{opening.shown(name)}: no such file" + (", and nothing matches it" if glob.has_magic(name) else "")
            )
        found.update(dict.fromkeys(matches))
    return tuple(found)


def size(file: str) -> int | None:
    """Bytes of a file on the disk; None where nobody can know."""
    return None if file == STDIN or not Path(file).is_file() else Path(file).stat().st_size


def blocks(
    file: str, copy: Callable[[bytes], object] = lambda _: None, form: Form | None = None
) -> Iterator[Block | Broken]:
    """Divide a recording; `copy` takes what is read as it lies on the disk, `form` is its form where that is known.

    Raises:
        SourceError: it cannot be opened or read.
    """
    with _telling(file):
        plain = size(file)
        with opening.opened(file) as stream:
            reading = _Reading(stream, plain, copy)
            unpacked = Unpacked(Ahead(reading.pieces()))
            content = unpacked.content
            found = form or _form(content)
            if isinstance(found, Seeming):
                yield Broken(file, 0, str(found), "file-foreign")
            elif found.divisible and unpacked.in_place and plain is not None:
                for start in range(0, plain, BLOCK):
                    length = min(BLOCK, plain - start)
                    yield Block(file, start, length, done=start + length)
            else:
                yield from _gathered(file, found.read(content, MAX_ENTRY), reading)
            if unpacked.broken:
                yield Broken(file, unpacked.read, unpacked.broken)


@contextmanager
def _telling(file: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SourceError(f"{opening.shown(file)}: {error.strerror or error}") from None


@define(eq=False)
class _Reading:
    """How far a recording has been read. `size`: where to stop, if that is known."""

    stream: BufferedIOBase
    size: int | None
    copy: Callable[[bytes], object]
    done: int = 0

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the file."""
        while piece := self.stream.read1(PIECE if self.size is None else min(PIECE, self.size - self.done)):
            self.done += len(piece)
            self.copy(piece)
            yield piece


def _form(content: Ahead) -> Form | Seeming:
    """What a recording is, by as many of its first bytes as that takes."""
    wanted, found = 1, None
    while found is None:
        head = content.look(wanted)
        found = recognised(head, whole=len(head) < wanted)
        wanted = max(2 * len(head), 4096)
    return found


def _gathered(file: str, entries: Iterator[Raw], reading: _Reading) -> Iterator[Block | Broken]:
    """Entries in blocks; and where they break off."""
    gathered, length = list[Raw](), 0
    broken: Broken | None = None
    while True:
        try:
            entry = next(entries, None)
        except BreaksOffError as error:
            entry, broken = None, Broken(file, error.offset, error.reason)
        if entry is not None:
            gathered.append(entry)
            length += len(entry.data)
        if gathered and (entry is None or length >= BLOCK or len(gathered) >= GATHERED):
            yield Block(file, gathered[0].offset, length, tuple(gathered), reading.done)
            gathered, length = [], 0
        if entry is None:
            break
    if broken is not None:
        yield broken


def entries(block: Block) -> Iterator[Raw]:
    """The entries of a block.

    Raises:
        SourceError: the file can no longer be read.
    """
    if block.entries is not None:
        yield from block.entries
        return
    start, stop = block.start, block.start + block.length
    with _telling(block.file), Path(block.file).open("rb") as stream:
        if stream.seek(0, os.SEEK_END) < stop:
            yield Raw(min(start, stream.tell()), b"", "truncated")
        stream.seek(max(start - 1, 0))
        pieces = iter(lambda: stream.read(PIECE // 4), b"")
        rest = b""
        if start:
            start, rest = after_line_break(pieces, start - 1, stop)
        if start < stop:
            yield from scan_lines(chain((rest,), pieces), MAX_ENTRY, start, stop)


def again(file: str, offsets: Iterable[int], form: Form | None = None) -> Iterator[tuple[int, bytes]]:
    """Entries at known offsets, read once more; those that cannot be had are left out."""
    wanted = set(offsets)
    with suppress(SourceError):
        for block in blocks(file, form=form):
            if isinstance(block, Broken):
                continue
            for raw in _lines_at(block, wanted) if block.entries is None else block.entries:
                if raw.offset in wanted:
                    wanted.remove(raw.offset)
                    yield raw.offset, raw.data
            if not wanted:
                return


def _lines_at(block: Block, offsets: Iterable[int]) -> Iterator[Raw]:
    """The lines of a block that start at certain places."""
    here = sorted(one for one in offsets if block.start <= one < block.start + block.length)
    if not here:
        return
    with _telling(block.file), Path(block.file).open("rb") as stream:
        for offset in here:
            stream.seek(offset)
            pieces = iter(lambda: stream.read(PIECE // 16), b"")
            yield from scan_lines(pieces, MAX_ENTRY, offset, offset + 1)
