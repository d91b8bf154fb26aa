"""The report in Markdown, for a pull request comment or a job summary: within GitHub's limit, the rest counted."""

from collections.abc import Iterator, Sequence

from attrs import define

from conformance.report import facts, summary
from conformance.report.facts import Fact
from conformance.report.headline import Row
from conformance.report.side import differing, side_by_side
from conformance.report.text import clip, code_block, code_span, markdown
from conformance.report.tree import Tree
from conformance.report.words import Say
from conformance.rules import at_least

MAX_CHARACTERS = 60_000
"""GitHub refuses comments of more than 65,536 characters."""

_RESERVE = 900
"""Characters for headings, and for counting what does not fit."""

_MARK = {"breaking": "🟥", "warning": "🟧", "info": "🟦"}
_SAFE_URL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#@!$&'*+,;=%")
_MAX_PARTS = 40
"""Stale entries, left-out probes and places of a finding listed one by one."""
_OPERATIONS = 6
"""Operations that a finding names."""


def render(tree: Tree, say: Say) -> str:
    """The whole report, at most MAX_CHARACTERS long."""
    head = [f"# {say('title')}", *_head(tree, say), *_matrix(tree, say), *_reasons(tree, say)]
    tail = [*_stale(tree, say), *_left_out(tree, say), *_blind(tree, say), *_side(tree, say)]
    room = _Room(MAX_CHARACTERS - sum(len(block) + 2 for block in (*head, *tail)) - _RESERVE)
    every = facts.facts(tree)
    grave, lesser, _ = facts.split(every, tree)
    body = [
        f"## {say('new-findings')}",
        *_cards(grave, room, say),
        *_known(tree, room, say),
        *_lines("lesser", lesser, room, say),
    ]
    return "\n\n".join([*head, *body, *tail]) + "\n"


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


def _cards(found: Sequence[Fact], room: _Room, say: Say) -> list[str]:
    if not found:
        return [say("none-fails")]
    cards, left = room.take([_card(fact, say) for fact in found])
    return [*cards, f"**{say('fold-more', n=left)}**"] if left else cards


def _known(tree: Tree, room: _Room, say: Say) -> Iterator[str]:
    """What is known, a block a pair; what is no more than info is folded."""
    for pair, every in facts.by_pair(tree):
        found = [one for one in every if one.known]
        grave = [one for one in found if at_least(one.severity, "warning")]
        if pair[0] is None or not grave:
            yield from _lines("known-counted", found, room, say)
            continue
        lines, left = room.take([_line(fact, say) for fact in grave])
        more = [f"- {say('fold-more', n=left)}"] if left else []
        names = f"{code_span(clip(str(pair[0]), 60))} × {code_span(clip(pair[1], 60))}"
        yield f"### {names}{say('colon')}{markdown(facts.heading(pair, grave, say))}"
        yield "\n".join([*lines, *more])
        yield from _lines("known-counted", [one for one in found if one not in grave], room, say)


def _lines(title: str, found: Sequence[Fact], room: _Room, say: Say) -> Iterator[str]:
    """Findings in a line each, folded below their number."""
    if found:
        lines, left = room.take([_line(fact, say) for fact in found])
        yield _folded(say(title, n=len(found)), "\n".join(lines), say("fold-more", n=left) if left else "")


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
        f"{say('colon')}{markdown(say.text(pair['reason']))}"
        for pair in tree["pairs"]
        if pair["reason"]
    ]
    lines += [f"- {markdown(say.text(note))}" for note in tree["notes"]]
    if lines:
        yield "\n".join(lines[: 2 * _MAX_PARTS])


def _card(fact: Fact, say: Say) -> str:
    """One finding: headline, facts, and folded how to see and how to accept each of its drifts."""
    lead = fact.rows[0]
    documented = f"{code_span(say.text(clip(lead['expected'])))} ({code_span(facts.spec(fact))})"
    told = [
        f"- {_pair(fact, say)}{_behind(fact, say)}",
        f"- {say('received')}{say('colon')}{code_span(summary.received(lead, say))}",
        f"- {say('documented')}{say('colon')}{documented}",
        *(_client(*one) for one in facts.clients(fact, say)),
        *_fact("advice", fact.advice(say), say),
    ]
    parts = ["\n".join(f"- {_place(row, say)}" for row in fact.rows[:_MAX_PARTS])]
    parts += [code_block(lead["reproduce"], "sh")] if lead["reproduce"] else []
    entries = "\n\n".join(summary.known_entry(row) for row in fact.rows[:_MAX_PARTS])
    parts += [say("accept-help"), code_block(entries, "toml")]
    title = [say("n-rows", n=len(fact.rows)), *([say("reproduce")] if lead["reproduce"] else []), say("accept")]
    return "\n\n".join([f"### {_headline(fact, say)}", "\n".join(told), _folded(" · ".join(title), *parts)])


def _client(client: str, made: str, harm: str) -> str:
    """What a client makes of it; what is lost in silence stands out."""
    text = f"{code_span(client)} {markdown(made)}"
    return f"- **{text}**" if harm == "silent" else f"- {text}"


def _headline(fact: Fact, say: Say) -> str:
    told = "".join(code_span(piece.text) if piece.code else markdown(piece.text) for piece in fact.headline(say))
    return f"{_MARK[fact.severity]} {told}"


def _pair(fact: Fact, say: Say) -> str:
    endpoint = fact.finding["endpoint"]
    name = say("contract-itself") if endpoint is None else code_span(clip(endpoint, 60))
    return f"{name} × {code_span(clip(fact.finding['contract'], 60))}"


def _behind(fact: Fact, say: Say) -> str:
    """Where and how often."""
    at = facts.operations(fact, _OPERATIONS, say)
    parts = [code_span(at)] if at else []
    parts += [markdown(often)] if (often := facts.often(fact, say)) else []
    silent = [one for one in facts.clients(fact, say) if one[2] == "silent"] if fact.known else []
    parts += [_client(*one).removeprefix("- ") for one in silent]
    return "".join(f" · {part}" for part in parts)


def _place(row: Row, say: Say) -> str:
    seen = summary.seen(row, say)
    return (code_span(summary.place(row)) if summary.place(row) else "") + (f" · {markdown(seen)}" if seen else "")


def _fact(key: str, text: str, say: Say) -> list[str]:
    return [f"- {say(key)}{say('colon')}{markdown(text)}"] if text else []


def _line(fact: Fact, say: Say) -> str:
    """One finding in a line, with why it is known."""
    pair = "" if fact.known else f"{_pair(fact, say)}{say('colon')}"
    known = fact.known
    reason = f"{say('colon')}{markdown(summary.reason(known, say))} ({_link(known['source'])})" if known else ""
    return f"- {pair}{_headline(fact, say)}{_behind(fact, say)}{reason}"


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
