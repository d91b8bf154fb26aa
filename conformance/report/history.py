"""Runs over time in one SQLite file: when each drift was first and last seen, whether it is gone, or back.

A timeline is told by finding: one is seen where any of its drifts is.
"""

import sqlite3
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from conformance.report import summary
from conformance.report.columns import pad, width
from conformance.report.files import ReportError, validate
from conformance.report.headline import Piece, Row, fact
from conformance.report.text import clip, no_commands
from conformance.report.tree import Tree
from conformance.report.words import Lang, Say
from conformance.rules import SEVERITIES

MAX_RUNS = 60
"""Runs that a timeline goes back."""
PATIENCE = 5.0
"""Seconds to wait for a file that another run writes to."""

_APPLICATION = 0x62636F6E
_VERSION = 2
_SCHEMA = """
CREATE TABLE run (id INTEGER PRIMARY KEY, started TEXT, finished TEXT, complete INTEGER NOT NULL);
CREATE TABLE checked (
  run INTEGER NOT NULL REFERENCES run,
  endpoint TEXT,
  contract TEXT NOT NULL,
  operation TEXT,
  UNIQUE (run, endpoint, contract, operation)
);
CREATE TABLE drift (
  fingerprint TEXT PRIMARY KEY,
  rule TEXT NOT NULL,
  severity TEXT NOT NULL,
  endpoint TEXT,
  contract TEXT NOT NULL,
  operation TEXT,
  status_code INTEGER,
  pointer TEXT NOT NULL,
  value TEXT,
  first TEXT,
  last TEXT,
  finding TEXT
);
CREATE TABLE sighting (
  run INTEGER NOT NULL REFERENCES run,
  fingerprint TEXT NOT NULL REFERENCES drift,
  known INTEGER NOT NULL,
  PRIMARY KEY (run, fingerprint)
) WITHOUT ROWID;
"""
_UPSERT = """
INSERT INTO drift VALUES (
  :fingerprint, :rule, :severity, :endpoint, :contract, :operation, :status_code, :pointer, :value, :first, :last,
  :finding
)
ON CONFLICT (fingerprint) DO UPDATE SET
  severity = excluded.severity,
  finding = excluded.finding,
  first = min(ifnull(first, excluded.first), ifnull(excluded.first, first)),
  last = max(ifnull(last, excluded.last), ifnull(excluded.last, last))
"""
_MENDED = {1: "ALTER TABLE drift ADD COLUMN finding TEXT"}
"""What makes a history of an earlier version one of the next."""
_MARKS = {"x": "■", ".": "□", "-": "·"}


def add_run(path: Path, tree: Tree) -> Tree:
    """Add a report to a history, made where it is missing; returns the report with its `history`.

    Raises:
        ReportError: the file is no history of this project, or cannot be written.
    """
    with _open(path) as database:
        database.execute("BEGIN IMMEDIATE")
        _add(database, tree)
        database.execute("COMMIT")
        return {**tree, "history": _timeline(database, path)}


def timeline(path: Path) -> dict[str, Any]:
    """What a history holds, as in a report's `history`: its latest runs, and every drift seen in one of them.

    Raises:
        ReportError: the file is missing, or no history of this project.
    """
    if not _size(path):
        raise ReportError(f"{path}: no such file, or an empty one; `--history {path}` on a run makes it")
    with _open(path) as database:
        return _timeline(database, path)


def _size(path: Path) -> int:
    """Bytes of a file, 0 where there is none; what else is there is no history."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise ReportError(f"{path}: {error.strerror or error}") from None
    if not stat.S_ISREG(found.st_mode):
        raise ReportError(f"{path}: not a file, so no history")
    return found.st_size


@contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    _size(path)
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as database:
            _ready(database, path)
            yield database
    except sqlite3.Error as error:
        raise ReportError(f"{path}: cannot be used as a history: {error}") from None


def _ready(database: sqlite3.Connection, path: Path) -> None:
    """Make the tables in an empty file; refuse one that is someone else's."""
    database.execute("BEGIN IMMEDIATE")
    tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    application = database.execute("PRAGMA application_id").fetchone()[0]
    found = database.execute("PRAGMA user_version").fetchone()[0]
    if application == _APPLICATION and found in _MENDED:
        database.execute(_MENDED[found])
        database.execute(f"PRAGMA user_version = {_VERSION}")
    elif tables and (application, found) != (_APPLICATION, _VERSION):
        raise ReportError(
            f"{path}: an SQLite file, but no history of this version (application {application}, version {found})"
        )
    if not tables:
        for statement in filter(str.strip, _SCHEMA.split(";")):
            database.execute(statement)
        database.execute(f"PRAGMA application_id = {_APPLICATION}")
        database.execute(f"PRAGMA user_version = {_VERSION}")
    database.execute("COMMIT")


def _add(database: sqlite3.Connection, tree: Tree) -> None:
    run = database.execute(
        "INSERT INTO run (started, finished, complete) VALUES (?, ?, ?)",
        (tree["started"], tree["finished"], tree["complete"]),
    ).lastrowid
    database.executemany("INSERT OR IGNORE INTO checked VALUES (?, ?, ?, ?)", ((run, *one) for one in _checked(tree)))
    database.executemany(_UPSERT, (_drift(row, tree) for row in tree["drift"]))
    database.executemany(
        "INSERT OR IGNORE INTO sighting VALUES (?, ?, ?)",
        ((run, row["fingerprint"], row["known"] is not None) for row in tree["drift"]),
    )


