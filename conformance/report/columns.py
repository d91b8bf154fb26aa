"""Text in columns of a terminal, where a Chinese character is two columns wide."""

from collections.abc import Iterator
from unicodedata import combining, east_asian_width


def width(text: str) -> int:
    """How many columns a text takes."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _character_width(character: str) -> int:
    return 0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1


def pad(text: str, columns: int) -> str:
    """The text with blanks up to a width."""
    return text + " " * max(0, columns - width(text))


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most so many columns, broken at blanks, within a word only where it is longer than a line."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        for piece in _pieces(word, columns):
            joined = f"{line} {piece}" if line else piece
            if width(joined) <= columns:
                line = joined
            else:
                lines.append(line)
                line = piece
    return [*lines, line]


def _pieces(word: str, columns: int) -> Iterator[str]:
    if width(word) <= columns:
        yield word
        return
    piece = ""
    for character in word:
        if width(piece) + _character_width(character) > columns:
            yield piece
            piece = ""
        piece += character
    yield piece


def fit(text: str, columns: int) -> str:
    """The text in at most so many columns: both ends, with `…` for what is left out between them."""
    if width(text) <= columns:
        return text
    tail = _start(text[::-1], (columns - 1) // 2)[::-1]
    return f"{_start(text, columns - 1 - width(tail))}…{tail}"


def _start(text: str, columns: int) -> str:
    """As much of the text as fits."""
    taken = 0
    for number, character in enumerate(text):
        taken += _character_width(character)
        if taken > columns:
            return text[:number]
    return text
