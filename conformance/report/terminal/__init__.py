"""The report on a terminal: the matrix, what hurts most, what to do next; at most a screen unless all is asked for."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from conformance.report import facts, summary
from conformance.report.columns import wrap
from conformance.report.terminal.matrix import matrix
from conformance.report.terminal.story import story
from conformance.report.terminal.style import Style, hanging
from conformance.report.terminal.whole import whole
from conformance.report.text import clip, no_commands, visible
from conformance.report.tree import Tree
from conformance.report.words import Lang, Say

SCREEN = 40
"""Lines of a terminal, where nobody says how many it has."""
_MAX_IN_FULL = 2000
_FEW = 10
"""Stale entries and probes left out that are listed."""


def render(
    tree: Tree,
    *,
    color: bool = False,
    columns: int = 80,
    lines: int = SCREEN,
    lang: Lang = "en",
    written: Sequence[Path] = (),
    verbose: bool = False,
    in_full: Sequence[str] = (),
) -> str:
    """The report in so many columns, and about as many lines as there are; `verbose`: all of it.

    `written` are its files; `in_full` the last notes as only their owner may read them, names and all.
    """
    say, style = Say(lang), Style(color)
    above = [
        [] if tree["complete"] else [say("not-complete")],
        list(matrix(tree, columns, say, style)),
        list(_reasons(tree, columns, say)),
        [line for note in _notes(tree, in_full, say) for line in hanging(note, columns, 2)],
    ]
    below = [
        list(_stale(tree, columns, say, verbose=verbose)),
        list(_left_out(tree, columns, say, verbose=verbose)),
        list(_next(tree, columns, say, written, verbose=verbose)),
    ]
    taken = sum(len(block) + 1 for block in (*above, *below) if block)
    middle = whole(tree, columns, say, style) if verbose else story(tree, columns, lines - taken - 1, say, style)
    blocks = [*above, *middle, *below]
    return "\n\n".join("\n".join(map(no_commands, block)) for block in blocks if block)


def _notes(tree: Tree, in_full: Sequence[str], say: Say) -> list[str]:
    masked = tree["notes"][: len(tree["notes"]) - len(in_full)]
    return [*(say.text(clip(one)) for one in masked), *(say.text(clip(one, _MAX_IN_FULL)) for one in in_full)]


def _reasons(tree: Tree, columns: int, say: Say) -> Iterator[str]:
    for pair in tree["pairs"]:
        if pair["reason"]:
            why = say.text(clip(pair["reason"]))
            yield from hanging(f"{clip(pair['endpoint'])} × {clip(pair['contract'])}{say('colon')}{why}", columns, 2)


def _stale(tree: Tree, columns: int, say: Say, *, verbose: bool) -> Iterator[str]:
    if not tree["stale"]:
        return
    yield from wrap(say("stale-counts" if tree["stale_counts"] else "stale-listed"), columns)
    shown = tree["stale"] if verbose else tree["stale"][:_FEW]
    for entry in shown:
        yield from hanging(f"- {summary.named(entry, say)}", columns, 2)
    if len(shown) < len(tree["stale"]):
        yield f"- {say('n-more', n=len(tree['stale']) - len(shown))}"


def _left_out(tree: Tree, columns: int, say: Say, *, verbose: bool) -> Iterator[str]:
    names = tree["left_out"] if verbose else tree["left_out"][:_FEW]
    if names:
        more = say("and-more", n=len(tree["left_out"]) - len(names)) if len(names) < len(tree["left_out"]) else ""
        yield from hanging(say("left-out") + say("colon") + say("comma").join(map(clip, names)) + more, columns, 2)


def _next(tree: Tree, columns: int, say: Say, written: Sequence[Path], *, verbose: bool) -> Iterator[str]:
    yield from hanging(summary.total(tree, say), columns, 2)
    more = "" if verbose or not facts.facts(tree) else say("verbose")
    yield from hanging(f"{say('next')}{say('colon')}{say(next_step(tree))}{more}", columns, 2)
    files = say("comma").join(visible(str(path)) for path in written)
    yield from hanging(say("report-at", files=files) if files else say("report-nowhere"), columns, 2)


def next_step(tree: Tree) -> str:
    """The key of the words that say what to do."""
    outcomes = {pair["outcome"] for pair in tree["pairs"]}
    if "drift" in outcomes:
        return "next-drift"
    if tree["stale"] and tree["stale_counts"]:
        return "next-stale"
    return "next-nothing" if tree["exit_code"] == 0 else "next-could-not-check"
