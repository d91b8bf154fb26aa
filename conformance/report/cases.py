"""The report as CI systems have tests: a suite a pair, a case for each rule that held, and for each finding."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeAlias

from attrs import frozen

from conformance.report import facts, summary
from conformance.report.facts import Fact
from conformance.report.headline import Row
from conformance.report.text import clip, visible
from conformance.report.tree import Tree
from conformance.report.words import Say
from conformance.rules.judging import JUDGING

Status: TypeAlias = Literal["passed", "failed", "error", "skipped"]

_OWN = "contract-"
"""Prefix of the rules that a contract is held against by itself."""

_LISTED = 20
"""Places that a case lists."""


@frozen
class ReportCase:
    """One case. `kind` is what failed: a rule, or another word; `fact` the finding that it is about, if it is one."""

    name: str
    status: Status = "passed"
    message: str = ""
    details: str = ""
    kind: str = ""
    fact: Fact | None = None


@frozen
class Suite:
    """What belongs together."""

    name: str
    cases: tuple[ReportCase, ...]


def suites(tree: Tree, say: Say) -> list[Suite]:
    """A suite for each pair and for each contract itself, in the tree's order; the last has the stale entries."""
    pairs = {(pair["endpoint"], pair["contract"]): pair for pair in tree["pairs"]}
    found: dict[summary.PairKey, list[Fact]] = {key: [] for key in summary.by_pair(tree)}
    for fact in facts.facts(tree):
        found[fact.finding["endpoint"], fact.finding["contract"]].append(fact)
    told = []
    for (endpoint, contract), about in found.items():
        pair = pairs.get((endpoint, contract))
        cases = [] if pair is None else [_checked(pair, say)]
        if pair is None or pair["requests"]:
            cases += _held(about, own=pair is None)
        cases += [_case(one, tree, say) for one in about]
        told.append(Suite(visible(f"{endpoint or say('contract-itself')} × {contract}"), tuple(cases)))
    return [*told, *([_stale(tree, say)] if tree["stale"] else [])]


def _checked(pair: Row, say: Say) -> ReportCase:
    name = say("could-be-checked")
    if pair["outcome"] != "could-not-check":
        return ReportCase(name)
    return ReportCase(name, "error", say.text(clip(pair["reason"] or "")), kind="could-not-check")


def _held(found: Iterable[Fact], *, own: bool) -> Iterator[ReportCase]:
    """A passing case for every rule that was looked after and that nothing broke."""
    broken = {row["rule"] for one in found for row in one.rows}
    for rule in JUDGING:
        if rule.id.startswith(_OWN) is own and rule.id not in broken:
            yield ReportCase(rule.id, kind=rule.id)


def _case(fact: Fact, tree: Tree, say: Say) -> ReportCase:
    """One finding. Its id keeps names apart."""
    headline = visible(facts.plain(fact.headline(say)))
    status: Status = "skipped" if fact.known else "failed" if summary.fails(fact.finding, tree) else "passed"
    message = facts.why(fact, say) if fact.known else f"{headline}{say('semicolon')}{facts.sentence(fact, say)}"
    return ReportCase(
        f"{headline} {fact.id}", status, visible(message), _details(fact, say), clip(fact.finding["rule"]), fact
    )


def _details(fact: Fact, say: Say) -> str:
    """Line by line: where the contract says so, the places with what came, and how to see it again."""
    places = [f"{summary.place(row)}{say('colon')}{summary.received(row, say)}" for row in fact.rows[:_LISTED]]
    more = [say("n-more", n=len(fact.rows) - _LISTED)] if len(fact.rows) > _LISTED else []
    reproduce: Sequence[str] = (fact.rows[0]["reproduce"] or "").split("\n")
    return "\n".join(
        [f"{say(fact.severity)}{say('colon')}{facts.spec(fact)}", *map(visible, [*places, *more, *reproduce])]
    )


def _stale(tree: Tree, say: Say) -> Suite:
    counts = tree["stale_counts"]
    status: Status = "failed" if counts else "skipped"
    why = say("stale-counts" if counts else "stale-listed")
    return Suite(
        say("stale"),
        tuple(ReportCase(visible(summary.named(entry, say)), status, why, kind="stale") for entry in tree["stale"]),
    )
