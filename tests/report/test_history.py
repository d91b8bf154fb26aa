"""Runs over time: new, present, gone, back."""

import sqlite3
from typing import Any

import pytest

from conformance import report
from conformance.report import ReportError, Tree, history
from tests.report.conftest import BATCH, QUEUED, accepted, listing, page, result_of


def run(*batches: dict[str, Any], complete: bool = True, status: int = 200) -> Tree:
    """A report of one page against the strict contract."""
    return report.build(result_of([listing(page(*batches), status=status)], contracts=["strict"], complete=complete))


RIGHT, WRONG = run(BATCH), run(QUEUED)
EMPTY_HANDED = run(status=401)
CUT_SHORT = run(BATCH, complete=False)


def states(path) -> dict[str, tuple[str, str]]:
    """State and marks of each drift by rule."""
    return {row["rule"]: (row["state"], row["runs"]) for row in history.timeline(path)["drift"]}


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([WRONG], ("new", "x")),
        ([RIGHT, WRONG], ("new", ".x")),
        ([WRONG, WRONG], ("present", "xx")),
        ([WRONG, RIGHT], ("gone", "x.")),
        ([WRONG, RIGHT, WRONG], ("back", "x.x")),
        ([WRONG, EMPTY_HANDED], ("new", "x-")),
        ([WRONG, WRONG, EMPTY_HANDED], ("present", "xx-")),
        ([WRONG, CUT_SHORT], ("new", "x-")),
    ],
)
def test_a_drift_s_state_follows_from_its_runs(tmp_path, runs, expected) -> None:
    """A run that could not look says nothing about a drift."""
    path = tmp_path / "history.sqlite"
    for one in runs:
        history.add_run(path, one)

    assert states(path)["response-property-became-nullable"] == expected


def test_a_finding_is_seen_where_any_of_its_drifts_is(tmp_path) -> None:
    """Two undocumented fields of one object are one line; one of them in each run is no gap."""
    path = tmp_path / "history.sqlite"
    for name in ("one", "other"):
        history.add_run(path, run({**BATCH, name: 1}))

    [found] = history.by_finding(history.timeline(path))
    text = history.render(history.timeline(path))

    assert (found["runs"], found["state"], len(found["rows"])) == ("xx", "present", 2)
    assert "2 runs, 1 finding\npresent  ■■" in text
    assert "sim:kimi × strict: one and other are there · list_batches" in text


def test_a_drift_that_became_known_goes_on(tmp_path) -> None:
    """Its finding has another id then; its timeline is that of its drift."""
    path = tmp_path / "history.sqlite"
    known = report.build(result_of([listing(page(QUEUED))], contracts=["strict"], known=[accepted()]))
    for one in (WRONG, known):
        history.add_run(path, one)

    assert {one["runs"] for one in history.by_finding(history.timeline(path))} == {"xx"}


def test_a_history_of_the_version_before_is_taken_on(tmp_path) -> None:
    """Its drifts are told one by one until they are seen again."""
    path = tmp_path / "history.sqlite"
    history.add_run(path, WRONG)
    with sqlite3.connect(path) as database:
        database.execute("ALTER TABLE drift DROP COLUMN finding")
        database.execute("PRAGMA user_version = 1")
    database.close()

    assert {row["finding"] for row in history.timeline(path)["drift"]} == {None}
    history.add_run(path, WRONG)

    assert {row["finding"] for row in history.timeline(path)["drift"]} == {one["id"] for one in WRONG["findings"]}
    assert states(path)["response-property-became-nullable"] == ("present", "xx")


def test_a_report_carries_its_history(tmp_path) -> None:
    """The tree that comes back is valid, and its page and timeline name the drift."""
    path = tmp_path / "history.sqlite"
    history.add_run(path, RIGHT)

    tree = history.add_run(path, WRONG)

    report.validate(tree)
    assert tree["history"] == history.timeline(path)
    assert "□■" in report.render(tree, "html")
    assert "□■" in history.render(tree["history"])


def test_first_and_last_sightings_are_kept(tmp_path) -> None:
    """The times are those of the exchanges, over all runs."""
    path = tmp_path / "history.sqlite"
    early = report.build(result_of([listing(page(QUEUED), number=1)], contracts=["strict"]))
    late = report.build(result_of([listing(page(QUEUED), number=500)], contracts=["strict"]))
    for one in (late, early):
        history.add_run(path, one)

    row = history.timeline(path)["drift"][0]

    assert (row["first"], row["last"]) == ("2025-11-24T16:00:01Z", "2025-11-24T16:08:20Z")


def test_only_the_latest_runs_are_shown(tmp_path, monkeypatch) -> None:
    """A timeline has an end; what is not in its runs is not in it."""
    monkeypatch.setattr(history, "MAX_RUNS", 2)
    path = tmp_path / "history.sqlite"
    for one in (WRONG, RIGHT, RIGHT):
        history.add_run(path, one)

    told = history.timeline(path)

    assert (len(told["runs"]), told["drift"]) == (2, [])


def test_a_file_that_is_no_history_is_refused_and_untouched(tmp_path) -> None:
    """Neither another SQLite file nor a text is written to."""
    text, other = tmp_path / "notes.txt", tmp_path / "other.sqlite"
    text.write_text("my notes, which are longer than a header of one hundred bytes" * 3)
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE mine (x)")
    database.close()
    before = [text.read_bytes(), other.read_bytes()]

    for path in (text, other):
        with pytest.raises(ReportError, match=path.name):
            history.add_run(path, WRONG)

    assert [text.read_bytes(), other.read_bytes()] == before


def test_a_history_that_is_not_there_is_named(tmp_path) -> None:
    """Asking for a timeline makes no file."""
    path = tmp_path / "none.sqlite"

    with pytest.raises(ReportError, match="no such file"):
        history.timeline(path)

    assert not path.exists()


def test_a_folder_is_no_history(tmp_path) -> None:
    """One line, whatever SQLite says."""
    with pytest.raises(ReportError, match="not a file, so no history"):
        history.add_run(tmp_path, WRONG)
