"""A recording of which a part was lost is not green: it is counted, with file and byte, and the exit is 2."""

import gzip
from collections.abc import Callable, Mapping
from pathlib import Path

import orjson
import pytest
import zstandard

from conformance.outcome import Result
from conformance.recording import source
from tests.traffic.recordings import checked, entries, record, rows, write
from tests.wrong.faults import ONLY
from tests.wrong.lists import RIGHT

BOM = b"\xef\xbb\xbf"


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording that conforms."""
    return record(tmp_path_factory.mktemp("recordings") / "a.ndjson", RIGHT["kimi"])


def har(lines: Path) -> bytes:
    """The same as one document."""
    return b'{"log":{"version":"1.2","entries":[%s]}}' % b",\n".join(lines.read_bytes().splitlines())


def responses(result: Result) -> int:
    """How many were judged."""
    return sum(verdict.pair.responses for verdict in result.verdicts)


def zstd(content: bytes) -> bytes:
    """A frame in which every line has a block."""
    packing = zstandard.ZstdCompressor().compressobj()
    blocks = [
        packing.compress(line) + packing.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK) for line in content.splitlines(True)
    ]
    return b"".join((*blocks, packing.flush()))


def cut(content: bytes, from_end: int) -> bytes:
    """All but the last bytes."""
    return content[:-from_end]


Loss = Callable[[Path], bytes]

LOST: Mapping[str, Loss] = {
    "a document without its closing brackets": lambda lines: cut(har(lines), 3),
    "a document cut between two entries": lambda lines: har(lines)[: har(lines).rindex(b',\n{"')],
    "a document cut after a comma": lambda lines: har(lines)[: har(lines).rindex(b',\n{"') + 1],
    "lines cut in one": lambda lines: cut(lines.read_bytes(), 30),
    "gzip cut at a line": lambda lines: gzip.compress(lines.read_bytes())[:-9],
    "gzip of a document, with something after it": lambda lines: gzip.compress(har(lines)) + b"garbage",
    "zstd that breaks off": lambda lines: zstd(lines.read_bytes())[:-5],
    "the second of two zstd frames": lambda lines: (
        zstandard.compress(lines.read_bytes()) + zstandard.compress(b"x")[:-1]
    ),
    "UTF-16 that breaks off": lambda lines: cut(lines.read_text().encode("utf-16"), 1),
    "something between entries": lambda lines: har(lines).replace(b',\n{"', b', nonsense {"', 1),
    "an entry that is a number": lambda lines: har(lines).replace(b',\n{"', b',12,{"', 1),
    "an entry that is a list": lambda lines: har(lines).replace(b',\n{"', b',[1,{"log":{}}],{"', 1),
    "something after the document": lambda lines: har(lines) + b"\nnonsense",
    "a bracket too many": lambda lines: har(lines) + b"}",
    "a header value that is a number": lambda lines: lines.read_bytes().replace(b'"application/json"', b"5", 1),
}


@pytest.mark.parametrize("pack", [gzip.compress, zstd], ids=["gzip", "zstd"])
def test_where_a_packed_recording_breaks_off_is_told(
    tmp_path: Path, lines: Path, pack: Callable[[bytes], bytes]
) -> None:
    """By the byte of what it holds."""
    content = lines.read_bytes()
    file = tmp_path / "a"
    file.write_bytes(cut(pack(content), 1))
    [note] = [note for note in checked(file).notes if "the rest of the file" in note]
    assert f"at byte {len(content)}" in note


@pytest.mark.parametrize("name", LOST)
def test_what_was_lost_is_never_green(tmp_path: Path, lines: Path, name: str) -> None:
    """The rest is judged, the report is not complete, and a note says how many and where."""
    file = tmp_path / "b"
    file.write_bytes(LOST[name](lines))
    result = checked(file)
    assert (result.complete, result.exit_code) == (False, 2)
    assert responses(result) >= responses(checked(lines)) - 1
    assert any(f"({file} at byte " in note for note in result.notes)


@pytest.mark.parametrize(
    "second",
    [b"", b"\n\n", bytes(range(256)) * 9, "no BOM".encode("utf-16-be"), b'{"log":{"entries":[]}}', b"[]", b"{}"],
    ids=["empty", "blank", "random", "UTF-16", "no entries", "a list", "an object"],
)
def test_a_second_file_that_holds_nothing_is_never_green(tmp_path: Path, lines: Path, second: bytes) -> None:
    """Beside one that conforms."""
    file = tmp_path / "b.har"
    file.write_bytes(second)
    result = checked(lines, file)
    assert (result.complete, result.exit_code) == (False, 2)
    assert any(str(file) in note for note in result.notes)


def test_a_body_that_is_missing_is_never_green(tmp_path: Path, lines: Path) -> None:
    """Where it is an operation's; what fits none is neutral, with or without its body."""
    one, two = entries(lines)[:2]
    del two["response"]["content"]["text"]
    assert checked(write(tmp_path / "b.ndjson", [one, two])).exit_code == 2
    two["request"]["url"] = "https://x.example/picture.png"
    result = checked(write(tmp_path / "c.ndjson", [one, two]))
    assert (result.complete, result.exit_code) == (True, 0)
    assert "fits no operation" in result.notes[0]


