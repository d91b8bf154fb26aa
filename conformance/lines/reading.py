"""The lines of a file of results, out of pieces of bytes: plain ones many at a time, the others one by one."""

from collections.abc import Iterable, Iterator, Sequence

from attrs import define, field, frozen
from batch_client.lines import Lines

from conformance.lines.line import Line, line_of
from conformance.lines.plain import UNFIT, PlainLine, plain


@frozen
class Taken:
    """Some lines of a file, one after another; blank ones are left out.

    `numbers` are those of the plain ones, from 1.
    """

    plain: Sequence[PlainLine]
    numbers: Sequence[int]
    others: Sequence[Line]


@define
class LinesOf:
    """Reads one file. `quick`: plain lines need no closer look."""

    quick: bool = True
    number: int = 0
    """Of lines so far, blank ones too."""
    blank: int = 0
    _splitter: Lines = field(factory=Lines)

    def all(self, pieces: Iterable[bytes]) -> Iterator[Taken]:
        """All lines of a file."""
        for piece in pieces:
            if lines := self._splitter.feed(piece):
                yield self._taken(lines)
        last = self._splitter.rest()
        if last:
            yield self._taken([last], cut=True)

    def _taken(self, lines: list[bytes], *, cut: bool = False) -> Taken:
        first = self.number + 1
        self.number += len(lines)
        found, numbers, odd = list[PlainLine](), list[int](), list[tuple[int, bytes]]()
        for number, line in enumerate(lines, first):
            try:
                found.append(plain(line))
                numbers.append(number)
            except UNFIT:
                odd.append((number, line))
        if not self.quick or not _is_sure(lines, len(found), [line for _, line in odd]):
            taken = zip(numbers, found, strict=True)
            sure = {number: row for number, row in taken if self.quick and _is_sure([lines[number - first]], 1, [])}
            odd = [(number, line) for number, line in enumerate(lines, first) if number not in sure]
            found, numbers = list(sure.values()), list(sure)
        filled = [(number, line) for number, line in odd if line and not line.isspace()]
        self.blank += len(odd) - len(filled)
        return Taken(found, numbers, [line_of(line, number, cut=cut) for number, line in filled])


def _is_sure(lines: list[bytes], plain_ones: int, odd: list[bytes]) -> bool:
    """Whether the plain ones among lines are what they seem: UTF-8, and with one name and one response each.

    A second response would have a second status. What may stand twice besides is null both times, or a body, of which
    all readers take the last one.
    """
    text = b"\n".join(lines)
    for key in (b'"custom_id"', b'"status_code"'):
        if text.count(key) - sum(line.count(key) for line in odd) != plain_ones:
            return False
    if text.isascii():
        return True
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
