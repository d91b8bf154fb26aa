"""The report as JUnit XML as Jenkins reads it: a suite a pair, a case a check, known drift skipped with its reason."""

from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from conformance.report import summary
from conformance.report.annotations import message
from conformance.report.text import clip, visible
from conformance.report.tree import Row, Tree
from conformance.report.words import Say
from conformance.rules.judging import JUDGING

_OWN = "contract-"
"""Prefix of the rules that a contract is held against by itself."""


def render(tree: Tree, say: Say) -> str:
    """Failures are the drifts that made their pair drift; a pair that could not be checked has an error."""
    root = ET.Element("testsuites", name="batch-conformance")
    pairs = {(pair["endpoint"], pair["contract"]): pair for pair in tree["pairs"]}
    for (endpoint, contract), rows in summary.by_pair(tree).items():
        name = visible(f"{endpoint or say('contract-itself')} × {contract}")
        suite = ET.SubElement(root, "testsuite", name=name)
        pair = pairs.get((endpoint, contract))
        _checked(suite, name, pair)
        if pair is None or pair["requests"]:
            _rules(suite, name, rows, own=pair is None)
        for row in rows:
            _case(suite, name, row, tree, say)
        _tally(suite)
    if tree["stale"]:
        _stale(root, tree, say)
    _tally(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _checked(suite: ET.Element, name: str, pair: Mapping[str, Any] | None) -> None:
    if pair is not None:
        case = ET.SubElement(suite, "testcase", classname=name, name="could be checked", time="0")
        if pair["outcome"] == "could-not-check":
            ET.SubElement(case, "error", message=clip(pair["reason"] or ""), type="could-not-check")


def _rules(suite: ET.Element, name: str, rows: Iterable[Row], *, own: bool) -> None:
    """A passing case for every rule that was looked after and that nothing broke."""
    broken = {row["rule"] for row in rows}
    for rule in JUDGING:
        if rule.id.startswith(_OWN) is own and rule.id not in broken:
            ET.SubElement(suite, "testcase", classname=name, name=rule.id, time="0")


def _case(suite: ET.Element, name: str, row: Row, tree: Tree, say: Say) -> None:
    """One drift. The fingerprint keeps names apart."""
    parts = [clip(row["rule"]), summary.place(row), row["fingerprint"]]
    case = ET.SubElement(suite, "testcase", classname=name, name=" ".join(part for part in parts if part), time="0")
    text = visible(message(row, say))
    if row["known"]:
        ET.SubElement(case, "skipped", message=summary.why_known(row, say))
    elif summary.fails(row, tree):
        failure = ET.SubElement(case, "failure", message=text, type=clip(row["rule"]))
        failure.text = "\n".join([f"{summary.spec(row)}", *map(visible, (row["reproduce"] or "").split("\n"))])
    if row["known"] or not summary.fails(row, tree):
        ET.SubElement(case, "system-out").text = f"{row['severity']}: {text}"


def _stale(root: ET.Element, tree: Tree, say: Say) -> None:
    suite = ET.SubElement(root, "testsuite", name=say("stale"))
    for entry in tree["stale"]:
        name = visible(summary.named(entry, say))
        case = ET.SubElement(suite, "testcase", classname=say("stale"), name=name, time="0")
        if tree["stale_counts"]:
            ET.SubElement(case, "failure", message=say("stale-counts"), type="stale")
        else:
            ET.SubElement(case, "skipped", message=say("stale-listed"))
    _tally(suite)


_TALLIES = (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))


def _tally(element: ET.Element) -> None:
    """Count what is below a suite, or below the root, which has no attribute for skipped cases."""
    for attribute, tag in _TALLIES:
        if element.tag == "testsuite" or attribute != "skipped":
            element.set(attribute, str(len(element.findall(f".//{tag}"))))
    element.set("time", "0")
