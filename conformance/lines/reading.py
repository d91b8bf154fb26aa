"""The lines of a file of results, out of pieces of bytes: plain ones many at a time, the others one by one."""

from collections.abc import Iterable, Iterator, Sequence

from attrs import define, field, frozen
from batch_client.lines import Lines

from conformance.lines.line import Line, line_of
from conformance.lines.plain import UNFIT, Plain, plain


@frozen
class Taken:
    """Some lines of a file, one after another; blank ones are left out.

    `numbers` are those of the plain ones, from 1.
    """

    plain: Sequence[Plain]
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
        if self.quick and (rows := _all_plain(lines)) is not None:
            return Taken(rows, range(first, first + len(lines)), ())
        found, numbers, others = list[Plain](), list[int](), list[Line]()
        for number, line in enumerate(lines, first):
            if not line or line.isspace():
                self.blank += 1
                continue
            if not self.quick or (rows := _all_plain([line])) is None:
                others.append(line_of(line, number, cut=cut))
            else:
                found += rows
                numbers.append(number)
        return Taken(found, numbers, others)


def _all_plain(lines: list[bytes]) -> list[Plain] | None:
    """Lines as plain ones, if all are: UTF-8, and with one name and one response each.

    A second response would have a second status. What may stand twice besides is null both times, or a body, of which
    all readers take the last one.
    """
    text, most = b"\n".join(lines), len(lines)
    if text.count(b'"custom_id"') > most or text.count(b'"status_code"') > most or not _is_utf8(text):
        return None
    try:
        return list(map(plain, lines))
    except UNFIT:
        return None


def _is_utf8(text: bytes) -> bool:
    if text.isascii():
        return True
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
