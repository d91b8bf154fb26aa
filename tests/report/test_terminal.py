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
    """Endpoints are rows, contracts columns, cells the outcome with the figures of its findings."""
    text = report.render_terminal(tree)

    assert re.match(r"endpoint +strict +loose\n─+\nsim:kimi +drift \(1 breaking, 1 known\) +conforms", text)


def test_a_finding_is_told_in_order(tree) -> None:
    """The fact; where, how often and at which line; what clients make of it; what to do."""
    lines = lines_of(tree)
    start = lines.index("▲ request_counts is null where strict documents an object")

    assert lines[start - 1] == "Kimi is not what a client of strict expects:"
    assert lines[start + 1] == "    list_batches · 2 of 3 responses · tests/report/data/strict.yaml:64"
    assert lines[start + 2].strip().startswith("openai: None, in silence")
    assert any(line.startswith("    → Look for null") for line in lines[start:])


def test_known_findings_are_a_line_unless_all_is_asked_for(tree) -> None:
    """Where there is something new; with verbose they are whole, with their reason."""
    assert "\nsim:kimi × strict: status is in_queue\n" in report.render_terminal(tree)
    assert "The queue is a status of its own." in report.render_terminal(tree, verbose=True)


def test_the_whole_report_names_every_place_and_how_to_see_it(tree) -> None:
    """Received, documented with file and line, each place with its count, what to do, the command."""
    text = report.render_terminal(tree, verbose=True)

    labels = re.findall(r"^  (received|documented|seen|impact|what to do|reproduce) ", text, re.MULTILINE)
    assert labels[:6] == ["received", "documented", "seen", "impact", "what to do", "reproduce"]
    assert "object (tests/report/data/strict.yaml:64)" in text
    assert "GET /batches · 200 · /data/*/request_counts: 2 of 3" in text


def test_colours_only_where_wanted(tree) -> None:
    """Without colour there is no escape sequence; with it, the text is the same."""
    plain, colored = report.render_terminal(tree), report.render_terminal(tree, color=True)

    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain
    assert colored != plain


def test_many_contracts_are_rows(tree) -> None:
    """Where columns would be too narrow the matrix is turned round; no name breaks it."""
    long = "a/contract/with/a/very/long/path-to-it.yaml"
    tree["pairs"] = [{**tree["pairs"][1], "contract": name} for name in [*(f"contract-{n}" for n in range(8)), long]]
    tree["findings"] = tree["drift"] = []

    lines = lines_of(tree)

    assert lines[0].split() == ["contract", "sim:kimi"]
    assert "contract-7                conforms" in lines
    assert any(line.startswith("a/contract/w") and line.endswith("  conforms") for line in lines)
    assert max(map(width, lines)) <= 80


def test_many_contracts_and_endpoints_are_a_list(tree) -> None:
    """Where neither way fits, each pair has a line."""
    tree["pairs"] = [{**tree["pairs"][1], "contract": f"c{n % 8}", "endpoint": f"sim:e{n // 8}"} for n in range(64)]

    assert "sim:e7 × c7: conforms" in lines_of(tree)


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


def test_what_does_not_fit_on_a_screen_is_a_number() -> None:
    """Forty findings of one pair: the first in full, some in a line, the rest a number; all of them are in verbose."""
    pages = [listing(page({**BATCH, "status": f"state_{n}"}), number=n) for n in range(40)]
    tree = report.build(result_of(pages, contracts=["strict"]))

    text = report.render_terminal(tree)

    named = text.count("where strict has a closed list")
    assert len(text.split("\n")) <= 40
    assert named > 5
    assert f"\n  {40 - named} more findings\n" in text
    assert report.render_terminal(tree, verbose=True).count("where strict has a closed list") == 40


def test_what_changes_no_outcome_is_folded() -> None:
    """Info is below the severity that fails: a number, and whole in verbose."""
    extra = {f"extra_{n}": 1 for n in range(12)}
    tree = report.build(result_of([listing(page({**BATCH, **extra}))], contracts=["strict"]))

    assert "\n1 finding of severity info, or below the one that fails, is folded." in report.render_terminal(tree)
    assert "extra_0, extra_1, extra_10 and 9 more are there" in report.render_terminal(tree, verbose=True)


def test_how_to_start_a_simulator_is_said_once(tree) -> None:
    """Not with every finding."""
    text = report.render_terminal(tree, verbose=True)

    assert text.count("batch-conformance serve") == 1
    assert "To reproduce, first start: batch-conformance serve kimi --port 8080" in text


def test_a_command_over_several_lines_can_be_copied(tree) -> None:
    """The lines of a curl command continue each other in a shell, and no option is parted from its value."""
    lines = lines_of(tree, verbose=True)
    asked = [number for number, line in enumerate(lines) if "batches?limit=2" in line]

    assert lines[asked[0]].endswith(" \\")
    assert lines[asked[0] + 1].strip() == '-H "Authorization: Bearer sk-sim"'


BOTH = {
    "en": ("request_counts is null where Kimi documents an object", "status is in_queue where Kimi has a closed list"),
    "zh": ("request_counts 为 null，而 Kimi 规定为对象", "status 为 in_queue，不在 Kimi 的封闭列表之内"),
}


@pytest.mark.parametrize("lang", report.LANGS)
def test_the_first_screen_of_the_main_job_names_what_matters(batch_conformance, lang) -> None:
    """Eighty columns, forty lines: both drifts of SiliconFlow from Kimi, and what the clients do."""
    done = batch_conformance("run", "sim:kimi", "sim:siliconflow", "--out", "reports", "--lang", lang)
    lines = done.stdout.rstrip("\n").split("\n")

    assert len(lines) <= 40
    assert max(map(width, lines)) <= 80
    told = " ".join(line.strip() for line in lines)
    for words in (*BOTH[lang], "kimi_batch (strict)", "UnreadableResponse", "openai", "None", "list_batches"):
        assert words in told


def test_the_main_job_can_be_asked_for_all_of_it(batch_conformance) -> None:
    """-v: every finding with its rule."""
    done = batch_conformance("run", "sim:siliconflow", "--against", "kimi", "--operation", "list_batches", "-v")

    assert "response-property-enum-value-added" in done.stdout
    assert "reproduce" in done.stdout
