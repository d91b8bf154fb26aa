"""Where recordings come from: files, patterns, standard input; plain, gzip, zstd; HAR, or a HAR entry a line.

A recording is read in blocks, which any process can take. A plain file of lines is only divided into byte ranges; of
everything else the reader hands out the bytes. What counts is the content, not the name: compression and form are
recognised by their first bytes.
"""

import glob
import gzip
import io
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, TypeAlias

import zstandard
from attrs import frozen

from conformance.recording.scan import Raw, scan_entries

BLOCK = 8 << 20
"""Bytes in a block, more or less: the last line is taken whole."""
MAX_ENTRY = 64 << 20
"""Bytes of one entry; a longer one is broken."""
STDIN = "-"

_HAR = re.compile(rb'\s*(?:\xef\xbb\xbf)?\s*\{\s*(?:"log"\s*:|$)')
_HEAD = 4096
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


class SourceError(Exception):
    """A recording cannot be read at all; the message is one line."""


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


def find(names: Iterable[str]) -> tuple[str, ...]:
    """The files that names and patterns stand for, each once; `-` is standard input.

    Raises:
        SourceError: there is no such file.
    """
    found: dict[str, None] = {}
    for name in names:
        if name == STDIN or Path(name).is_file() or Path(name).is_fifo():
            found[name] = None
            continue
        if Path(name).is_dir():
            raise SourceError(f"{name}: is a folder; name its files, such as '{name.rstrip('/')}/*.ndjson'")
        matches = [match for match in sorted(glob.glob(name, recursive=True)) if Path(match).is_file()]  # noqa: PTH207 - patterns with absolute parts
        if not matches:
            raise SourceError(f"{name}: no such file" + (", and nothing matches it" if glob.has_magic(name) else ""))
        found.update(dict.fromkeys(matches))
    return tuple(found)


def size(file: str) -> int | None:
    """Bytes of a file on the disk; None where nobody can know."""
    return None if file == STDIN or not Path(file).is_file() else Path(file).stat().st_size


def blocks(file: str) -> Iterator[Block | Broken]:
    """Divide a recording.

    Raises:
        SourceError: it cannot be opened or read.
    """
    try:
        with _opened(file) as (plain, stream, told):
            head = stream.peek(_HEAD)[:_HEAD]
            if _HAR.match(head):
                yield from _gathered(file, scan_entries(_pieces(stream), MAX_ENTRY), told)
            elif plain is not None:
                for start in range(0, plain, BLOCK):
                    length = min(BLOCK, plain - start)
                    yield Block(file, start, length, done=start + length)
            else:
                yield from _gathered(file, _lines(stream, 0), told)
    except _UNREADABLE as error:
        yield Broken(file, 0, f"the compressed data cannot be read to its end: {error}")
    except OSError as error:
        raise SourceError(f"{file}: {error.strerror or error}") from None


_Stream: TypeAlias = "io.BufferedReader[Any]"

_UNREADABLE = (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError)


@contextmanager
def _opened(file: str) -> Iterator[tuple[int | None, _Stream, Callable[[], int | None]]]:
    """The size of a plain file, its content decompressed, and how far the file on the disk has been read."""
    with ExitStack() as stack:
        raw: Any = sys.stdin.buffer if file == STDIN else stack.enter_context(Path(file).open("rb"))
        stream: _Stream = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(raw)

        def told() -> int | None:
            return stream.tell() if stream.seekable() else None

        magic = stream.peek(4)[:4]
        if magic.startswith(_GZIP):
            unpacked: Any = gzip.GzipFile(fileobj=stream)
            yield None, io.BufferedReader(unpacked), told
        elif magic.startswith(_ZSTD):
            unpacked = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
            yield None, io.BufferedReader(unpacked), told
        else:
            yield size(file), stream, told


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(1 << 20):
        yield piece


def _gathered(file: str, entries: Iterator[Raw], told: Callable[[], int | None]) -> Iterator[Block | Broken]:
    """Entries in blocks; what was read before an error is not lost."""
    gathered: list[Raw] = []
    length = 0
    broken = None
    while True:
        try:
            entry = next(entries, None)
        except _UNREADABLE as error:
            at = gathered[-1].offset if gathered else 0
            broken = Broken(file, at, f"the compressed data breaks off: {error}")
            entry = None
        if gathered and (entry is None or length >= BLOCK):
            done = told()
            end = gathered[-1].offset + len(gathered[-1].data)
            yield Block(file, gathered[0].offset, length, tuple(gathered), end if done is None else done)
            gathered, length = [], 0
        if entry is None:
            break
        gathered.append(entry)
        length += len(entry.data)
    if broken is not None:
        yield broken


def _lines(stream: IO[bytes], offset: int) -> Iterator[Raw]:
    while line := stream.readline(MAX_ENTRY):
        if not line.isspace():
            yield Raw(offset, line, line.endswith(b"\n"))
        offset += len(line)


def entries(block: Block) -> Iterator[Raw]:
    """The entries of a block.

    Raises:
        SourceError: the file can no longer be read.
    """
    if block.entries is not None:
        yield from block.entries
        return
    try:
        with Path(block.file).open("rb", buffering=1 << 17) as stream:
            offset, stop = block.start, block.start + block.length
            if offset:
                offset = _next_line(stream, offset - 1, stop)
            while offset < stop and (line := stream.readline(MAX_ENTRY)):
                if not line.isspace():
                    yield Raw(offset, line, line.endswith(b"\n"))
                offset += len(line)
    except OSError as error:
        raise SourceError(f"{block.file}: {error.strerror or error}") from None


def _next_line(stream: IO[bytes], offset: int, stop: int) -> int:
    """Skip to where a line starts, or to the end of the range."""
    stream.seek(offset)
    while offset < stop and (skipped := stream.readline(MAX_ENTRY)):
        offset += len(skipped)
        if skipped.endswith(b"\n"):
            break
    return offset


def again(file: str, offsets: Iterable[int]) -> dict[int, bytes]:
    """Entries at known offsets, read once more; those that cannot be had are left out."""
    wanted, found = set(offsets), dict[int, bytes]()
    if file == STDIN or size(file) is None:
        return found
    try:
        for block in blocks(file):
            if isinstance(block, Block) and (block.entries is not None or _holds(block, wanted)):
                found.update((raw.offset, raw.data) for raw in entries(block) if raw.offset in wanted)
            if len(found) == len(wanted):
                break
    except SourceError:
        pass
    return found


def _holds(block: Block, offsets: Iterable[int]) -> bool:
    return any(block.start <= offset < block.start + block.length for offset in offsets)
