"""The report on a terminal."""

import re
from pathlib import Path
from typing import Any

import pytest

from conformance import report
from conformance.report.columns import width
from tests.report.conftest import BATCH, accepted, listing, page, result_of


def lines_of(tree, **options: Any) -> list[str]:
    """The printed lines."""
    return report.render_terminal(tree, **options).split("\n")


@pytest.mark.parametrize("lang", report.LANGS)
def test_nothing_is_wider_than_the_terminal(tree, lang) -> None:
    """Eighty columns, a Chinese character counting two."""
    assert max(map(width, lines_of(tree, lang=lang))) <= 80


def test_the_matrix_comes_first(tree) -> None:
    """Endpoints are rows, contracts columns, cells the outcome with its figures."""
    text = report.render_terminal(tree)

    assert re.match(r"endpoint +strict +loose\n─+\nsim:kimi +drift \(1 breaking, 1 known\) +conforms", text)


def test_a_card_answers_in_order(tree) -> None:
    """Received, documented with file and line, seen, reproduce."""
    text = report.render_terminal(tree)

    labels = re.findall(r"^  (received|documented|seen|impact|reproduce) ", text, re.MULTILINE)
    assert [one for one in labels if one != "impact"] == ["received", "documented", "seen", "reproduce"]
    assert "object (tests/report/data/strict.yaml:64)" in text


def test_known_drift_is_counted_unless_asked_for(tree) -> None:
    """A line says how many; with show_known they are cards with their reason."""
    assert "response-property-enum-value-added" not in report.render_terminal(tree)
    assert "1 known drift is documented or accepted" in report.render_terminal(tree)
    assert "The queue is a status of its own." in report.render_terminal(tree, show_known=True)


def test_colours_only_where_wanted(tree) -> None:
    """Without colour there is no escape sequence; with it, the text is the same."""
    plain, colored = report.render_terminal(tree), report.render_terminal(tree, color=True)

    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain
    assert colored != plain


def test_many_contracts_become_a_list(tree) -> None:
    """Where columns would be too narrow, each pair has a line."""
    tree["pairs"] = [{**tree["pairs"][1], "contract": f"contract-{n}"} for n in range(8)]

    assert "sim:kimi × contract-7: conforms" in lines_of(tree)


@pytest.mark.parametrize(
    ("result", "step"),
    [
        (result_of([listing(page(BATCH))]), "Next: nothing to do."),
        (result_of([listing(b"", status=401)], contracts=["strict"]), "Next: see why something could not be checked"),
        (result_of([listing(page(BATCH))], known=[accepted()]), "Next: remove the stale entries"),
        (result_of([listing(page({"id": "batch_1"}))]), "Next: read the report"),
    ],
)
def test_the_last_lines_say_what_to_do(result, step) -> None:
    """What is next, and where the report is."""
    text = report.render_terminal(report.build(result), written=[Path("reports/drift.json")])

    assert step in text
    assert text.endswith("\nReport: reports/drift.json")


def test_why_something_could_not_be_checked_is_said() -> None:
    """The reason stands below the matrix."""
    tree = report.build(result_of([listing(b"", status=401)], contracts=["strict"]))

    assert any(line.startswith("sim:kimi × strict: list_batches: the key was refused") for line in lines_of(tree))


def test_what_a_reader_must_know_is_said(exchanges) -> None:
    """Notes, probes left out, a run cut short, stale entries."""
    stale = [accepted(value="paused")]
    result = result_of(
        exchanges, known=stale, complete=False, left_out=("test_pages",), notes=("3 lines were no entry",)
    )

    text = report.render_terminal(report.build(result))

    assert text.startswith("The run was cut short")
    assert "\n3 lines were no entry\n" in text
    assert "Not reached: test_pages" in text
    assert "- kimi · strict · response-property-enum-value-added · list_batches · 200" in text


def test_many_drifts_are_counted_beyond_the_first() -> None:
    """The terminal shows 25; the rest is a number."""
    pages = [listing(page({**BATCH, "status": f"state_{n}"}), number=n) for n in range(40)]

    text = report.render_terminal(report.build(result_of(pages, contracts=["strict"])))

    assert text.count("response-property-enum-value-added") == 25
    assert "15 more drifts" in text


def test_what_changes_no_outcome_is_named_in_a_line() -> None:
    """Info is below the severity that fails: ten lines at most, then a number."""
    extra = {f"extra_{n}": 1 for n in range(12)}

    lines = lines_of(report.build(result_of([listing(page({**BATCH, **extra}))], contracts=["strict"])))

    start = lines.index("12 drifts below the severity that fails:")
    assert lines[start + 1].startswith("- info: response-property-undocumented · sim:kimi × strict")
    assert lines[lines.index("- 2 more")] == "- 2 more"
    assert not any(line.startswith("info  ") for line in lines)


def test_how_to_start_a_simulator_is_said_once(tree) -> None:
    """Not on every card."""
    text = report.render_terminal(tree, show_known=True)

    assert text.count("batch-conformance serve") == 1
    assert "To reproduce, first start: batch-conformance serve kimi --port 8080" in text


def test_a_command_over_several_lines_can_be_copied(tree) -> None:
    """The lines of a curl command continue each other in a shell, and no option is parted from its value."""
    lines = lines_of(tree)
    first = next(number for number, line in enumerate(lines) if " curl " in line)

    assert lines[first].endswith(" \\")
    assert lines[first + 1].strip() == '-H "Authorization: Bearer sk-sim"'
