"""Whatever a user names as an input: read within bounds, or refused in one line."""

import os
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from conformance import document, files, known, report
from conformance.document import DocumentError
from conformance.input_rules import check_input
from conformance.known import KnownDriftError, read_known
from conformance.report import ReportError, history
from conformance.simulator import Simulator
from conformance.target import EndpointError, versioned
from tests.conftest import Run

READERS: dict[str, tuple[Callable[[Path], object], type[Exception]]] = {
    "report": (report.read, ReportError),
    "known": (read_known, KnownDriftError),
    "contract": (document.read, DocumentError),
    "history": (history.timeline, ReportError),
    "preflight": (lambda path: check_input(path, "kimi"), OSError),
}


def _make(path: Path, kind: str) -> Path:
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "binary":
            path.write_bytes(b"\x00\xff\xfe" * 100)
        case "deep":
            path.write_bytes(b"[" * 10_000 + b"]" * 10_000)
        case "other":
            path.write_bytes(b'{"format": "batch-conformance-report/2"}')
        case _:
            return Path(kind)
    return path


@pytest.mark.parametrize("kind", ["pipe", "folder", "binary", "deep", "other", "/dev/zero", "/proc/self/mem", "/nope"])
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_such_file_is_refused(
    reader: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe without a writer, a device without an end, a folder: one line that names it, and soon."""
    monkeypatch.setattr(files, "SILENCE", 0.05)
    monkeypatch.setattr("conformance.report.files.MAX_BYTES", 3_000_000)
    path = _make(tmp_path / "given", kind)
    read, refusal = READERS[reader]

    if reader == "preflight" and kind in {"binary", "deep", "other", "/dev/zero"}:
        assert not check_input(path, "kimi").ok
        return
    if (reader, kind) == ("contract", "other"):
        return  # a document all the same
    with pytest.raises(refusal) as refused:
        read(path)

    assert str(path) in str(refused.value) or reader == "preflight"  # there the command names it
    assert len(str(refused.value).splitlines()) == 1


def test_a_pipe_that_someone_writes_to_is_an_input(tmp_path: Path) -> None:
    """What a shell's `<(…)` gives is read as a file is."""
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_text, args=("openapi: 3.1.0\n",))
    writer.start()

    assert document.read(tmp_path / "pipe").data == {"openapi": "3.1.0"}
    writer.join()


