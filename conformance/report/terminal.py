"""The report on a terminal: the matrix, what is new in short, and what to do next."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from attrs import frozen

from conformance.report import summary
from conformance.report.columns import pad, width, wrap
from conformance.report.text import clip, no_commands, visible
from conformance.report.tree import Row, Tree
from conformance.report.words import Lang, Say

MAX_CARDS = 25
"""Drifts shown one by one; the files have all of them."""

MAX_LINES = 10
"""Lesser drifts named."""

_COLORS = {
    "breaking": "31;1",
    "warning": "33",
    "info": "36",
    "known-state": "2",
    "drift": "31;1",
    "conforms": "32",
    "differs": "33",
    "could-not-check": "35",
}
_MIN_CELL = 16
_MAX_IN_FULL = 2000
_SHELL_WORD = re.compile(r"""(?:-\w )?(?:(?:'[^']*'|"[^"]*"|\\.|[^\s'"])+|['"])""")
"""A word of a shell command, an option together with its value."""

_FIGURE = re.compile(r"(?<=\d) ")


@frozen
class _Style:
    """Colours where they are wanted."""

    color: bool

    def __call__(self, kind: str | None, text: str) -> str:
        code = _COLORS.get(kind or "")
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and code else text


def render(
    tree: Tree,
    *,
    color: bool = False,
    columns: int = 80,
    lang: Lang = "en",
    written: Sequence[Path] = (),
    show_known: bool = False,
    in_full: Sequence[str] = (),
) -> str:
    """The report in so many columns. `written` are its files; known drift is only counted unless asked for.

    `in_full`: the last notes as only their owner may read them, names and all.
    """
    say, style = Say(lang), _Style(color)
    grave, lesser, known = summary.split(tree)
    shown = [*grave, *known] if show_known else grave
    blocks = [
        [] if tree["complete"] else [say("not-complete")],
        list(_matrix(tree, columns, say, style)),
        list(_reasons(tree, columns, say)),
        [line for note in _notes(tree, in_full) for line in _hanging(note, columns, 2)],
        *(list(_card(row, columns, say, style)) for row in shown[:MAX_CARDS]),
        [say("fold-more", n=len(shown) - MAX_CARDS)] if len(shown) > MAX_CARDS else [],
        list(_lesser(lesser, columns, say, style)),
        list(_simulators(shown[:MAX_CARDS], columns, say)),
        *([] if show_known else _differences(tree, columns, say, style)),
        [] if not known or show_known else [say("known-counted", n=len(known))],
        list(_stale(tree, columns, say)),
        list(_left_out(tree, columns, say)),
        list(_next(tree, columns, say, written)),
    ]
    return "\n\n".join("\n".join(map(no_commands, block)) for block in blocks if block)


def _notes(tree: Tree, in_full: Sequence[str]) -> list[str]:
    masked = tree["notes"][: len(tree["notes"]) - len(in_full)]
    return [*map(clip, masked), *(clip(note, _MAX_IN_FULL) for note in in_full)]


def _matrix(tree: Tree, columns: int, say: Say, style: _Style) -> Iterator[str]:
    table = summary.matrix(tree)
    names = [say("contract-itself") if one is None else clip(one, 40) for one in table.endpoints]
    first = max((width(name) for name in [*names, say("endpoint")]), default=0)
    room = (columns - first) // max(1, len(table.contracts)) - 2
    if room < _MIN_CELL:
        yield from _list(tree, columns, say, style)
        return
    heads = [wrap(clip(contract, 40), room) for contract in table.contracts]
    yield from _rows(say("endpoint"), heads, [None] * len(heads), (first, room), style)
    yield "─" * (first + len(heads) * (room + 2))
    for endpoint, name in zip(table.endpoints, names, strict=True):
        cells = [table.cell(endpoint, contract, say) or "–" for contract in table.contracts]
        kinds = [_kind(table, endpoint, contract) for contract in table.contracts]
        yield from _rows(name, [_cell(cell, room) for cell in cells], kinds, (first, room), style)


def _cell(text: str, room: int) -> list[str]:
    """Lines of a cell; a figure stays with its word."""
    return [line.replace("\u00a0", " ") for line in wrap(_FIGURE.sub("\u00a0", text), room)]


def _rows(
    name: str, cells: list[list[str]], kinds: Sequence[str | None], widths: tuple[int, int], style: _Style
) -> Iterator[str]:
    first, room = widths
    for number in range(max((len(cell) for cell in cells), default=1)):
        texts = [cell[number] if number < len(cell) else "" for cell in cells]
        line = "".join(
            "  " + style(kind, text) + " " * (room - width(text)) for kind, text in zip(kinds, texts, strict=True)
        )
        yield (pad(name if number == 0 else "", first) + line).rstrip()


def _kind(table: summary.Matrix, endpoint: str | None, contract: str) -> str | None:
    pair = table.pairs.get((endpoint, contract))
    return pair["outcome"] if pair else None


def _list(tree: Tree, columns: int, say: Say, style: _Style) -> Iterator[str]:
    """The matrix of many contracts: a line a pair."""
    table = summary.matrix(tree)
    for endpoint, contract in table.counts:
        name = say("contract-itself") if endpoint is None else clip(endpoint, 40)
        text = f"{name} × {clip(contract, 40)}{say('colon')}{table.cell(endpoint, contract, say)}"
        yield from (style(_kind(table, endpoint, contract), line) for line in wrap(text, columns))


def _reasons(tree: Tree, columns: int, say: Say) -> Iterator[str]:
    for pair in tree["pairs"]:
        if pair["reason"]:
            text = f"{clip(pair['endpoint'])} × {clip(pair['contract'])}{say('colon')}{clip(pair['reason'])}"
            yield from _hanging(text, columns, 2)


def _card(row: Row, columns: int, say: Say, style: _Style) -> Iterator[str]:
    severity = say("known-state") if row["known"] else say(row["severity"])
    kind = "known-state" if row["known"] else row["severity"]
    yield f"{style(kind, severity)}  {clip(row['rule'])}"
    where = summary.place(row)
    yield from _indented(
        f"{summary.endpoint(row, say)} × {clip(row['contract'])}" + (f" · {where}" if where else ""), columns, 2
    )
    facts = (
        ("received", summary.received(row, say)),
        ("documented", say("with-figures", text=clip(row["expected"]), figures=summary.spec(row))),
        ("seen", summary.seen(row, say)),
        ("impact", summary.impact(row, say)),
        ("accepted", summary.why_known(row, say)),
    )
    label = max(width(say(key)) for key in (*(key for key, _ in facts), "reproduce")) + 2
    for key, text in facts:
        if text:
            first, *rest = wrap(text, columns - label - 2)
            yield f"  {pad(say(key), label)}{first}"
            yield from (" " * (label + 2) + line for line in rest)
    if row["reproduce"]:
        first, *rest = _command(_parts(row)[1], columns - label - 2)
        yield f"  {pad(say('reproduce'), label)}{first}"
        yield from (" " * (label + 4) + line for line in rest)


MAX_DIFFERENCES = 6
"""Kinds of known differences that are named a pair."""


def _differences(tree: Tree, columns: int, say: Say, style: _Style) -> Iterator[list[str]]:
    """What is known of each pair that differs, a line or two a kind."""
    differ = {(pair["endpoint"], pair["contract"]) for pair in tree["pairs"] if pair["outcome"] == "differs"}
    for (endpoint, contract), every in summary.differences(tree).items():
        groups = [rows for rows in every if rows[0]["known"]]
        if (endpoint, contract) not in differ or not groups:
            continue
        pair = f"{clip(str(endpoint), 40)} × {clip(contract, 40)}"
        block = [style("differs", line) for line in wrap(say("differences", pair=pair), columns)]
        for rows in groups[:MAX_DIFFERENCES]:
            block += _hanging(f"- {_difference(rows, say)}", columns, 2)
        if len(groups) > MAX_DIFFERENCES:
            block.append(f"- {say('n-more-differences', n=len(groups) - MAX_DIFFERENCES)}")
        yield block


def _difference(rows: list[Row], say: Say) -> str:
    row = rows[0]
    what = summary.received(row, say) or clip(row["rule"])
    more = f" (×{len(rows)})" if len(rows) > 1 else ""
    facts = (
        clip(row["pointer"]) or summary.place(row),
        what,
        f"{say('documented')}{say('colon')}{clip(row['expected'], 80)}",
    )
    return f"{say(row['severity'])}: {' · '.join(facts)}{more}"


def _lesser(rows: list[Row], columns: int, say: Say, style: _Style) -> Iterator[str]:
    """What changes no outcome, a line or two each."""
    if rows:
        yield say("lesser", n=len(rows))
    for row in rows[:MAX_LINES]:
        what = f"{clip(row['rule'])} · {summary.endpoint(row, say)} × {clip(row['contract'])} · {summary.place(row)}"
        lines = list(_hanging(f"- {say(row['severity'])}{say('colon')}{what}", columns, 2))
        yield from (style(row["severity"], line) for line in lines)
    if len(rows) > MAX_LINES:
        yield f"- {say('n-more', n=len(rows) - MAX_LINES)}"


def _parts(row: Row) -> tuple[str, str]:
    """The comment above a command, without its sign, and the command."""
    comment, _, command = (row["reproduce"] or "").rpartition("\n")
    return visible(comment.removeprefix("# ")), visible(command)


def _command(command: str, columns: int) -> Iterator[str]:
    """A shell command in lines that can be copied together."""
    line = ""
    for word in _SHELL_WORD.findall(command):
        if line and width(line) + width(word) + 3 > columns:
            yield f"{line} \\"
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _simulators(rows: Iterable[Row], columns: int, say: Say) -> Iterator[str]:
    commands = dict.fromkeys(comment for row in rows if (comment := _parts(row)[0]))
    if commands:
        yield from _hanging(say("start-first", commands=say("semicolon").join(commands)), columns, 2)


def _stale(tree: Tree, columns: int, say: Say) -> Iterator[str]:
    if not tree["stale"]:
        return
    yield from wrap(say("stale-counts" if tree["stale_counts"] else "stale-listed"), columns)
    for entry in tree["stale"]:
        yield from _hanging(f"- {summary.named(entry, say)}", columns, 2)


def _left_out(tree: Tree, columns: int, say: Say) -> Iterator[str]:
    if tree["left_out"]:
        yield from _hanging(say("left-out") + say("colon") + say("comma").join(map(clip, tree["left_out"])), columns, 2)


def _next(tree: Tree, columns: int, say: Say, written: Sequence[Path]) -> Iterator[str]:
    yield from _hanging(f"{say('next')}{say('colon')}{say(next_step(tree))}", columns, 2)
    files = say("comma").join(visible(str(path)) for path in written)
    yield say("report-at", files=files) if files else say("report-nowhere")


def next_step(tree: Tree) -> str:
    """The key of the words that say what to do."""
    outcomes = {pair["outcome"] for pair in tree["pairs"]}
    if "drift" in outcomes:
        return "next-drift"
    if tree["stale"] and tree["stale_counts"]:
        return "next-stale"
    return "next-nothing" if tree["exit_code"] == 0 else "next-could-not-check"


def _indented(text: str, columns: int, indent: int) -> Iterable[str]:
    return (" " * indent + line for line in wrap(text, columns - indent))


def _hanging(text: str, columns: int, indent: int) -> Iterator[str]:
    first, *rest = wrap(text, columns)
    yield first
    if rest:
        yield from _indented(" ".join(rest), columns, indent)
