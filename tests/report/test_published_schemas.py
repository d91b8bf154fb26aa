"""JUnit and CTRF as others publish them: any report is valid by their own schemas."""

from typing import Any
from xml.etree import ElementTree as ET

import orjson
import pytest
import xmlschema
from hypothesis import given
from jsonschema import Draft7Validator

from conformance import report
from tests.report.conftest import DATA, QUEUED, listing, page, result_of
from tests.report.trees import RANDOM, TREES

JUNIT = xmlschema.XMLSchema10(DATA / "junit-10.xsd")
CTRF = Draft7Validator(orjson.loads((DATA / "ctrf-0.0.json").read_bytes()))


def ctrf(tree: Any) -> dict[str, Any]:
    """The results of the CTRF document."""
    results: dict[str, Any] = orjson.loads(report.render(tree, "ctrf"))["results"]
    return results


@RANDOM
@given(tree=TREES)
def test_any_report_is_junit_as_jenkins_reads_it(tree) -> None:
    """By the schema of Jenkins' xUnit plugin; and each suite says how many cases it has."""
    text = report.render(tree, "junit")

    JUNIT.validate(text)
    for suite in ET.fromstring(text):  # noqa: S314 - written by this project
        assert int(suite.attrib["tests"]) == len(suite)


@RANDOM
@given(tree=TREES)
def test_any_report_is_ctrf(tree) -> None:
    """By the published schema; the summary counts what follows, and it has the cases of JUnit."""
    CTRF.validate(orjson.loads(report.render(tree, "ctrf")))
    results = ctrf(tree)
    statuses = [test["status"] for test in results["tests"]]
    assert {name: statuses.count(name) for name in ("passed", "failed", "skipped")}.items() <= results[
        "summary"
    ].items()
    assert results["summary"]["tests"] == len(statuses)
    junit = ET.fromstring(report.render(tree, "junit"))  # noqa: S314 - written by this project
    assert [one.attrib["name"] for one in junit.iter("testcase")] == [test["name"] for test in results["tests"]]


def test_a_spoilt_document_is_refused(tree) -> None:
    """The schemas are really looked at."""
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        JUNIT.validate(report.render(tree, "junit").replace("<testcase ", "<testcase verdict='x' ", 1))
    assert not CTRF.is_valid({**orjson.loads(report.render(tree, "ctrf")), "results": {}})


def test_ctrf_tells_a_finding_whole(tree, monkeypatch) -> None:
    """What failed has its contract's line, tags to filter by, and what clients make of it."""
    monkeypatch.chdir(DATA.parents[2])
    [failed] = [test for test in ctrf(tree)["tests"] if test["status"] == "failed"]
    finding = tree["findings"][0]

    assert failed["name"] == f"request_counts is null where strict documents an object {finding['id']}"
    assert (failed["filePath"], failed["line"]) == ("tests/report/data/strict.yaml", 64)
    assert failed["tags"] == ["breaking", "response-property-became-nullable"]
    assert failed["testId"] == finding["id"]
    assert failed["extra"]["drift"] == finding["drift"]
    assert "curl " in failed["trace"]
    [skipped] = [test for test in ctrf(tree)["tests"] if test["status"] == "skipped"]
    assert skipped["message"].startswith("The queue is a status of its own.")


def test_what_could_not_be_checked_did_not_pass() -> None:
    """The format has no word for it: it failed, and its own word stands beside."""
    tree = report.build(result_of([listing(b"", status=401)], contracts=["strict"]))

    [failed] = [test for test in ctrf(tree)["tests"] if test.get("rawStatus") == "could-not-check"]

    assert failed["status"] == "failed"
    assert "key was refused" in failed["message"]


def test_times_are_milliseconds() -> None:
    """As the format has them; a report without times says 0."""
    tree = report.build(result_of([listing(page(QUEUED))]))
    summary = ctrf(tree)["summary"]
    assert (summary["start"], summary["stop"]) == (1_764_000_000_000, 1_764_000_060_000)
    assert ctrf({**tree, "started": None, "finished": None})["summary"]["start"] == 0
