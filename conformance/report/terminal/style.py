"""How a terminal shows things: colours where they are wanted, shapes that do without, lines of so many columns."""

from collections.abc import Iterator

from attrs import frozen

from conformance.report.columns import wrap

_COLORS = {
    "breaking": "31;1",
    "warning": "33",
    "info": "36",
    "known": "33",
    "drift": "31;1",
    "conforms": "32",
    "differs": "33",
    "could-not-check": "35",
    "code": "1",
    "quiet": "2",
}
SHAPES = {"breaking": "▲", "warning": "◆", "info": "●", "known": "○"}
"""A shape for each severity, so that colour is not needed to tell them apart."""


@frozen
class Style:
    """Colours where they are wanted."""

    color: bool

    def __call__(self, kind: str | None, text: str) -> str:
        """The text in the colour of a kind; as it is for a kind that has none."""
        code = _COLORS.get(kind or "")
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and code and text else text


def indented(text: str, columns: int, indent: int) -> Iterator[str]:
    """Wrapped lines behind blanks."""
    return (" " * indent + line for line in wrap(text, columns - indent))


def hanging(text: str, columns: int, indent: int) -> Iterator[str]:
    """Wrapped lines, those after the first behind blanks."""
    first, *rest = wrap(text, columns)
    yield first
    if rest:
        yield from indented(" ".join(rest), columns, indent)
