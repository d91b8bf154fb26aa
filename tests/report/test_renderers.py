"""The formats that machines read: SARIF, JUnit, GitHub annotations, badge."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import orjson
import pytest
from hypothesis import given
from jsonschema import Draft4Validator

from conformance import report
from conformance.report import ReportError
from conformance.rules import CATALOGUE
from tests.report.conftest import BATCH, DATA, QUEUED, accepted, listing, page, result_of
from tests.report.trees import RANDOM, TREES

ROOT = Path(__file__).parents[2]
SARIF = Draft4Validator(orjson.loads((DATA / "sarif-2.1.0.json").read_bytes()))


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch) -> None:
    """The contracts' files are in the working tree."""
    monkeypatch.chdir(ROOT)


def run_of(tree) -> dict[str, Any]:
    """The one run of the SARIF log."""
    [run] = orjson.loads(report.render(tree, "sarif"))["runs"]
    return run


def test_sarif_points_at_the_contract_s_line(tree) -> None:
    """A result has rule, level, file and line; its fingerprint stays."""
    [result] = [one for one in run_of(tree)["results"] if "suppressions" not in one]

    assert (result["ruleId"], result["level"]) == ("response-property-became-nullable", "error")
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "tests/report/data/strict.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 64},
    }
    finding = tree["findings"][0]
    assert result["partialFingerprints"] == {
        "drift/v1": tree["drift"][0]["fingerprint"],
        "finding/v1": finding["id"],
        "primaryLocationLineHash": f"{finding['id']}:1",
    }
    assert result["properties"]["drift"] == finding["drift"]
    assert "null" in result["message"]["text"]


def test_sarif_suppresses_known_drift_with_its_reason(tree) -> None:
    """An accepted drift is a suppressed result."""
    [result] = [one for one in run_of(tree)["results"] if "suppressions" in one]

    assert result["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "The queue is a status of its own. (https://docs.example/batches)",
        }
    ]


def test_sarif_has_the_catalogue(tree) -> None:
    """Every rule is described, and results point into the list."""
    run = run_of(tree)

    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(CATALOGUE)
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_sarif_describes_each_rule_as_code_scanning_shows_it(tree) -> None:
    """Title, severity, tags to filter by, help as Markdown with an example and what to do, and an address or name."""
    rules = {rule["id"]: rule for rule in run_of(tree)["tool"]["driver"]["rules"]}

    rule = rules["response-property-became-nullable"]
    assert rule["properties"]["tags"] == ["breaking", "response", "batch-api"]
    assert rule["properties"]["problem.severity"] == "error"
    assert rule["helpUri"] == "urn:batch-conformance:rule:response-property-became-nullable"
    assert "`request_counts is null; documented: object`" in rule["help"]["markdown"]
    assert all(len(one["shortDescription"]["text"]) <= 1024 for one in rules.values())
    assert not any(re.search(r"\{contract\}", one["help"]["markdown"]) for one in rules.values())


def test_sarif_has_one_result_for_one_fact() -> None:
    """The same field at several operations is one alert, which names them all."""
    pages = [listing(page({**BATCH, "request_counts": None}), number=1), listing(page(QUEUED, QUEUED), number=2)]
    tree = report.build(result_of(pages, contracts=["strict"]))

    results = run_of(tree)["results"]

    assert len(results) == len(tree["findings"])
    for result in results:
        [location] = result["locations"]
        assert [one["fullyQualifiedName"] for one in location["logicalLocations"]]


def test_sarif_counts_what_is_not_in_the_working_tree(tree, tmp_path, monkeypatch) -> None:
    """In a folder without the contracts there is no result, but a notification."""
    monkeypatch.chdir(tmp_path)

    run = run_of(tree)

    assert run["results"] == []
    [note] = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("2 drifts are of contracts")


@RANDOM
@given(tree=TREES)
def test_any_report_is_valid_sarif(tree) -> None:
    """The official schema accepts every log."""
    SARIF.validate(orjson.loads(report.render(tree, "sarif")))


def test_junit_has_a_case_for_every_rule_and_every_finding(tree) -> None:
    """What was checked and held passes; a finding fails or is skipped with its reason."""
    root = ET.fromstring(report.render(tree, "junit"))  # noqa: S314 - written by this project
    strict = root[0]
    names = [case.attrib["name"] for case in strict]

    assert "response-required-property-missing" in names
    assert not any(name.startswith("contract-") for name in names)
    [failed] = [case for case in strict if case.find("failure") is not None]
    [finding] = [one for one in tree["findings"] if one["rule"] == "response-property-became-nullable"]
    assert failed.attrib["name"] == f"request_counts is null where strict documents an object {finding['id']}"
    failure = failed.find("failure")
    assert failure is not None
    assert "GET /batches · 200 · /data/*/request_counts: null" in (failure.text or "")
    [skipped] = strict.findall(".//skipped")
    assert skipped.attrib["message"] == "The queue is a status of its own. (https://docs.example/batches)"