def _checked(tree: Tree) -> Iterator[tuple[str | None, str, str | None]]:
    """What a run looked at: operations that succeeded in a whole run, and the contracts themselves."""
    for contract in tree["contracts"]:
        yield None, contract["name"], None
    if tree["complete"]:
        for pair in tree["pairs"]:
            for one in pair["coverage"]["operations"]:
                yield pair["endpoint"], pair["contract"], one["operation"]


def _drift(row: Row, tree: Tree) -> dict[str, Any]:
    kept = (
        "fingerprint",
        "finding",
        "rule",
        "severity",
        "endpoint",
        "contract",
        "operation",
        "status_code",
        "pointer",
        "value",
    )
    seen = row["seen"]
    return {
        **{key: row[key] for key in (*kept, "pointer", "value")},
        "first": seen["first"] or tree["started"],
        "last": seen["last"] or tree["started"],
    }


def _timeline(database: sqlite3.Connection, path: Path) -> dict[str, Any]:
    runs = database.execute(
        "SELECT id, started, finished, complete FROM run ORDER BY id DESC LIMIT ?", (MAX_RUNS,)
    ).fetchall()[::-1]
    since = runs[0][0] if runs else 0
    checked: dict[tuple[Any, ...], set[int]] = {}
    for run, *what in database.execute(
        "SELECT run, endpoint, contract, operation FROM checked WHERE run >= ?", (since,)
    ):
        checked.setdefault(tuple(what), set()).add(run)
    sightings: dict[str, set[int]] = {}
    for run, fingerprint in database.execute("SELECT run, fingerprint FROM sighting WHERE run >= ?", (since,)):
        sightings.setdefault(fingerprint, set()).add(run)
    cursor = database.execute("SELECT * FROM drift ORDER BY contract, endpoint, operation, pointer, rule, fingerprint")
    names = [column[0] for column in cursor.description]
    drift = []
    for values in cursor:
        row = dict(zip(names, values, strict=True))
        seen = sightings.get(row["fingerprint"], set())
        if seen.intersection(run for run, *_ in runs):
            operation = None if row["endpoint"] is None else row["operation"]
            looked = checked.get((row["endpoint"], row["contract"], operation), set())
            marks = "".join("x" if run in seen else "." if run in looked else "-" for run, *_ in runs)
            drift.append({**row, "state": _state(marks), "runs": marks})
    found = {
        "runs": [
            {"started": started, "finished": finished, "complete": bool(complete)}
            for _, started, finished, complete in runs
        ],
        "drift": drift,
    }
    # SQLite takes any kind of value in any column.
    validate(found, str(path), "history")
    return found


def _state(marks: str) -> str:
    looked = marks.replace("-", "")
    if looked[-1] == "x" and "x" in looked[:-1]:
        return "back" if looked[-2] == "." else "present"
    return "new" if looked[-1] == "x" else "gone"


def bar(marks: str) -> str:
    """A timeline as boxes: filled where seen, empty where looked for in vain."""
    return "".join(_MARKS[mark] for mark in marks)


def by_finding(history: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A timeline for each finding: `rows`, `first`, `last`, `state` and `runs`; a drift of none is told for itself."""
    groups: dict[str, list[Row]] = {}
    for row in history["drift"]:
        groups.setdefault(row["finding"] or row["fingerprint"], []).append(row)
    found = []
    for rows in groups.values():
        runs = "".join("x" if "x" in marks else "." if "." in marks else "-" for marks in _columns(rows))
        first, last = [one for row in rows if (one := row["first"])], [one for row in rows if (one := row["last"])]
        times = {"first": min(first, default=None), "last": max(last, default=None)}
        found.append({"finding": rows[0]["finding"], "rows": rows, "runs": runs, "state": _state(runs), **times})
    return found


def _columns(rows: Sequence[Row]) -> Iterator[str]:
    """The marks of each run."""
    longest = max(len(row["runs"]) for row in rows)
    return map("".join, zip(*(row["runs"].rjust(longest, "-") for row in rows), strict=True))


def told(rows: Sequence[Row], say: Say) -> tuple[Piece, ...]:
    """A finding of a timeline, which knows no more of its drifts than what they are named by."""
    known = [{"expected": "", "observed": [], **row} for row in rows]
    return fact(sorted(known, key=lambda row: -SEVERITIES.index(row["severity"])), say)


def render(history: Mapping[str, Any], lang: Lang = "en") -> str:
    """A timeline as lines for a terminal: state, bar, first and last day, and what it is."""
    say, found = Say(lang), by_finding(history)
    lines = [say("n-runs", n=len(history["runs"])) + say("comma") + say("n-findings", n=len(found))]
    column = max((width(say(state)) for state in ("new", "present", "back", "gone")), default=0)
    for one in found:
        lead = one["rows"][0]
        days = f"{(one['first'] or '')[:10]} … {(one['last'] or '')[:10]}"
        pair = f"{summary.endpoint(lead, say)} × {clip(lead['contract'], 60)}"
        names = "".join(piece.text for piece in told(one["rows"], say))
        at = say("comma").join(dict.fromkeys(clip(row["operation"], 60) for row in one["rows"] if row["operation"]))
        text = f"{pair}{say('colon')}{names}" + (f" · {at}" if at else "")
        lines.append(f"{pad(say(one['state']), column)}  {bar(one['runs'])}  {days}  {text}")
    return "\n".join(map(no_commands, lines))
