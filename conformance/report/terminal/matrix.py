"""The matrix on a terminal: endpoints by contracts, the other way round where that is narrower, else a line a pair."""

import re
from collections.abc import Iterator, Sequence

from attrs import frozen

from conformance.report import summary
from conformance.report.columns import fit, pad, width, wrap
from conformance.report.terminal.style import Style
from conformance.report.text import clip
from conformance.report.tree import Tree
from conformance.report.words import Say

_MIN_CELL = 12
_MAX_NAME = 24
_FIGURE = re.compile(r"(?<=\d) ")


def matrix(tree: Tree, columns: int, say: Say, style: Style) -> Iterator[str]:
    """The lines of the matrix; every outcome is one of four words, with the figures of its findings."""
    table = summary.matrix(tree)
    for turned in (False, True):
        sides, heads = (table.contracts, table.endpoints) if turned else (table.endpoints, table.contracts)
        corner = say("contract" if turned else "endpoint")
        first = max(width(corner), *(min(width(_name(one, say)), _MAX_NAME) for one in sides), 0)
        room = (columns - first) // max(1, len(heads)) - 2
        if room >= _MIN_CELL:
            yield from _Grid(table, turned, first, room, say, style).lines(corner, sides, heads)
            return
    for endpoint, contract in table.counts:
        names = f"{fit(_name(endpoint, say), 40)} × {fit(_name(contract, say), 40)}"
        text = f"{names}{say('colon')}{table.cell(endpoint, contract, say)}"
        yield from (style(_kind(table, (endpoint, contract)), line) for line in wrap(text, columns))


def _name(side: str | None, say: Say) -> str:
    return say("contract-itself") if side is None else clip(side, 200)


def _kind(table: summary.Matrix, key: summary.PairKey) -> str | None:
    pair = table.pairs.get(key)
    return pair["outcome"] if pair else None


@frozen
class _Grid:
    """A grid of so many columns for names and for each cell; `turned`: contracts are its rows."""

    table: summary.Matrix
    turned: bool
    first: int
    room: int
    say: Say
    style: Style

    def lines(self, corner: str, sides: Sequence[str | None], heads: Sequence[str | None]) -> Iterator[str]:
        titles = [wrap(fit(_name(one, self.say), 2 * self.room), self.room) for one in heads]
        yield from self._row(corner, titles, [None] * len(heads))
        yield "─" * (self.first + len(heads) * (self.room + 2))
        for side in sides:
            keys = [(head, side or "") if self.turned else (side, head or "") for head in heads]
            cells = [self._cell(self.table.cell(*key, self.say) or "–") for key in keys]
            yield from self._row(_name(side, self.say), cells, [_kind(self.table, key) for key in keys])

    def _cell(self, text: str) -> list[str]:
        """Lines of a cell; a figure stays with its word."""
        return [line.replace("\u00a0", " ") for line in wrap(_FIGURE.sub("\u00a0", text), self.room)]

    def _row(self, name: str, cells: Sequence[Sequence[str]], kinds: Sequence[str | None]) -> Iterator[str]:
        for number in range(max((len(cell) for cell in cells), default=1)):
            texts = [cell[number] if number < len(cell) else "" for cell in cells]
            line = "".join(
                "  " + self.style(kind, text) + " " * (self.room - width(text))
                for kind, text in zip(kinds, texts, strict=True)
            )
            yield (pad(fit(name, self.first) if number == 0 else "", self.first) + line).rstrip()
