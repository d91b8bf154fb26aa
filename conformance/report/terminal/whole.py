"""Every finding on a terminal, whole, as `-v` asks for: each place, what came, what is documented, how to see it."""

import re
from collections.abc import Iterator

from conformance.report import facts, summary
from conformance.report.columns import pad, width, wrap
from conformance.report.facts import Fact
from conformance.report.headline import Row
from conformance.report.terminal.style import SHAPES, Style, hanging, indented
from conformance.report.text import clip, visible
from conformance.report.tree import Tree
from conformance.report.words import Say

_SHELL_WORD = re.compile(r"""(?:-\w )?(?:(?:'[^']*'|"[^"]*"|\\.|[^\s'"])+|['"])""")
"""A word of a shell command, an option together with its value."""
_LABELS = ("received", "documented", "seen", "impact", "advice", "known-state", "reproduce")


def whole(tree: Tree, columns: int, say: Say, style: Style) -> Iterator[list[str]]:
    """A block for each pair's heading and for each finding."""
    for (endpoint, contract), found in facts.by_pair(tree):
        name = say("contract-itself") if endpoint is None else clip(endpoint, 60)
        head = f"{name} × {clip(contract, 60)}{say('colon')}{summary.counts_text(facts.counts(found), say)}"
        yield [style("code", line) for line in wrap(head, columns)]
        for fact in found:
            yield list(_card(fact, columns, say, style))
    yield list(_simulators(tree, columns, say))


def _card(fact: Fact, columns: int, say: Say, style: Style) -> Iterator[str]:
    first, *more = wrap(facts.plain(fact.headline(say)), columns - 2)
    yield f"{style(fact.kind, SHAPES[fact.severity])} {style('code', first)}"
    yield from (f"  {style('code', line)}" for line in more)
    state = (
        say("with-figures", text=say(fact.severity), figures=say("known-state")) if fact.known else say(fact.severity)
    )
    yield from indented(f"{state} · {clip(fact.finding['rule'])} · {fact.id}", columns, 2)
    label = max(width(say(key)) for key in _LABELS) + 2
    for key, lines in _facts(fact, columns - label - 2, say):
        for number, line in enumerate(lines):
            yield f"  {pad(say(key) if number == 0 else '', label)}{line}"


def _facts(fact: Fact, columns: int, say: Say) -> Iterator[tuple[str, list[str]]]:
    """Label and lines."""
    lead = fact.rows[0]
    if lead["observed"]:
        yield "received", wrap(summary.received(lead, say), columns)
    expected = say("with-figures", text=say.text(clip(lead["expected"])), figures=summary.spec(lead))
    yield "documented", wrap(expected, columns)
    places = [line for row in fact.rows for line in hanging(_seen(row, say), columns, 2)]
    yield "seen", places
    made = [f"{client}{say('colon')}{outcome}" for client, outcome, _ in facts.clients(fact, say)]
    if made:
        yield "impact", [line for one in made for line in hanging(one, columns, 2)]
    if advice := fact.advice(say):
        yield "advice", wrap(advice, columns)
    if fact.known:
        yield "known-state", wrap(facts.why(fact, say), columns)
    if lead["reproduce"]:
        yield "reproduce", [line for command in _parts(lead)[1] for line in _command(command, columns)]


def _seen(row: Row, say: Say) -> str:
    """A drift's place and how often it was there."""
    figures = summary.seen(row, say)
    place = summary.place(row)
    return f"{place}{say('colon')}{figures}" if figures and place else place or figures


def _parts(row: Row) -> tuple[str, list[str]]:
    """How to start what is asked, without the sign of a comment, and the lines that lead to the one that asks."""
    first, *rest = map(visible, (row["reproduce"] or "").split("\n"))
    starts = bool(rest) and first.startswith("# batch-conformance ")
    return (first.removeprefix("# "), rest) if starts else ("", [first, *rest])


def _command(command: str, columns: int) -> Iterator[str]:
    """A shell command in lines that can be copied together."""
    line = ""
    for word in _SHELL_WORD.findall(command):
        if line and width(line) + width(word) + 3 > columns:
            yield f"{line} \\"
            line = f"  {word}"
        else:
            line = f"{line} {word}" if line else word
    yield line


def _simulators(tree: Tree, columns: int, say: Say) -> Iterator[str]:
    commands = dict.fromkeys(comment for row in tree["drift"] if (comment := _parts(row)[0]))
    if commands:
        yield from hanging(say("start-first", commands=say("semicolon").join(commands)), columns, 2)
