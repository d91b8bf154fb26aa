"""Nothing that an endpoint, a file or a contract says comes alive in a report, and all formats agree on the figures."""

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import orjson
import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from conformance import report
from conformance.report import markdown, terminal, text
from tests.report.trees import HOSTILE, RANDOM, TREES

MARKDPAGE_TAGS = frozenset(
    {"a", "code", "details", "em", "h1", "h2", "h3", "li", "p", "pre", "strong", "summary", "ul"}
) | {*("table", "tbody", "td", "th", "thead", "tr")}
PAGE_TAGS = MARKDPAGE_TAGS - {"em"} | {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "script",
        "body",
        "header",
        "main",
        "section",
        "mark",
        "noscript",
        "div",
        "span",
    ),
    *("caption", "h4", "form", "label", "nav", "select", "option", "input", "button"),
}
LANGUAGES = pytest.mark.parametrize("lang", report.LANGS)


class Page(HTMLParser):
    """Tags and attributes of a page, and how many findings of each kind and rows it has."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.findings: Counter[str] = Counter()
        self.rows = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an element."""
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        kind = str(dict(attrs).get("class", "")).split()
        if kind[:1] == ["finding"]:
            self.findings[kind[-1]] += 1
        self.rows += kind == ["row"]


def expected(rows: list[Any]) -> Counter[str]:
    """The figures of findings or drifts."""
    return Counter("known" if row["known"] else row["severity"] for row in rows)


def total(tree: dict[str, Any]) -> str:
    """How every view says how much there is."""
    rows, found = len(tree["drift"]), len(tree["findings"])
    if not found:
        return "No drift."
    return f"{found} finding{'s'[: found != 1]} ({figures(expected(tree['findings']))}) in {rows} row{'s'[: rows != 1]}"


def figures(counts: Counter[str]) -> str:
    """The figures in words."""
    words = (("breaking", "breaking"), ("warning", "warning"), ("info", "info"), ("known", "known"))
    plural = {"warning": "s" if counts["warning"] != 1 else ""}
    return ", ".join(f"{counts[key]} {word}{plural.get(key, '')}" for key, word in words if counts[key]) or "No drift."


@RANDOM
@given(tree=TREES)
def test_random_reports_are_valid(tree) -> None:
    """The strategy makes what the schema allows: else the properties below would say little."""
    report.validate(tree)


@RANDOM
@given(tree=TREES)
def test_all_formats_agree_on_the_figures(tree) -> None:
    """Findings and rows of each severity, and known ones, are as many in every format."""
    counts = expected(tree["drift"])

    of_findings = expected(tree["findings"])
    page = Page(report.render(tree, "html"))
    [run] = orjson.loads(report.render(tree, "sarif"))["runs"]
    junit = ET.fromstring(report.render(tree, "junit"))  # noqa: S314 - written by this project
    printed = report.render_terminal(tree, verbose=True)

    assert page.findings == +of_findings
    assert page.rows == len(tree["drift"])
    assert Counter(run["properties"]["counts"]) == counts
    for shown in (report.render(tree, "md").split("\n")[2], report.render(tree, "github"), printed.replace("\n", " ")):
        assert total(tree) in shown
    ids = {finding["id"] for finding in tree["findings"]}
    cases = {case.attrib["name"].split(" ")[-1]: case for case in junit.iter("testcase")}
    assert ids <= set(cases)
    assert sum(cases[one].find("skipped") is not None for one in ids) == of_findings["known"]
    told = [one for one in orjson.loads(report.render(tree, "ctrf"))["results"]["tests"] if one.get("testId") in ids]
    assert len(told) == of_findings.total()
    assert sum(one["status"] == "skipped" for one in told) == of_findings["known"]
    assert sum(len(one["extra"]["drift"]) for one in told) == len(tree["drift"])
    assert len(re.findall(r"^[▲◆●] ", printed, re.MULTILINE)) == of_findings.total()
    assert all(finding["id"] in printed for finding in tree["findings"])


@LANGUAGES
@RANDOM
@given(tree=TREES)
def test_the_page_holds_no_foreign_markup(tree, lang) -> None:
    """Only the page's own elements, no handler, no address to load from, no script but its own."""
    page = Page(report.render(tree, "html", lang))

    assert set(page.tags) <= PAGE_TAGS
    assert page.tags.count("script") == 2
    for name, value in page.attributes:
        assert not name.startswith("on")
        assert name not in {"src", "style", "action", "formaction", "srcdoc"}
        assert name != "href" or value.startswith("#")


@LANGUAGES
@RANDOM
@given(tree=TREES)
def test_the_terminal_gets_no_control_character_and_no_command(tree, lang) -> None:
    """No escape sequence, no direction change, no line that a CI system takes for a command."""
    printed = report.render_terminal(tree, lang=lang, verbose=True)

    for line in printed.split("\n"):
        assert line.isprintable() or "\u3000" in line, repr(line)
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


