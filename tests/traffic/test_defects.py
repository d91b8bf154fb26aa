"""What cannot be judged is counted and named with its place; the rest goes on."""

import base64
import gzip
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
import zstandard

from conformance.outcome import Result
from tests.traffic.recordings import checked, entries, record, rows, write
from tests.wrong.faults import ONLY
from tests.wrong.lists import RIGHT

NULL_COUNTS = next(fault for fault in ONLY["kimi"] if fault.name == "null counts").change(RIGHT["kimi"])
Entry = dict[str, Any]


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """A recording with drift in it."""
    return record(tmp_path / "a.ndjson", NULL_COUNTS)


def nulls(result: Result) -> int:
    """How many responses showed null counts."""
    return sum(drift.responses for drift in result.drifts if drift.rule == "response-property-became-nullable")


def content(entry: Entry, **changes: Any) -> Entry:
    """The entry with another response content; None takes a field away."""
    changed = {name: value for name, value in (entry["response"]["content"] | changes).items() if value is not None}
    return entry | {"response": entry["response"] | {"content": changed}}


def encoded(entry: Entry, coding: str, pack: Callable[[bytes], bytes]) -> Entry:
    """The entry with its body as it came over the wire."""
    headers = [*entry["response"]["headers"], {"name": "Content-Encoding", "value": coding}]
    packed = base64.b64encode(pack(entry["response"]["content"]["text"].encode())).decode()
    return content(entry | {"response": entry["response"] | {"headers": headers}}, text=packed, encoding="base64")


UNFIT: Mapping[str, tuple[Callable[[Entry], bytes], str]] = {
    "a broken line": (lambda entry: orjson.dumps(entry)[:-20], "is not JSON"),
    "no UTF-8": (lambda entry: orjson.dumps(entry).replace(b"batch", b"b\xfftch"), "is not JSON"),
    "another object": (lambda _: b'{"level": "info", "message": "started"}', "no HAR entry"),
    "no object": (lambda _: b'["request", "response"]', "no HAR entry"),
    "a number": (lambda _: b"12", "no HAR entry"),
    "headers that are none": (
        lambda e: orjson.dumps(e | {"request": e["request"] | {"headers": "none"}}),
        "no HAR entry",
    ),
    "a status that is none": (
        lambda e: orjson.dumps(e | {"response": e["response"] | {"status": "200"}}),
        "no HAR entry",
    ),
    "a body left out": (lambda entry: orjson.dumps(content(entry, text=None)), "no response body"),
    "base64 that is none": (lambda e: orjson.dumps(content(e, text="%%%", encoding="base64")), "cannot be undone"),
    "an encoding nobody knows": (lambda e: orjson.dumps(content(e, encoding="rot13")), "cannot be undone"),
    "brotli": (lambda entry: orjson.dumps(encoded(entry, "br", lambda body: b"\x0b" + body[:50])), "cannot be undone"),
    "gzip that breaks off": (
        lambda entry: orjson.dumps(encoded(entry, "gzip", lambda body: gzip.compress(body)[:-9])),
        "cannot be undone",
    ),
    "another path": (
        lambda e: orjson.dumps(e | {"request": e["request"] | {"url": "https://x.example/v1/chat/completions?key=1"}}),
        "GET /v1/chat/completions fits no operation",
    ),
    "another method": (
        lambda e: orjson.dumps(e | {"request": e["request"] | {"method": "OPTIONS"}}),
        "OPTIONS /v1/batches fits no operation",
    ),
}


@pytest.mark.parametrize("name", UNFIT)
def test_an_entry_that_cannot_be_judged_is_named(tmp_path: Path, lines: Path, name: str) -> None:
    """With the place, and the entries around it are judged."""
    unfit, expected = UNFIT[name]
    one, two = (orjson.dumps(entry) for entry in entries(lines)[:2])
    file = tmp_path / "b.ndjson"
    file.write_bytes(one + b"\n" + unfit(entries(lines)[0]) + b"\n" + two + b"\n")
    result = checked(file)
    assert nulls(result) == 2
    (note,) = result.notes
    assert note.startswith("1 × ")
    assert expected in note
    assert f"{file} at byte {len(one) + 1}" in note