def test_new_drift_is_told_all_the_same(tmp_path: Path) -> None:
    """Exit 1, and still not complete."""
    fault = next(fault for fault in ONLY["kimi"] if fault.name == "null counts")
    file = record(tmp_path / "a.ndjson", fault.change(RIGHT["kimi"]))
    file.write_bytes(cut(file.read_bytes(), 30))
    result = checked(file)
    assert (result.complete, result.exit_code) == (False, 1)


@pytest.mark.parametrize("form", [bytes, har], ids=["lines", "document"])
def test_what_follows_a_string_that_is_too_long_is_read(
    tmp_path: Path, lines: Path, monkeypatch: pytest.MonkeyPatch, form: Callable[[Path], bytes]
) -> None:
    """It alone is lost."""
    monkeypatch.setattr(source, "MAX_ENTRY", 100_000)
    every = lines.read_bytes().splitlines()
    long = tmp_path / "long"
    long.write_bytes(b"\n".join((every[0], b'{"a":"' + b"x" * 200_000 + b'"}', *every[1:])) + b"\n")
    file = tmp_path / "b"
    file.write_bytes(long.read_bytes() if form is bytes else form(long))
    result = checked(file)
    assert (result.complete, responses(result)) == (False, len(every))
    assert "1 × is longer than" in result.notes[0]


