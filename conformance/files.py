"""Files that users name: inputs with a bound on their bytes and on their silence, outputs whole or not at all."""

import errno
import io
import os
import select
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

STDIN = "-"
"""How a user names standard input."""
SILENCE = 10.0
"""Seconds without a byte after which what is no plain file is given up: a pipe that nobody writes to, say."""
_PIECE = 1 << 20


def opened(path: Path | str) -> io.BufferedReader:
    """Open an input for reading: a plain file, or what else gives bytes, such as a shell's `<(…)`, or `-`.

    Raises, here or while it is read:
        OSError: it cannot be opened or read, is a folder, or nothing comes of it for too long.
    """
    if str(path) == STDIN:
        return standard_input()
    # Without O_NONBLOCK a pipe is not even opened until somebody writes to it.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    found = os.fstat(descriptor)
    if stat.S_ISDIR(found.st_mode):
        os.close(descriptor)
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    plain = stat.S_ISREG(found.st_mode) and found.st_size > 0
    return io.BufferedReader(io.FileIO(descriptor) if plain else _Patient(descriptor, silence=SILENCE), _PIECE)


def standard_input() -> io.BufferedReader:
    """Standard input, waited for as long as somebody may still write to it.

    Raises:
        OSError: there is none, or it is a folder, or a device that may have no end.
    """
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed", STDIN)
    given = cast("io.BufferedReader", sys.stdin.buffer)
    try:
        found = os.fstat(given.fileno())
    except OSError:  # not one of the operating system
        return given
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, "standard input is a folder", STDIN)
    endless = stat.S_ISCHR(found.st_mode) and not given.isatty()
    if endless and not os.path.samestat(found, os.stat(os.devnull)):  # noqa: PTH116 - as fstat gives it
        raise OSError(errno.EINVAL, "standard input is a device, which may have no end", STDIN)
    return io.BufferedReader(_Patient(given.fileno(), closefd=False), _PIECE)


class _Patient(io.FileIO):
    """What may keep its reader waiting: pipes, devices, the kernel's files, whose size nobody knows.

    A pipe may have been opened by others so that reading it does not wait: that it has nothing now is not its end.
    """

    def __init__(self, descriptor: int, *, closefd: bool = True, silence: float | None = None) -> None:
        super().__init__(descriptor, closefd=closefd)
        self._milliseconds = None if silence is None else silence * 1000

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        poll = select.poll()
        poll.register(self, select.POLLIN)
        while poll.poll(self._milliseconds):
            count: int | None = super().readinto(buffer)
            if count is not None:  # else another reader of the pipe was faster
                return count
        raise TimeoutError(errno.ETIMEDOUT, f"nothing came of it for {SILENCE:g} s")


def read(path: Path | str, most: int) -> bytes:
    """Read an input whole.

    Raises:
        OSError: as `opened`, or it has more than `most` bytes.
    """
    content = bytearray()
    with opened(path) as stream:
        while piece := stream.read1(_PIECE):
            content += piece
            if len(content) > most:
                raise OSError(errno.EFBIG, f"larger than {most} bytes", str(path))
    return bytes(content)


def write(path: Path, text: str) -> Path:
    """Write a text beside its place, then rename it: a reader sees the old file or the new one. Returns the path.

    Raises:
        OSError: it cannot be written; nothing is left behind.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    return path


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write beside a path, which takes its place when all is written, and is not left behind if not.

    Raises:
        OSError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as stream:
            yield stream
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
