"""However the bytes of a recording are divided into pieces, the same entries are in it, at the same places."""

from collections.abc import Callable, Iterable, Iterator

import pytest

from conformance.recording.lines import raw_lines, scan_lines
from conformance.recording.scan import Raw, scan_document

LONG, SHORT = 1000, 40
"""Bytes of an entry, at most."""
Scan = Callable[[Iterable[bytes], int], Iterator[Raw]]
LINES = b'\n{"a":1}\r\n\r\n  \n{"b":"\\n"}\n' + b"x" * 60 + b'\n{"c":3}\n{"d":4}\r{"e":5}\n\n{"f":'
ENTRY = b'{"r":{"x":"]}\\"","y":[1,{"z":2}]}}'
DOCUMENT = b"".join(
    (
        *(b' {"log" :{"version":"1.2","creator":{"log":{"entries":[0]}},"entries":[\n', ENTRY, b" , ", ENTRY, b",12,"),
        *(b'{"long":"', b"x" * 60, b'"},[1,2],"text",{"\\"]":1}', b']}}\n{"other":[1]} true {"log":{"entries":['),
        *(ENTRY, b"]}} {", b'"log":{"entries":[', ENTRY, b',{"cut":"'),
    )
)
ITEMS = (ENTRY, ENTRY, b"12", b'{"long":"%s"}' % (b"x" * 60), b"[1,2]", b'"text"')
FULL = tuple(one for line in LINES.splitlines() if (one := line.strip()))
CASES: dict[str, tuple[Scan, bytes, tuple[bytes, ...]]] = {
    "lines": (scan_lines, LINES, FULL),
    "whole lines": (scan_lines, LINES.rpartition(b"\n")[0] + b"\n", FULL[:-1]),
    "raw lines": (raw_lines, LINES, (*(one + b"\n" for one in LINES.split(b"\n")[:-1]), b'{"f":')),
    "document": (
        *(scan_document, DOCUMENT),
        (*ITEMS, b'{"\\"]":1}', b'{"other":[1]}', b"true", ENTRY, ENTRY, b'{"cut":"'),
    ),
    "whole document": (scan_document, DOCUMENT[: DOCUMENT.index(b'{"other"')], (*ITEMS, b'{"\\"]":1}')),
    "a word first": (scan_document, b"true %s\n" % ITEMS[3], (b"true", ITEMS[3])),
    "text that is cut": (scan_document, DOCUMENT[: DOCUMENT.index(b'\\"]"') + 1], (*ITEMS, b'{"\\')),
}


BETWEEN = (DOCUMENT[: DOCUMENT.index(b" , ") + 2], b'{"log":{"entries":[', b'{"log":{"entr')


@pytest.mark.parametrize("content", BETWEEN)
def test_a_document_that_breaks_off_between_entries_does_so_at_its_end(content: bytes) -> None:
    """In pieces of each size."""
    for size in range(1, len(content) + 1):
        last = list(scan_document(pieces(content, size), LONG))[-1]
        assert last == Raw(len(content), b"", "truncated"), size


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    """All of it, in pieces of a size."""
    return (content[start : start + size] for start in range(0, len(content), size))


@pytest.mark.parametrize(("scan", "content", "entries"), CASES.values(), ids=CASES)
def test_any_pieces_hold_the_same(scan: Scan, content: bytes, entries: tuple[bytes, ...]) -> None:
    """In pieces of each size; an entry stands where it is said to."""
    whole = list(scan([content], LONG))
    assert tuple(one.data for one in whole) == entries
    is_cut = not content.endswith(b"\n") and scan is not raw_lines
    assert [one.loss for one in whole] == [None] * (len(whole) - is_cut) + ["truncated"] * is_cut

    for size in range(1, len(content)):
        assert list(scan(pieces(content, size), LONG)) == whole, size
    assert all(one.data == content[one.offset : one.offset + len(one.data)] for one in whole)


@pytest.mark.parametrize(("scan", "content"), [case[:2] for case in CASES.values()], ids=CASES)
def test_what_is_too_long_is_passed_over_in_any_pieces(scan: Scan, content: bytes) -> None:
    """And what follows is what followed."""
    expected = [
        Raw(one.offset, b"", "too-long") if len(one.data.strip()) > SHORT + 10 else one for one in scan([content], LONG)
    ]

    assert [one.loss for one in expected].count("too-long") == 1
    for size in range(1, 10):
        assert list(scan(pieces(content, size), SHORT)) == expected, size
    for size in range(10, len(content)):  # what one piece holds whole may be had all the same
        found = list(scan(pieces(content, size), SHORT))
        assert [one.offset for one in found] == [one.offset for one in expected], size


@pytest.mark.parametrize("scan", [scan_lines, raw_lines, scan_document])
@pytest.mark.parametrize("more", [0, 2])
def test_what_is_just_as_long_as_it_may_be_is_read(scan: Scan, more: int) -> None:
    """Byte by byte, with nothing after it."""
    entry = b'{"a":"%s"}' % (b"x" * (SHORT - 8 + more))
    (found,) = scan(pieces(entry, 1), SHORT)
    assert found.data == (b"" if more else entry)
    assert (found.loss == "too-long") == bool(more)
