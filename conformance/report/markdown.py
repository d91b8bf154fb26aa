"""The report in Markdown, for a pull request comment or a job summary: within GitHub's limit, the rest counted."""

from collections.abc import Iterator

from attrs import define

from conformance.report import summary
from conformance.report.side import differing, side_by_side
from conformance.report.text import clip, code_block, code_span, markdown
from conformance.report.tree import Row, Tree
from conformance.report.words import Say

MAX_CHARACTERS = 60_000
"""GitHub refuses comments of more than 65,536 characters."""

_RESERVE = 900
"""Characters for headings, and for counting what does not fit."""

_MARK = {"breaking": "🟥", "warning": "🟧", "info": "🟦"}
_SAFE_URL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#@!$&'*+,;=%")
_MAX_PARTS = 40
"""Stale entries and left-out probes listed one by one."""


def render(tree: Tree, say: Say) -> str:
    """The whole report, at most MAX_CHARACTERS long."""
    head = [f"# {say('title')}", *_head(tree, say), *_matrix(tree, say), *_reasons(tree, say)]
    tail = [*_stale(tree, say), *_left_out(tree, say), *_blind(tree, say), *_side(tree, say)]
    room = _Room(MAX_CHARACTERS - sum(len(block) + 2 for block in (*head, *tail)) - _RESERVE)
    grave, lesser, known = summary.split(tree)
    body = [*_cards(grave, room, say), *_lines("lesser", lesser, room, say), *_lines("known-counted", known, room, say)]
    return "\n\n".join([*head, f"## {say('new-drifts')}", *body, *tail]) + "\n"


@define
class _Room:
    """How many characters are left."""

    characters: int

    def take(self, blocks: list[str]) -> tuple[list[str], int]:
        """The first blocks, as many as fit, and how many do not."""
        for number, block in enumerate(blocks):
            if len(block) + 2 > self.characters:
                return blocks[:number], len(blocks) - number
            self.characters -= len(block) + 2
        return blocks, 0


def _cards(rows: list[Row], room: _Room, say: Say) -> list[str]:
    if not rows:
        return [say("none-fails")]
    cards, left = room.take([_card(row, say) for row in rows])
    return [*cards, f"**{say('fold-more', n=left)}**"] if left else cards


def _lines(title: str, rows: list[Row], room: _Room, say: Say) -> Iterator[str]:
    """Drifts in a line each, folded below their number."""
    if rows:
        lines, left = room.take([_line(row, say) for row in rows])
        yield _folded(say(title, n=len(rows)), "\n".join(lines), say("fold-more", n=left) if left else "")


def _folded(title: str, *blocks: str) -> str:
    body = "\n\n".join(block for block in blocks if block)
    return f"<details>\n<summary>{title}</summary>\n\n{body}\n\n</details>"


def _head(tree: Tree, say: Say) -> Iterator[str]:
    when = summary.when(tree["started"], tree["finished"], say)
    yield f"**{summary.total(tree, say)}** · {when}"
    if not tree["complete"]:
        yield f"⚠️ {say('not-complete')}"


def _matrix(tree: Tree, say: Say) -> Iterator[str]:
    table = summary.matrix(tree)
    rows = [
        [
            say("contract-itself") if endpoint is None else code_span(clip(endpoint, 60)),
            *(table.cell(endpoint, contract, say) or "–" for contract in table.contracts),
        ]
        for endpoint in table.endpoints
    ]
    yield _table([say("matrix"), *(code_span(clip(contract, 60)) for contract in table.contracts)], rows)


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _reasons(tree: Tree, say: Say) -> Iterator[str]:
    lines = [
        f"- {code_span(clip(pair['endpoint'], 60))} × {code_span(clip(pair['contract'], 60))}"
        f"{say('colon')}{markdown(pair['reason'])}"
        for pair in tree["pairs"]
        if pair["reason"]
    ]
    lines += [f"- {markdown(note)}" for note in tree["notes"]]
    if lines:
        yield "\n".join(lines[: 2 * _MAX_PARTS])