def test_a_line_without_end_is_not_read_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule that it breaks says why, and what follows is left."""
    monkeypatch.setattr("conformance.input_rules.check._LONGEST", 1000)
    (tmp_path / "a.jsonl").write_bytes(b'{"a": "' + b"x" * 5000 + b'"}\n{}\n')

    found = check_input(tmp_path / "a.jsonl", "kimi")

    assert [str(one) for one in found.offences] == [
        "line 1: not JSON: the line has more than 1000 bytes (column 1) [line-not-json]"
    ]


ENTRY = """
[[known]]
endpoint = "siliconflow"
contract = "kimi"
rule = "response-property-enum-value-added"
operation = "list_batches"
status_code = 200
pointer = "/data/*/status"
value = "in_queue"
reason = "It queues first"
source = "its documentation"
"""

KNOWN = {
    "tables of numbers": ("known = [1]", ":1: expected a table, found 1"),
    "a text": ('known = "x"', ":1: only [[known]] tables are expected"),
    "one table": ("[known]\nx = 1", ":1: only [[known]] tables are expected"),
    "another table": (ENTRY + "[other]\nx = 1", ":12: only [[known]] tables are expected, found 'other'"),
    "a list of lists": ("known = [[1], [2]]", ":1: expected a table, found [1]"),
    "rule is a list": (ENTRY.replace('"response-property-enum-value-added"', '["a"]'), ":5: rule: expected the id"),
    "rule is none": (ENTRY.replace("enum-value-added", "enum"), ":5: rule: expected the id of one rule"),
    "reason is a list": (ENTRY.replace('"It queues first"', '["a"]'), ":10: reason: expected a text"),
    "reason is a number": (ENTRY.replace('"It queues first"', "1"), ":10: reason: expected a text"),
    "reason is blank": (ENTRY.replace('"It queues first"', '"  "'), ":10: reason: expected a text"),
    "source is a table": (ENTRY.replace('"its documentation"', "{a = 1}"), ":11: source: expected a text"),
    "source is missing": (ENTRY.replace("source", "# source"), ":2: source is required"),
    "a key that is none": (ENTRY + "why = 1\n", ":12: 'why': no such key; there are contract, rule"),
    "operation is an empty list": (ENTRY.replace('"list_batches"', "[]"), ":6: operation: expected the name"),
    "contract is an empty list": (ENTRY.replace('"kimi"', "[]"), ":4: contract: expected the name"),
    "operation holds a number": (ENTRY.replace('"list_batches"', '["a", 1]'), ":6: operation: expected the name"),
    "operation is nested": (ENTRY.replace('"list_batches"', '[["a"]]'), ":6: operation: expected the name"),
    "status_code is true": (ENTRY.replace("200", "true"), ":7: status_code: expected a number"),
    "status_code is a text": (ENTRY.replace("200", '"200"'), ":7: status_code: expected a number"),
    "pointer is a number": (ENTRY.replace('"/data/*/status"', "1"), ":8: pointer: expected a place"),
    "value is a number": (ENTRY.replace('"in_queue"', "1"), ":9: value: expected a text"),
    "until is a list": (ENTRY + "until = [1]\n", ":12: until: expected a date"),
    "until is no day": (ENTRY + 'until = "2027-02-30"\n', ":12: until: expected a date"),
    "the second table": (ENTRY + ENTRY.replace('"kimi"', "1"), ":15: contract: expected the name"),
    "keys within a text": (
        ENTRY.replace('"It queues first"', "'''\n[[known]]\nvalue = 1\n'''").replace("source", "sauce"),
        ":14: 'sauce': no such key",
    ),
    "quoted keys": (ENTRY.replace("status_code = 200", '"status_code" = "x"'), ":7: status_code: expected a number"),
    "not UTF-8": (ENTRY.replace("queues", "\udcff"), "not UTF-8 text (byte 202)"),
    "deep": ("known = " + "[" * 5000 + "]" * 5000, "nested too deeply"),
    "a number of ten thousand digits": ("known = " + "9" * 10_000, "not TOML"),
    "huge": ("# " + "x" * 2_000_001, "larger than"),
    "lists that multiply": (
        ENTRY.replace('"list_batches"', str([f"o{one}" for one in range(3000)]).replace("'", '"'))
        .replace('"/data/*/status"', str([f"/p{one}" for one in range(3000)]).replace("'", '"'))
        .replace("200", str(list(range(200, 300)))),
        "more than 20000 entries",
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_file_of_known_drift_that_is_none(name: str, tmp_path: Path) -> None:
    """Of other types, deep, huge, multiplied to millions: one line, at once."""
    text, words = KNOWN[name]
    path = tmp_path / "known.toml"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")

    with pytest.raises(KnownDriftError) as refused:
        read_known(path)

    assert words in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_lists_within_the_bound_stand_for_one_drift_each(tmp_path: Path) -> None:
    """What the bound is there for still works."""
    (tmp_path / "known.toml").write_text(ENTRY.replace('"list_batches"', '["list_batches", "retrieve_batch"]'))

    assert [one.operation for one in read_known(tmp_path / "known.toml")] == ["list_batches", "retrieve_batch"]
    assert known.read_known()


@pytest.mark.parametrize(
    "url",
    [
        *("http://.", "http://..", "http://a..b", "http://-a", "http://a-.b", "http://a b", "http://a\x01b"),
        *("http://a\nb", "http://" + "a" * 64, "http://" + "a." * 130, "http://xn--a", "http://ex\u2100mple"),
        *("http://[", "http://[::g]", "http://[v1.x]", "http://a:99999", "http://a:0", "http://a:-1", "http://a:x"),
        *("http://1.2.3", "http://256.1.1.1", "http://0x7f.1", "http:///x", "http:x", "ftp://a", "a", ""),
        *("http://%41", "http://*", "http://a,b", "http://\ud800", "http://\u3002", "http://\u200b", "http://a/\x00"),
        *("http://a\\b", "http://" + "\xe9" * 60, "http://a/" + "x" * 70_000),
    ],
)
def test_a_host_that_is_none_is_refused(url: str) -> None:
    """Before anything is sent, and not by what a library makes of it later."""
    with pytest.raises(EndpointError):
        versioned(url, "/v1")


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1"),
        ("http://[::1]:1", "http://[::1]:1/v1"),
        ("https://例え.jp", "https://例え.jp/v1"),
        ("http://my_box.lan.", "http://my_box.lan./v1"),
    ],
)
def test_a_host_that_is_one_stays(url: str, base: str) -> None:
    """Addresses, names that are not ASCII, names of a local network."""
    assert versioned(url, "/v1") == base


def _locked(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("CREATE TABLE mine (x)")
    database.execute("BEGIN EXCLUSIVE")
    return database


def test_reports_are_written_whatever_the_history_says(batch_conformance: Run, tmp_path: Path) -> None:
    """A history that is locked costs the history alone: files, terminal, then one line and exit 2."""
    with closing(_locked(tmp_path / "history.sqlite")):
        done = batch_conformance(
            *("compare", "kimi", "kimi", "--history", "history.sqlite", "--out", "out"),
            patched={"conformance.report.history:PATIENCE": 0.05},
        )

    assert done.returncode == 2
    assert "database is locked" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "out/drift.json" in done.stdout
    assert report.read(tmp_path / "out/drift.json")["history"] is None


def test_nothing_is_left_of_a_file_that_could_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, a Ctrl-C in the middle: the old file stays, and no other."""
    target = tmp_path / "drift.json"
    target.write_text("old")

    def broken(error: BaseException) -> Callable[..., int]:
        def write(path: Path, text: str, **_: object) -> int:
            with path.open("w") as stream:
                stream.write(text[:3])
            raise error

        return write

    for error in (OSError(28, "No space left on device"), KeyboardInterrupt(), MemoryError()):
        with monkeypatch.context() as full:
            full.setattr(Path, "write_text", broken(error))
            with pytest.raises(type(error)):
                files.write(target, "a new report")

    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("drift.json", "old")]


def test_a_simulators_state_is_no_business_of_a_history(tmp_path: Path) -> None:
    """Another program's database is refused, not taken over."""
    Simulator("kimi", speed=0, state=tmp_path).close()
    assert stat.S_ISREG((tmp_path / "state.sqlite").stat().st_mode)

    with pytest.raises(ReportError, match="no history of this version"):
        history.timeline(tmp_path / "state.sqlite")
