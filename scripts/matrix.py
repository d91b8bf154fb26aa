"""Writes docs/matrix.md: for each pair of providers, what would break a client that moves from one to the other.

Every simulator is probed and held against every contract, with nothing accepted as known. `--check` writes nothing and
exits 1 if the page is stale.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from conformance import report
from conformance.against import ALL
from conformance.providers import PROVIDERS
from conformance.report import facts
from conformance.report.facts import Fact
from conformance.report.text import code_span, markdown
from conformance.report.words import Say
from conformance.suite import engine
from conformance.suite.session import RunOptions
from scripts.committed import ROOT, settle

PAGE = "docs/matrix.md"

_INTRODUCTION = """# Who can stand in for whom

Made by `make matrix` from the simulators of all providers and all contracts: not to be edited. A simulator does what
its provider documents, so this is what the documents say, not what anybody's servers were seen to do.

A row is what a client was written for, a column where it moves. A cell counts what would break it there: findings,
and, after the plus, operations that are not there at all. Below, each pair in full.
"""

_CLIENTS_RULES = frozenset({"request-invalid-accepted"})
"""What is no trouble of a client's: that more is taken than it sends."""

Row = Mapping[str, Any]


def matrix_page(tree: report.Tree) -> str:
    """The page as Markdown, from a report of all endpoints against all contracts."""
    pairs = {(pair["contract"], pair["endpoint"].partition(":")[2]): pair for pair in tree["pairs"]}
    found = dict(facts.by_pair(tree))
    breaks = {
        key: sorted(filter(_breaks, found.get((pair["endpoint"], pair["contract"]), ())), key=_place)
        for key, pair in pairs.items()
    }
    names = list(dict.fromkeys(name for name, _ in pairs))
    others = list(dict.fromkeys(name for _, name in pairs))
    lines = [_INTRODUCTION, _row(["written for ↓, moves to →", *others]), _row(["---"] * (len(others) + 1))]
    lines += [_row([name, *(_cell(pairs, breaks, name, other) for other in others)]) for name in names]
    for key, pair in pairs.items():
        if key[0] != key[1]:
            lines += ["", f"## From {key[0]} to {key[1]}", "", *_pair(pair, breaks[key])]
    return "\n".join([*lines, ""])


def _place(fact: Fact) -> tuple[bool, str, int, str]:
    """An order that depends on nothing but the contract: answers first, then its lines."""
    spec = fact.finding["spec"]
    return facts.is_error(fact), spec["file"], spec["line"] or 0, fact.id


def _breaks(fact: Fact) -> bool:
    return fact.severity == "breaking" and fact.finding["rule"] not in _CLIENTS_RULES


def _cell(
    pairs: Mapping[tuple[str, str], Row], breaks: Mapping[tuple[str, str], Sequence[Any]], name: str, other: str
) -> str:
    if name == other:
        return "–"
    pair = pairs.get((name, other))
    if pair is None:
        return ""
    lacking = len(pair["not_offered_by_endpoint"])
    return f"[{len(breaks[name, other])}{f' + {lacking}' if lacking else ''}](#from-{name}-to-{other})"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _pair(pair: Row, breaks: Iterable[Fact]) -> Iterator[str]:
    lacking = pair["not_offered_by_endpoint"]
    lines = [f"- not there: {', '.join(map(code_span, lacking))}"] if lacking else []
    lines += [_line(fact) for fact in breaks]
    yield from lines or ["Nothing that would break it."]


def _line(fact: Fact) -> str:
    """One finding: what comes where a client expects what, and where."""
    told = "".join(code_span(piece.text) if piece.code else markdown(piece.text) for piece in fact.headline(Say()))
    where = ", ".join(dict.fromkeys(code_span(f"{row['operation']} {row['status_code']}") for row in fact.rows))
    return f"- {told} ({where})"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; see the module. Returns the exit code."""
    parser = argparse.ArgumentParser(description=f"Writes {PAGE} from all simulators and all contracts.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the page is stale")
    options = parser.parse_args(arguments)
    result = engine.run(RunOptions(endpoints=tuple(f"sim:{name}" for name in PROVIDERS), against=(ALL,), known=None))
    return settle(ROOT, {PAGE: matrix_page(report.build(result)).encode()}, check=options.check)


if __name__ == "__main__":
    sys.exit(main())
