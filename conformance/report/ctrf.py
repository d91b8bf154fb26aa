"""The report in the Common Test Report Format (CTRF): the cases of JUnit, and what is known of each finding."""

from collections import Counter
from datetime import datetime
from importlib.metadata import version
from typing import Any

import orjson

from conformance.report import facts
from conformance.report.cases import ReportCase, Status, suites
from conformance.report.text import clip
from conformance.report.tree import Tree
from conformance.report.words import Say
from conformance.report.worktree import finder

VERSION = "0.0.0"
"""Of the format: the only one that is published."""

_STATUSES: dict[Status, str] = {"passed": "passed", "failed": "failed", "error": "failed", "skipped": "skipped"}
"""The format has no word for what could not be checked: it did not pass."""
_COUNTED = ("passed", "failed", "skipped", "pending", "other")


def render(tree: Tree, say: Say) -> str:
    """One document; times in milliseconds since the epoch."""
    found, find = suites(tree, say), finder()
    tests = [_test(suite.name, case, find, say) for suite in found for case in suite.cases]
    counts = Counter(test["status"] for test in tests)
    start, stop = _milliseconds(tree["started"]), _milliseconds(tree["finished"])
    results = {
        "tool": {"name": "batch-conformance", "version": version("batch-conformance")},
        "summary": {
            "tests": len(tests),
            **{status: counts[status] for status in _COUNTED},
            "suites": len(found),
            "start": start,
            "stop": max(start, stop),
        },
        "tests": tests,
        "extra": {
            "exitCode": tree["exit_code"],
            "complete": tree["complete"],
            "notes": [say.text(clip(note)) for note in tree["notes"]],
            "leftOut": list(map(clip, tree["left_out"])),
        },
    }
    timestamp = {"timestamp": tree["finished"]} if tree["finished"] else {}
    document = {
        "reportFormat": "CTRF",
        "specVersion": VERSION,
        **timestamp,
        "generatedBy": "batch-conformance",
        "results": results,
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"


def _test(suite: str, case: ReportCase, find: Any, say: Say) -> dict[str, Any]:
    test: dict[str, Any] = {
        "name": case.name or "-",
        "status": _STATUSES[case.status],
        "duration": 0,
        "suite": [suite],
    }
    if case.status == "error":
        test["rawStatus"] = case.kind
    if case.message:
        test["message"] = case.message
    if case.details and case.status == "failed":
        test["trace"] = case.details
    return test if case.fact is None else {**test, **_about(case, find, say)}


def _about(case: ReportCase, find: Any, say: Say) -> dict[str, Any]:
    """What is said of a finding, for whoever reads more than a name."""
    fact = case.fact
    if fact is None:
        return {}
    spec, rule = fact.finding["spec"], case.kind
    file = find(spec["file"])
    place = {} if file is None else {"filePath": file, **({"line": spec["line"]} if spec["line"] else {})}
    labels = {"rule": rule, "severity": fact.severity, "contract": clip(fact.finding["contract"])}
    return {
        **place,
        "testId": fact.id or case.name,
        "tags": [fact.kind, rule],
        "labels": {**labels, "endpoint": clip(fact.finding["endpoint"] or "contract")},
        "extra": {
            "drift": list(fact.finding["drift"]),
            "known": facts.known_kind(fact),
            "clients": {clip(name): say.text(clip(made)) for row in fact.rows for name, made in row["impact"].items()},
        },
    }


def _milliseconds(time: str | None) -> int:
    return 0 if time is None else int(datetime.fromisoformat(time).timestamp() * 1000)
