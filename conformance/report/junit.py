"""The report as JUnit XML as Jenkins reads it: a suite a pair, a case a check, known findings skipped with a reason."""

from xml.etree import ElementTree as ET

from conformance.report.cases import ReportCase, suites
from conformance.report.tree import Tree
from conformance.report.words import Say


def render(tree: Tree, say: Say) -> str:
    """Failures are the findings that made their pair drift; a pair that could not be checked has an error."""
    root = ET.Element("testsuites", name="batch-conformance")
    for suite in suites(tree, say):
        element = ET.SubElement(root, "testsuite", name=suite.name)
        for case in suite.cases:
            _case(element, suite.name, case)
        _tally(element)
    _tally(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _case(suite: ET.Element, classname: str, case: ReportCase) -> None:
    element = ET.SubElement(suite, "testcase", classname=classname, name=case.name, time="0")
    if case.status == "skipped":
        ET.SubElement(element, "skipped", message=case.message)
    elif case.status != "passed":
        outcome = "error" if case.status == "error" else "failure"
        failure = ET.SubElement(element, outcome, message=case.message, type=case.kind)
        failure.text = case.details or None
    if case.fact is not None and case.status != "failed":
        ET.SubElement(element, "system-out").text = case.details


_TALLIES = (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))


def _tally(element: ET.Element) -> None:
    """Count what is below a suite, or below the root, which has no attribute for skipped cases."""
    for attribute, tag in _TALLIES:
        if element.tag == "testsuite" or attribute != "skipped":
            element.set(attribute, str(len(element.findall(f".//{tag}"))))
    element.set("time", "0")
