"""Opening what a user names as a recording: a file, a pipe, standard input; and how its name is shown."""

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path

from conformance import files
from conformance.errors import UserError
from conformance.files import STDIN

WRITER = 5.0
"""Seconds in which somebody must begin to write to a named pipe."""


class SourceError(UserError):
    """A recording cannot be read at all, or not be written; the message is one line."""


def shown(name: str) -> str:
    """A name as it can be printed: bytes that are no UTF-8, and what would move a cursor, are escaped."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def is_readable(name: str) -> bool:
    """Whether there is a file or pipe of that name.

    Raises:
        SourceError: there is something else, or it cannot be looked at.
    """
    try:
        mode = Path(name).stat().st_mode
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        raise SourceError(f"{_clipped(name)}: {getattr(error, 'strerror', None) or error}") from None
    if stat.S_ISDIR(mode):
        raise SourceError(f"{shown(name)}: is a folder; name its files, such as '{shown(name).rstrip('/')}/*.ndjson'")
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
        raise SourceError(f"{shown(name)}: is neither a file nor a pipe")
    return True


def _clipped(name: str) -> str:
    text = shown(name)
    return text if len(text) <= 100 else f"{text[:100]}…"


@contextmanager
def opened(file: str) -> Iterator[BufferedIOBase]:
    """The bytes of a recording.

    Raises:
        SourceError: nobody writes to the pipe, or there is no standard input.
        OSError: it cannot be opened.
    """
    if file == STDIN:
        yield files.standard_input()
    elif Path(file).is_fifo():
        with _pipe(file) as stream:
            yield stream
    else:
        with Path(file).open("rb") as stream:
            yield stream


def _pipe(file: str) -> BufferedIOBase:
    """A named pipe that somebody writes to: without one, opening it would wait for ever."""
    outcome = list[BufferedIOBase | OSError]()

    def open_it() -> None:
        try:
            outcome.append(Path(file).open("rb"))  # noqa: SIM115 - the caller closes it
        except OSError as error:
            outcome.append(error)

    thread = threading.Thread(target=open_it, daemon=True)
    thread.start()
    thread.join(WRITER)
    if not outcome:
        os.close(os.open(file, os.O_RDWR | os.O_NONBLOCK))  # a writer, so that the thread can go on, and end
        thread.join()
        for stream in outcome:
            if not isinstance(stream, OSError):
                stream.close()
        raise SourceError(f"{shown(file)}: nobody writes to this pipe (waited {WRITER:.0f} s)")
    if isinstance(outcome[0], OSError):
        raise outcome[0]
    return outcome[0]