FIT: Mapping[str, tuple[Callable[[Entry], Entry], str | None]] = {
    "base64": (
        lambda e: content(
            e, text=base64.b64encode(e["response"]["content"]["text"].encode()).decode(), encoding="base64"
        ),
        "in base64; it was judged",
    ),
    "gzip": (lambda entry: encoded(entry, "gzip", gzip.compress), "compressed; it was judged"),
    "zstd": (lambda entry: encoded(entry, "zstd", zstandard.compress), "compressed; it was judged"),
    "base64 of what a proxy has decompressed": (
        lambda entry: encoded(entry, "gzip", bytes),
        "in base64; it was judged",
    ),
    "no time": (lambda entry: entry | {"startedDateTime": "yesterday"}, "does not say when"),
    "a time without a zone": (lambda entry: entry | {"startedDateTime": "2026-11-22T12:00:00"}, None),
    "headers left out": (lambda entry: entry | {"response": entry["response"] | {"headers": []}}, None),
    "names in capitals": (
        lambda entry: (
            entry
            | {"response": entry["response"] | {"headers": [{"name": "CONTENT-TYPE", "value": "application/json"}]}}
        ),
        None,
    ),
}


@pytest.mark.parametrize("name", FIT)
def test_an_entry_of_another_make_is_judged(tmp_path: Path, lines: Path, name: str) -> None:
    """As it would be in the usual form."""
    change, expected = FIT[name]
    result = checked(write(tmp_path / "b.ndjson", [change(entries(lines)[0])]))
    assert nulls(result) == 1
    assert {drift.rule for drift in result.drifts if drift.identity.endpoint} == {"response-property-became-nullable"}
    assert [expected in note for note in result.notes] == ([True] if expected else [])


def test_no_answer_is_no_drift(tmp_path: Path, lines: Path) -> None:
    """Status 0 says that nothing came back; the pair could not be checked, with that reason."""
    silent = entries(lines)[0]
    silent = silent | {"response": silent["response"] | {"status": 0}, "_error": "connection refused"}
    result = checked(write(tmp_path / "b.ndjson", [silent]))
    assert result.exit_code == 2
    assert result.verdicts[0].reason == "list_batches: connection refused"


def test_a_last_line_that_breaks_off_is_said_to_break_off(tmp_path: Path, lines: Path) -> None:
    """A recording that is still written, or was cut; a last line that only lacks its line break is whole."""
    whole = lines.read_bytes()
    file = tmp_path / "b.ndjson"
    file.write_bytes(whole[:-30])
    assert "breaks off" in checked(file).notes[0]
    file.write_bytes(whole.rstrip(b"\n"))
    assert checked(file).notes == ()


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.99])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress], ids=["plain", "gzip", "zstd"])
def test_a_har_that_breaks_off_is_judged_as_far_as_it_goes(
    tmp_path: Path, lines: Path, cut: float, pack: Callable[[bytes], bytes]
) -> None:
    """Every entry before the end, and a note on what is not there."""
    document = orjson.dumps({"log": {"entries": entries(lines)}})
    packed = pack(document)
    file = tmp_path / "b.har"
    file.write_bytes(packed[: int(len(packed) * cut)])
    result = checked(file)
    assert len(result.notes) >= 1
    assert any("breaks off" in note or "cannot be read" in note or "holds no entry" in note for note in result.notes)


@pytest.mark.parametrize("text", [b"", b"\n\n\n", b'{"log": {"entries": []}}'])
def test_a_file_without_entries_is_named(tmp_path: Path, text: bytes) -> None:
    """And makes no green report."""
    file = tmp_path / "b.har"
    file.write_bytes(text)
    result = checked(file)
    assert result.exit_code == 2
    assert "no entry" in result.notes[0]


def test_like_notes_are_counted_together(tmp_path: Path, lines: Path) -> None:
    """With the first places, and without ids in their paths."""
    asked = [
        entry | {"request": entry["request"] | {"url": f"https://x.example/v1/threads/th_{number}"}}
        for number, entry in enumerate(entries(lines))
    ]
    (note,) = checked(write(tmp_path / "b.ndjson", asked)).notes
    assert note.startswith(f"{len(asked)} × GET /v1/threads/* fits no operation")
    assert note.endswith(", …)")


def test_a_defect_changes_nothing_else(tmp_path: Path, lines: Path) -> None:
    """The report of a recording with broken lines is that of the recording, and the notes."""
    file = tmp_path / "b.ndjson"
    file.write_bytes(b"\n\nnothing\n" + lines.read_bytes() + b"{")
    assert rows(checked(file)) == rows(checked(lines))
