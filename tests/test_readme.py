"""The READMEs say what is true: the sample is what is printed, and both languages say the same."""

import re
from pathlib import Path

import pytest

from tests.conftest import Run

ROOT = Path(__file__).parents[1]
ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
_LINK = re.compile(r"\]\(([^)]+)\)")
_CODE = re.compile(r"`([^`]+)`")


def blocks(path: Path) -> list[str]:
    """The indented blocks of a page."""
    text = path.read_text(encoding="utf-8")
    return [block.rstrip() for block in re.findall(r"(?:^ {4}.*\n|^\n(?= {4}))+", text, re.MULTILINE) if block.strip()]


def shape(path: Path) -> dict[str, object]:
    """What must be the same in every language: levels of headings, table rows, points, links, code."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    return {
        "headings": [line.split()[0] for line in lines if line.startswith("#")],
        "rows": sum(line.startswith("|") for line in lines),
        "points": sum(line.startswith("* ") for line in lines),
        "links": sorted(link for link in _LINK.findall(text) if not link.startswith("README")),
        "code": sorted(set(_CODE.findall(text))),
        "blocks": blocks(path),
    }


def test_both_languages_say_the_same() -> None:
    """A change of one README that is not made to the other is seen."""
    assert shape(CHINESE) == shape(ENGLISH)


@pytest.mark.parametrize("path", [ENGLISH, CHINESE], ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    """Files that a README names are there."""
    missing = [link for link in _LINK.findall(path.read_text(encoding="utf-8")) if not (ROOT / link).exists()]
    assert missing == []


def test_the_sample_is_what_is_printed(batch_conformance: Run) -> None:
    """The command in the README is run, and what the README shows stands in its output, in that order."""
    sample = next(block for block in blocks(ENGLISH) if "$ batch-conformance" in block)
    command, *shown = [line[4:].rstrip() for line in sample.strip("\n").splitlines()]
    printed = batch_conformance(*command.removeprefix("$ batch-conformance ").split()).stdout
    lines = [line.rstrip() for line in printed.splitlines()]
    expected = [line for line in shown if line.strip() != "…"]
    assert lines[: len(expected)] == expected
