"""A YAML or JSON document as plain data that remembers the line of every place in it."""

from pathlib import Path
from typing import Any, TypeAlias

from attrs import field, frozen

from conformance import files
from conformance.plain import DocumentError, Marks, NotPlain, build

__all__ = ["Document", "DocumentError", "Location", "NotPlain", "parse", "read"]

Location: TypeAlias = tuple[str | int, ...]
"""The keys and indexes that lead to a place in a document."""

MAX_BYTES = 20_000_000
MAX_SIZE = 500_000
"""How many values a document may hold, those that aliases repeat counted again."""


@frozen
class Document:
    """What was read: `data` is plain Python. Shown without either, which may be megabytes."""

    data: Any = field(repr=False)
    marks: Marks = field(default=1, repr=False)

    def line(self, location: Location) -> int:
        """The 1-based line of the key or item at a location, or of the nearest enclosing one that the text has."""
        marks = self.marks
        for step in location:
            if not isinstance(marks, tuple):
                break
            below = marks[1]
            try:
                marks = below[int(step)] if isinstance(below, list) else below[str(step)]
            except (LookupError, ValueError):
                break
        return marks[0] if isinstance(marks, tuple) else marks


def read(path: Path, *, lenient: bool = False) -> Document:
    """Read a file.

    Args:
        path: A file, or what else gives bytes.
        lenient: Leave what is no plain value as NotPlain where it stands, for whoever needs that place, and what
            aliases repeat shared.

    Raises:
        DocumentError: it is missing, unreadable, too large or not one plain document.
    """
    try:
        text = files.read(path, MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path}: not UTF-8 text (byte {error.start})") from None
    except (OSError, ValueError) as error:
        raise DocumentError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    return parse(text, str(path), lenient=lenient)


def parse(text: str, name: str, *, lenient: bool = False) -> Document:
    """Read a text; `name` stands in messages.

    Raises:
        DocumentError: it is not one plain YAML or JSON document.
    """
    built = build(text, name)
    if lenient:
        return Document(built.data, built.marks)
    if built.first is not None:
        raise DocumentError(built.first.text)
    if built.size > MAX_SIZE:
        raise DocumentError(f"{name}: more than {MAX_SIZE:,} values (aliases that grow without end?)")
    return Document(_unshared(built.data), built.marks)


def _unshared(node: Any) -> Any:
    """A copy in which what aliases repeat is there as often, so that each can be changed."""
    if isinstance(node, dict):
        return {key: _unshared(child) for key, child in node.items()}
    return [_unshared(child) for child in node] if isinstance(node, list) else node
