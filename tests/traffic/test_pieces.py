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
CASES: dict[str, tuple[Scan, bytes]] = {
    "lines": (scan_lines, LINES),
    "whole lines": (scan_lines, LINES.rpartition(b"\n")[0] + b"\n"),
    "raw lines": (raw_lines, LINES),
    "document": (scan_document, DOCUMENT),
    "whole document": (scan_document, DOCUMENT[: DOCUMENT.index(b'{"other"')]),
    "text that is cut": (scan_document, DOCUMENT[: DOCUMENT.index(b'\\"]"') + 1]),
}


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    """All of it, in pieces of a size."""
    return (content[start : start + size] for start in range(0, len(content), size))


@pytest.mark.parametrize(("scan", "content"), CASES.values(), ids=CASES)
def test_any_pieces_hold_the_same(scan: Scan, content: bytes) -> None:
    """In pieces of each size; an entry stands where it is said to, and nothing between them is left out."""
    whole = list(scan([content], LONG))

    for size in range(1, len(content)):
        assert list(scan(pieces(content, size), LONG)) == whole, size
    assert all(one.data == content[one.offset : one.offset + len(one.data)] for one in whole)


@pytest.mark.parametrize(("scan", "content"), CASES.values(), ids=CASES)
def test_what_is_too_long_is_passed_over_in_any_pieces(scan: Scan, content: bytes) -> None:
    """And what follows is what followed."""
    expected = [
        Raw(one.offset, b"", "too-long") if len(one.data.strip()) > SHORT + 10 else one for one in scan([content], LONG)
    ]

    assert [one.loss for one in expected].count("too-long") == 1
    for size in range(1, 10):
        assert list(scan(pieces(content, size), SHORT)) == expected, size