def test_junit_passes_no_rule_that_was_not_looked_after(tree) -> None:
    """A comparison of contracts sends no request: what only a response can show is no passing case."""
    for pair in tree["pairs"]:
        pair["requests"] = 0

    root = ET.fromstring(report.render(tree, "junit"))  # noqa: S314 - written by this project

    assert [len(suite) for suite in root] == [1 + 2, 1]


@pytest.mark.parametrize("name", ["md", "html", "sarif"])
def test_what_a_reader_must_know_is_said(exchanges, name) -> None:
    """Notes, probes left out and a run cut short are in every view."""
    result = result_of(exchanges, complete=False, left_out=("test_pages",), notes=("3 lines were no entry",))

    shown = report.render(report.build(result), name)

    assert "3 lines were no entry" in shown
    assert "The run was cut short" in shown
    assert "test_pages" in shown


def test_junit_follows_fail_on(exchanges) -> None:
    """A drift below --fail-on is no failure; it is told as output."""
    result = result_of([*exchanges, listing(page(BATCH, extra=1))], fail_on="breaking", contracts=["strict"])

    root = ET.fromstring(report.render(report.build(result, "breaking"), "junit"))  # noqa: S314 - written by this project

    assert (root.attrib["failures"], len(root.findall(".//system-out"))) == ("2", 1)


def test_junit_has_an_error_where_nothing_could_be_checked() -> None:
    """Could-not-check is neither a failure nor a pass."""
    tree = report.build(result_of([listing(b"", status=401)], contracts=["strict"]))

    root = ET.fromstring(report.render(tree, "junit"))  # noqa: S314 - written by this project

    assert root.attrib["errors"] == "1"
    error = root.find(".//error")
    assert error is not None
    assert "key was refused" in error.attrib["message"]


def test_annotations_mark_the_contract_s_line(tree) -> None:
    """One command for the new drift, one line with all figures; known drift is only counted."""
    lines = report.render(tree, "github").splitlines()

    assert len(lines) == 2
    assert lines[0].startswith(
        "::error file=tests/report/data/strict.yaml,line=64,"
        "title=request_counts is null where strict documents an object::sim:kimi × strict; list_batches; "
    )
    assert lines[1] == "::notice title=Batch API drift::2 findings (1 breaking, 1 known) in 2 rows"


def test_annotations_stay_within_what_is_shown() -> None:
    """Ten of a level; the rest is counted."""
    pages = [listing(page({**BATCH, "status": f"state_{n}"}), number=n) for n in range(30)]

    lines = report.render(report.build(result_of(pages, contracts=["strict"])), "github").splitlines()

    assert sum(line.startswith("::error") for line in lines) == 10
    assert "20 more findings do not fit here" in lines[-1]


@RANDOM
@given(tree=TREES)
def test_annotations_are_our_own_commands_only(tree) -> None:
    """No value starts a line or ends a property: every line is one of the four commands, nothing follows it."""
    text = report.render(tree, "github")

    for line in text.splitlines():
        assert re.fullmatch(r"::(error|warning|notice) (file=[^,:]*(,line=\d+)?,)?title=[^,:]*::.*", line)


@pytest.mark.parametrize(
    ("result", "message", "color"),
    [
        (result_of([listing(page(BATCH))]), "conforms", "brightgreen"),
        (result_of([listing(page(QUEUED))]), "drift (2 breaking)", "red"),
        (result_of([listing(page(BATCH))], known=[accepted()]), "drift", "red"),
        (result_of([listing(b"", status=401)], contracts=["strict"]), "could not check", "lightgrey"),
    ],
)
def test_the_badge_says_the_outcome(result, message, color) -> None:
    """Conforms, drift with figures, or could not check, each in its colour."""
    badge = orjson.loads(report.render(report.build(result), "badge"))

    assert (badge["schemaVersion"], badge["message"], badge["color"]) == (1, message, color)


def test_github_annotations_have_no_file(tree, tmp_path) -> None:
    """They make sense on standard output only."""
    assert report.write(tree, tmp_path, ["github"]) == []


def test_an_unknown_format_cannot_be_rendered(tree) -> None:
    """The error names it."""
    with pytest.raises(ReportError, match="pdf"):
        report.render(tree, "pdf")
