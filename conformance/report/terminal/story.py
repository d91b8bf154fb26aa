"""The first screen below the matrix: what hurts most, told in full, then a line for each pair that is left."""

from collections.abc import Iterable, Iterator, Sequence

from conformance.report import facts, summary
from conformance.report.columns import fit, width, wrap
from conformance.report.facts import Fact
from conformance.report.terminal.style import SHAPES, Style, hanging, indented
from conformance.report.text import clip
from conformance.report.tree import Tree
from conformance.report.words import Say
from conformance.rules import at_least

_NAMED = 3
"""Findings that a pair's line names."""
_MANY = 6
"""Pairs, from more than which each has one line."""
_OPERATIONS = 3
"""Operations that a finding names."""
LEAST = 12
"""Lines that the story is given however much else there is to say."""

Pair = tuple[summary.PairKey, list[Fact]]


def story(tree: Tree, columns: int, room: int, say: Say, style: Style) -> Iterator[list[str]]:
    """Blocks of at most about `room` lines in all."""
    pairs = [(pair, _grave(found, tree)) for pair, found in facts.by_pair(tree)]
    drifting = [(pair, [one for one in found if not one.known]) for pair, found in pairs]
    told = [one for one in drifting if one[1]] or [one for one in pairs if one[1] and one[0][0] is not None][:1]
    rest = [(pair, left) for pair, found in pairs if (left := _left(pair, found, told))]
    most = 2 if len(rest) <= _MANY else 1
    lines = [list(_line(one, columns, most, say, style)) for one in rest]
    tail = [*_lesser(tree, columns, say)]
    room = max(LEAST, room - sum(map(len, lines)) - len(tail) - 1)
    for number, one in enumerate(told):
        block = list(_block(one, columns, room // (len(told) - number), say, style))
        room -= len(block) + 1
        yield block
    yield [line for block in lines for line in block] + tail


def _grave(found: Iterable[Fact], tree: Tree) -> list[Fact]:
    """What makes a pair drift or differ."""
    return [one for one in found if at_least(one.severity, "warning" if one.known else tree["fail_on"])]


def _left(pair: summary.PairKey, found: Sequence[Fact], told: Sequence[Pair]) -> list[Fact]:
    """What of a pair is not told in full."""
    done = {one.id for other, every in told if other == pair for one in every}
    return [one for one in found if one.id not in done]


def _block(one: Pair, columns: int, room: int, say: Say, style: Style) -> Iterator[str]:
    """A pair's findings: in full as many as there is room for, the others a line each, the rest a number."""
    pair, found = one
    head = (facts.heading(pair, found, say) + say("colon")).rstrip()
    lines = [style("code", line) for line in wrap(head, columns)]
    full = [list(_finding(fact, columns, say, style)) for fact in found]
    short = [_headline(fact, columns, say, style) for fact in found]
    count = _fitting(full, short, room - len(lines))
    yield from lines
    for block in full[:count]:
        yield from block
    left = room - len(lines) - sum(map(len, full[:count]))
    others = short[count:]
    shown = others if len(others) <= left else others[: max(0, left - 1)]
    yield from shown
    if len(shown) < len(others):
        yield f"  {say('n-more-findings', n=len(others) - len(shown))}"


def _fitting(full: Sequence[Sequence[str]], short: Sequence[str], room: int) -> int:
    """How many findings can be told in full, at least one, so that the others still have a line."""
    for count in range(len(full), 1, -1):
        if sum(map(len, full[:count])) + len(short) - count <= room:
            return count
    two = sum(map(len, full[:2])) + 1 <= room
    return 2 if two and len(full) > 1 else 1


def _headline(fact: Fact, columns: int, say: Say, style: Style) -> str:
    whole = facts.plain(fact.headline(say))
    told = whole if width(whole) <= columns - 2 else facts.plain(fact.fact(say))
    return f"{style(fact.kind, SHAPES[fact.severity])} {fit(told, columns - 2)}"


def _finding(fact: Fact, columns: int, say: Say, style: Style) -> Iterator[str]:
    """Headline; where and how often; what clients make of it; what to do."""
    first, *more = wrap(facts.plain(fact.headline(say)), columns - 2)
    yield f"{style(fact.kind, SHAPES[fact.severity])} {style('code', first)}"
    yield from (f"  {style('code', line)}" for line in more)
    where = [facts.operations(fact, _OPERATIONS, say), facts.often(fact, say), facts.spec(fact)]
    yield from indented(" · ".join(part for part in where if part), columns, 4)
    made = say("semicolon").join(
        f"{client}{say('colon')}{words}" for client, words, _ in facts.clients(fact, say, worst=True)
    )
    if made:
        yield from indented(made, columns, 4)
    if advice := fact.advice(say):
        yield from indented(f"→ {advice}", columns, 4)


def _line(one: Pair, columns: int, most: int, say: Say, style: Style) -> Iterator[str]:
    """What else a pair has: its first findings by name, and a number, in at most so many lines."""
    (endpoint, contract), found = one
    name = say("contract-itself") if endpoint is None else fit(clip(endpoint, 200), 30)
    pair = f"{name} × {fit(clip(contract, 200), 30)}"
    if endpoint is None and all(fact.known for fact in found):
        yield from hanging(f"{pair}{say('colon')}{say('known-counted', n=len(found))}", columns, 2)
        return
    named = list(dict.fromkeys(facts.plain(fact.fact(say)) for fact in found))
    lines = [fit(pair, columns)]
    for count in range(min(_NAMED, len(named)), 0, -1):
        left = [say("n-more", n=len(named) - count)] if len(named) > count else []
        told = f"{pair}{say('colon')}{say('semicolon').join([*named[:count], *left])}"
        lines = list(hanging(told, columns, 2))
        if len(lines) <= most:
            break
        lines = [fit(told, columns)]
    kind = "breaking" if any(not fact.known for fact in found) else "differs"
    yield style(kind, lines[0])
    yield from lines[1:]


def _lesser(tree: Tree, columns: int, say: Say) -> Iterator[str]:
    """What changes no outcome, as numbers."""
    _, lesser, known = facts.split(facts.facts(tree), tree)
    folded = [*lesser, *(one for one in known if not at_least(one.severity, "warning"))]
    if folded:
        yield from hanging(say("folded", n=len(folded)), columns, 2)