def _card(row: Row, say: Say) -> str:
    """One drift: heading, facts, and folded how to see and how to accept it."""
    pair = say("contract-itself") if row["endpoint"] is None else code_span(clip(row["endpoint"], 60))
    where = summary.place(row)
    spec = code_span(summary.spec(row))
    facts = [
        f"- {pair} × {code_span(clip(row['contract'], 60))}" + (f" · {code_span(where)}" if where else ""),
        f"- {say('received')}{say('colon')}{code_span(summary.received(row, say))}",
        f"- {say('documented')}{say('colon')}{code_span(clip(row['expected']))} ({spec})",
        *_fact("seen", summary.seen(row, say), say),
        *(
            f"- {say('impact')}{say('colon')}{code_span(clip(client))} {markdown(text)}"
            for client, text in row["impact"].items()
        ),
    ]
    parts = [code_block(row["reproduce"], "sh")] if row["reproduce"] else []
    parts += [say("accept-help"), code_block(summary.known_entry(row), "toml")]
    title = f"{say('reproduce')} · {say('accept')}" if row["reproduce"] else say("accept")
    heading = f"### {_MARK[row['severity']]} {say(row['severity'])} {code_span(clip(row['rule'], 80))}"
    return "\n\n".join([heading, say.rule(row["rule"]), "\n".join(facts), _folded(title, *parts)])


def _fact(key: str, text: str, say: Say) -> list[str]:
    return [f"- {say(key)}{say('colon')}{markdown(text)}"] if text else []


def _line(row: Row, say: Say) -> str:
    """One drift in a line, with why it is accepted."""
    pair = say("contract-itself") if row["endpoint"] is None else code_span(clip(row["endpoint"], 60))
    where, known = summary.place(row), row["known"]
    facts = [f"- {code_span(clip(row['rule'], 80))} · {pair} × {code_span(clip(row['contract'], 60))}"]
    facts += [code_span(where)] if where else []
    facts += [code_span(summary.received(row, say))] if row["observed"] else []
    reason = f"{say('colon')}{markdown(summary.reason(known, say))} ({_link(known['source'])})" if known else ""
    return " · ".join(facts) + reason


def _link(source: str) -> str:
    """A source as a link, if it is a plain address."""
    plain = source.startswith(("https://", "http://")) and _SAFE_URL.issuperset(source) and len(source) < 300
    return f"<{source}>" if plain else markdown(source)


def _stale(tree: Tree, say: Say) -> Iterator[str]:
    if not tree["stale"]:
        return
    lines = [f"- {code_span(summary.named(entry, say))}" for entry in tree["stale"][:_MAX_PARTS]]
    more = len(tree["stale"]) - len(lines)
    yield f"## {say('stale')}\n\n{say('stale-counts' if tree['stale_counts'] else 'stale-listed')}"
    yield "\n".join([*lines, *([f"- {say('n-more', n=more)}"] if more else [])])


def _left_out(tree: Tree, say: Say) -> Iterator[str]:
    if tree["left_out"]:
        shown = say("comma").join(code_span(clip(name, 80)) for name in tree["left_out"][:_MAX_PARTS])
        yield f"{say('left-out')}{say('colon')}{shown}"


def _blind(tree: Tree, say: Say) -> Iterator[str]:
    """What was seen where a contract leaves the values open."""
    lines = []
    for pair in tree["pairs"]:
        names = f"{code_span(clip(pair['endpoint'], 60))} × {code_span(clip(pair['contract'], 60))}"
        lines += [f"- {names}{say('colon')}{code_span(line)}" for line in summary.blind_spots(pair, say)]
    if lines:
        yield _folded(say("blind"), "\n".join(lines[:_MAX_PARTS]))


def _side(tree: Tree, say: Say) -> Iterator[str]:
    """The fields of the batch object that differ between contracts."""
    table = side_by_side(tree, say)
    rows = [[code_span(row.field), *map(markdown, row.cells)] for row in differing(table)][: 2 * _MAX_PARTS]
    if rows:
        yield _folded(say("side-by-side"), _table([say("field"), *map(markdown, table.contracts)], rows))
