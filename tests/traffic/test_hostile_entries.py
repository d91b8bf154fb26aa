"""Whatever a recording holds: 0, 1 or 2, a report, and no traceback."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from conformance import report
from conformance.recording import source
from tests.traffic.hostile import URLS, mutations
from tests.traffic.recordings import checked, entries, record, write
from tests.wrong.faults import ONLY
from tests.wrong.lists import RIGHT

NULL_COUNTS = next(fault for fault in ONLY["kimi"] if fault.name == "null counts").change(RIGHT["kimi"])


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording with drift in it."""
    return record(tmp_path_factory.mktemp("recordings") / "a.ndjson", NULL_COUNTS)


def survive(lines: Path, folder: Path, count: int, seed: int) -> None:
    """So many entries are checked, and reported in every form."""
    file = folder / "b.ndjson"
    for number, recording in enumerate(mutations(entries(lines), count, seed)):
        document = b'{"log":{"entries":[' + recording.replace(b"\n", b",") + b"]}}"
        file.write_bytes(document if number % 4 == 0 else recording)
        result = checked(file, against=() if number % 2 else ("kimi",))
        assert result.exit_code in {0, 1, 2}
        tree = report.build(result)
        for name in report.FORMATS:
            report.render(tree, name)
        assert orjson.loads(orjson.dumps(tree)) == tree


def test_hostile_entries_are_checked(lines: Path, tmp_path: Path) -> None:
    """Three hundred of them."""
    survive(lines, tmp_path, 300, seed=1)


@pytest.mark.full
def test_many_hostile_entries_are_checked(lines: Path, tmp_path: Path) -> None:
    """Ten thousand."""
    survive(lines, tmp_path, 10_000, seed=2)


def run(*arguments: str | Path, **options: object) -> "subprocess.CompletedProcess[bytes]":
    """The command line."""
    command = [sys.executable, "-m", "conformance.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=60, check=False, **options)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_hostile_entries_through_the_command_line(lines: Path, tmp_path: Path, jobs: str) -> None:
    """In one process and in two, with every report written; a body that is not JSON among them."""
    file = tmp_path / "<script>alert(1)<script>\udcff.ndjson"
    entry = entries(lines)[0]
    entry["response"]["content"]["text"] = "<html>"
    file.write_bytes(b"\n".join((*mutations(entries(lines), 40, seed=7), orjson.dumps(entry))))
    done = run("check", file, "--jobs", jobs, "--out", tmp_path / "out", "--no-known")
    assert (done.returncode, done.stderr) == (1, b"")
    tree = orjson.loads((tmp_path / "out" / "drift.json").read_bytes())
    assert tree["complete"] is False
    assert any(r"\xff.ndjson at byte" in note for note in tree["notes"])
    assert "response-body-not-json" in {row["rule"] for row in tree["drift"]}
    assert b"<script>alert" not in (tmp_path / "out" / "drift.html").read_bytes()


@pytest.mark.parametrize("url", URLS)
def test_a_url_that_is_none_is_named(lines: Path, tmp_path: Path, url: str) -> None:
    """Whatever it is, there is a report, and either it was judged or a note has its place."""
    entry = entries(lines)[0]
    entry["request"]["url"] = url
    result = checked(write(tmp_path / "b.ndjson", [entry]))
    assert report.render(report.build(result), "html")
    assert result.verdicts or "at byte 0" in result.notes[0]


@pytest.mark.parametrize(("odd", "is_read"), [("\u200b", True), ("\u00a0", True), ("\x01", False), ("\n", False)])
def test_a_url_with_a_control_character_is_none(lines: Path, tmp_path: Path, odd: str, *, is_read: bool) -> None:
    """Any other that cannot be seen may be a client's mistake, which the server answered."""
    entry = entries(lines)[0]
    entry["request"]["url"] += f"?after=a{odd}b"
    result = checked(write(tmp_path / "b.ndjson", [entry]))
    assert bool(result.verdicts) == is_read
    assert any("no HAR entry" in note for note in result.notes) != is_read


@pytest.mark.parametrize("depth", [150, 252, 300, 1000, 1100, 100_000])
def test_nesting_has_a_bound(lines: Path, tmp_path: Path, depth: int) -> None:
    """In answers, in requests, and around them: what is deeper than anybody reads was not read."""
    answer, request, around = entries(lines)[:3]
    nested = "[" * depth + "]" * depth
    answer["response"]["content"]["text"] = f'{{"object":"list","data":[],"more":{nested}}}'
    request["request"] |= {"method": "POST", "postData": {"text": nested, "mimeType": "application/json"}}
    around["comment"] = "@"
    file = write(tmp_path / "b.ndjson", [answer, request, around])
    file.write_bytes(file.read_bytes().replace(b'"@"', nested.encode()))
    result = checked(file, against=())
    assert report.render(report.build(result), "html")
    assert result.complete == (depth < 200)


NOT_READ = {
    "a name that is too long": "a" * 5000,
    "a device": "/dev/zero",
    "a folder": "/",
}


@pytest.mark.parametrize("name", NOT_READ)
def test_what_is_no_recording_is_one_line(name: str) -> None:
    """With exit 2."""
    done = run("check", NOT_READ[name])
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_standard_input_that_is_closed_is_one_line() -> None:
    """Likewise one that has no end."""
    done = run("check", "-", preexec_fn=lambda: sys.stdin.close() or __import__("os").close(0))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    with Path("/dev/zero").open("rb") as endless:
        done = run("check", "-", stdin=endless)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_a_pipe_that_nobody_writes_to_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that somebody writes to is read."""
    import os  # noqa: PLC0415 - for pipes only
    import threading  # noqa: PLC0415 - likewise

    from conformance.recording import SourceError, opening  # noqa: PLC0415 - likewise

    monkeypatch.setattr(opening, "WRITER", 0.2)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(SourceError, match="nobody writes"):
        list(source.blocks(str(pipe)))
    writing = threading.Thread(target=pipe.write_bytes, args=(b'{"a":1}\n',))
    writing.start()
    monkeypatch.setattr(opening, "WRITER", 10)
    (block,) = source.blocks(str(pipe))
    writing.join()
    assert isinstance(block, source.Block)
    assert [raw.data for raw in block.entries or ()] == [b'{"a":1}']