@LANGUAGES
@RANDOM
@given(tree=TREES)
def test_markdown_holds_no_foreign_markup(tree, lang) -> None:
    """Rendered as GitHub does, only the report's own elements come out, and no mention or link is in the text."""
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(report.render(tree, "md", lang))

    page = Page(shown)
    assert set(page.tags) <= MARKDPAGE_TAGS
    assert all(value.startswith(("http://", "https://")) for name, value in page.attributes if name == "href")
    outside_code = re.sub(r"<(code|pre)\b.*?</\1>", "", shown, flags=re.DOTALL)
    outside_links = re.sub(r"<a .*?</a>", "", outside_code)
    assert not re.search(r"@\w|https?:|www\.", outside_links)


@RANDOM
@given(tree=TREES)
def test_markdown_tables_keep_their_columns(tree) -> None:
    """No value adds a cell to a row of the matrix."""
    lines = report.render(tree, "md").split("\n")
    rows = [line for line in lines if line.startswith("| ")]

    if tree["pairs"] or tree["drift"]:
        widths = {
            len(re.findall(r"(?<!\\)\|", row)) for row in rows[: 2 + len({pair["endpoint"] for pair in tree["pairs"]})]
        }
        assert len(widths) == 1


def test_markdown_stays_within_the_limit(tree) -> None:
    """Thousands of drifts are cut to what a comment takes; the rest is counted, known drift too."""
    one, known = tree["drift"]
    tree["drift"] = [{**one, "fingerprint": f"{n:016x}"} for n in range(3000)]
    tree["drift"] += [{**known, "fingerprint": f"{n:016x}"} for n in range(3000, 5000)]
    tree["findings"] = [each_its_own(row) for row in tree["drift"]]

    shown = report.render(tree, "md")

    cards = shown.count("\n### ")
    assert len(shown) <= markdown.MAX_CHARACTERS
    assert cards > 10
    assert f"**{3000 - cards + 1} more findings do not fit here" in shown
    lines = shown.count("\n- 🟥 `status`")
    assert f"- {2000 - lines} more findings do not fit here" in shown


def each_its_own(row: dict[str, Any]) -> dict[str, Any]:
    """A finding of one drift."""
    kept = ("rule", "severity", "endpoint", "contract", "spec", "known")
    place = {key: row[key] for key in ("operation", "status_code", "pointer")}
    words = {"headline": "", "places": [place], "drift": [row["fingerprint"]]}
    return {"id": row["fingerprint"], **{key: row[key] for key in kept}, **words}


def test_a_megabyte_in_a_value_stays_small(tree) -> None:
    """Long values are cut in every view; the data keeps them."""
    one = tree["drift"][0]
    one["observed"] = [{"value": "x" * 1_000_000, "count": 1}]
    one["expected"] = "y" * 1_000_000
    one["example"]["body"] = ["z" * 1_000_000]

    assert len(report.render_terminal(tree)) < 10_000
    assert len(report.render(tree, "md")) < 20_000
    assert len(report.render(tree, "html").split('<script type="application/json"')[0]) < 100_000
    assert len(report.render(tree, "json")) > 3_000_000


@pytest.mark.parametrize("value", HOSTILE)
def test_visible_text_is_one_printable_line(value) -> None:
    """Whatever comes in, what goes out is a line without invisible characters."""
    assert text.visible(value).isprintable()


@pytest.mark.parametrize("value", [one for one in HOSTILE if one])
def test_a_code_span_shows_its_text(value) -> None:
    """Rendered as Markdown, the span holds the text and nothing else."""
    shown = MarkdownIt("commonmark").render(text.code_span(value))

    assert re.fullmatch(r"<p><code>[^<]*</code></p>\n", shown)


def test_a_sentence_of_a_ci_command_is_defused() -> None:
    """Also where wrapping puts it at the start of a line."""
    assert text.no_commands("  ::error::x") == "  : :error::x"
    assert text.no_commands("see ##[error]") == "see ##·[error]"
    assert terminal.next_step({"pairs": [], "stale": [], "stale_counts": False, "exit_code": 0}) == "next-nothing"


def test_the_page_shows_invisible_characters(tree) -> None:
    """A direction change in a value is written out, in text and attributes."""
    tree["drift"][0]["expected"] = tree["pairs"][0]["contract"] = tree["drift"][0]["contract"] = "a\u202eb\x1b"

    elements = report.render(tree, "html").split('<script type="application/json"')[0]

    assert "a\\u202eb\\x1b" in elements
    assert "\u202e" not in elements
    assert "\x1b" not in elements