WHOLE: Mapping[str, Loss] = {
    "a BOM before lines": lambda lines: BOM + lines.read_bytes(),
    "a BOM before a document": lambda lines: BOM + har(lines),
    "a BOM between files put together": lambda lines: b"\n".join(
        BOM + line for line in lines.read_bytes().splitlines()
    ),
    "CRLF": lambda lines: lines.read_bytes().replace(b"\n", b"\r\n"),
    "CR alone": lambda lines: lines.read_bytes().replace(b"\n", b"\r"),
    "UTF-16": lambda lines: lines.read_text().encode("utf-16"),
    "UTF-16 without a BOM": lambda lines: har(lines).decode().encode("utf-16-le"),
    "UTF-32 in gzip": lambda lines: gzip.compress(lines.read_text().encode("utf-32")),
    "log after other names": lambda lines: b'{"version":"1","more":{"a":[{}]},\n"log":' + har(lines)[len(b'{"log":') :],
    "two documents": lambda lines: b"".join(
        b'{"log":{"entries":[%s]}}\n' % one for one in lines.read_bytes().splitlines()
    ),
    "entries twice": lambda lines: har(lines).replace(b',\n{"', b'],"entries":[{"', 1),
    "a document, then lines": lambda lines: b'{"log":{"entries":[]}}\n' + lines.read_bytes(),
    "entries over several lines": lambda lines: b"\n".join(
        orjson.dumps(entry, option=orjson.OPT_INDENT_2) for entry in entries(lines)
    ),
    "padded gzip": lambda lines: gzip.compress(lines.read_bytes()) + b"\x00" * 512,
    "a last line without its break": lambda lines: lines.read_bytes().rstrip(b"\n"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_can_be_read_is_read(tmp_path: Path, lines: Path, name: str) -> None:
    """Every entry of it, without a word."""
    file = tmp_path / "b"
    file.write_bytes(WHOLE[name](lines))
    result = checked(file)
    assert (result.notes, result.complete) == ((), True)
    assert (rows(result), responses(result)) == (rows(checked(lines)), responses(checked(lines)))


@pytest.mark.parametrize("name", ["CRLF", "CR alone", "a BOM before lines", "a last line without its break"])
@pytest.mark.parametrize("sizes", [(1000, source.PIECE), (1777, source.PIECE), (5000, source.PIECE), (1000, 400)])
def test_however_lines_are_divided_each_is_read_once(
    tmp_path: Path, lines: Path, monkeypatch: pytest.MonkeyPatch, name: str, sizes: tuple[int, int]
) -> None:
    """A line belongs to the block that it starts in, also where it is longer than what is read at once."""
    file = tmp_path / "b"
    file.write_bytes(WHOLE[name](lines))
    whole = [raw.offset for part in source.blocks(str(file)) for raw in source.entries(part)]  # type: ignore[arg-type]
    monkeypatch.setattr(source, "BLOCK", sizes[0])
    monkeypatch.setattr(source, "PIECE", sizes[1])
    offsets = [raw.offset for part in source.blocks(str(file)) for raw in source.entries(part)]  # type: ignore[arg-type]
    assert offsets == whole
    assert len(offsets) == len(lines.read_bytes().splitlines())


@pytest.mark.parametrize(("first", "times"), [(b'{"a": {', 1), (b'{"request": {', 1), (b'{"request": {', 1000)])
def test_a_first_line_that_breaks_off_takes_no_other_with_it(
    tmp_path: Path, lines: Path, first: bytes, times: int
) -> None:
    """Brackets that it leaves open are none of theirs, however long one looks for their ends."""
    (tmp_path / "a").write_bytes(first + b"\n" + lines.read_bytes() * times)
    result = checked(tmp_path / "a")
    assert responses(result) == responses(checked(lines)) * times
    assert any(note.startswith("1 × is not JSON") for note in result.notes)


def test_a_file_that_grows_is_read_as_it_was(tmp_path: Path, lines: Path) -> None:
    """What is written meanwhile is another check's; a file that has become shorter was cut."""
    file = tmp_path / "b.har"
    file.write_bytes(har(lines) + b" " * (1 << 21))
    reading = source.blocks(str(file))
    first = next(reading)
    with file.open("ab") as stream:
        stream.write(b"nonsense" * 1000)
    assert [first, *reading] == [first]
    longer = source.Block(str(lines), 0, lines.stat().st_size + 10)
    assert next(raw.loss for raw in source.entries(longer)) == "truncated"


@pytest.mark.parametrize("case", ["no Content-Type among other headers", "encoding null", "encoding empty"])
def test_what_har_leaves_open_is_read(tmp_path: Path, lines: Path, case: str) -> None:
    """A mimeType counts where no header declares one; an encoding that is none means text."""
    entry = entries(lines)[0]
    content = entry["response"]["content"]
    if case.startswith("no "):
        entry["response"]["headers"] = [{"name": "Date", "value": 5}, {"name": "X-Request-Id", "value": "x"}]
    else:
        content["encoding"] = None if case.endswith("null") else ""
    result = checked(write(tmp_path / "b.ndjson", [entry]))
    assert (result.notes, rows(result), responses(result)) == ((), {}, 1)
