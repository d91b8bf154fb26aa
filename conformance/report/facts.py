"""The findings of a report with their drifts: where, how often, what clients make of it, why it is known, in words."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from attrs import frozen

from conformance.findings import HARMS, harm, rightly
from conformance.providers import PROVIDERS
from conformance.report import summary
from conformance.report.headline import Piece, Row, advice, fact, headline, label, side
from conformance.report.text import clip, visible
from conformance.report.tree import Tree
from conformance.report.words import Say
from conformance.rules import Severity, at_least

_OK = 200
_OUTCOMES = ("drift", "could-not-check", "differs", "conforms")
"""From what needs a reader most."""


@frozen(slots=False)
class Fact:
    """A finding and its drifts, the most severe first."""

    finding: Row
    rows: tuple[Row, ...]

    @property
    def id(self) -> str:
        """16 digits."""
        return str(self.finding["id"])

    @property
    def known(self) -> Row | None:
        """Why it is known."""
        known: Row | None = self.finding["known"]
        return known

    @property
    def severity(self) -> Severity:
        """The highest of its drifts."""
        severity: Severity = self.finding["severity"]
        return severity

    @property
    def kind(self) -> str:
        """Its severity; `known` where it is known."""
        return "known" if self.known else self.severity

    @cached_property
    def harm(self) -> str:
        """What the worst off of the clients makes of it, one of HARMS."""
        return min((harm(row["impact"]) for row in self.rows), key=HARMS.index)

    def headline(self, say: Say) -> tuple[Piece, ...]:
        """The fact, and what is documented instead."""
        return headline(self.rows, say)

    def fact(self, say: Say) -> tuple[Piece, ...]:
        """The fact alone."""
        return fact(self.rows, say)

    def advice(self, say: Say) -> str:
        """What to do about it."""
        return advice(self.rows, say)


def facts(tree: Tree) -> list[Fact]:
    """Every finding, in the tree's order."""
    rows = {row["fingerprint"]: row for row in tree["drift"]}
    return [
        Fact(finding, tuple(rows[one] for one in finding["drift"] if one in rows))
        for finding in tree["findings"]
        if any(one in rows for one in finding["drift"])
    ]


def by_pair(tree: Tree) -> list[tuple[summary.PairKey, list[Fact]]]:
    """The findings of each pair that has some, and of each contract itself, whom they hurt most first."""
    found: dict[summary.PairKey, list[Fact]] = {}
    for one in facts(tree):
        found.setdefault((one.finding["endpoint"], one.finding["contract"]), []).append(one)
    outcomes = {(pair["endpoint"], pair["contract"]): pair["outcome"] for pair in tree["pairs"]}
    return sorted(found.items(), key=lambda item: _hurt(item[0], item[1], outcomes.get(item[0])))


def _hurt(pair: summary.PairKey, found: Sequence[Fact], outcome: str | None) -> tuple[object, ...]:
    """Pairs that drift first, then those whose contract people have a client from, then the most that breaks."""
    endpoint, contract = pair
    grave = [one for one in found if at_least(one.severity, "warning")]
    typed = any(one.contract == contract and one.client for one in PROVIDERS.values())
    answers = sum(one.severity == "breaking" and not is_error(one) for one in grave)
    return (
        endpoint is None,
        _OUTCOMES.index(outcome) if outcome in _OUTCOMES else len(_OUTCOMES),
        not typed,
        -answers,
        -len(grave),
        endpoint or "",
        contract,
    )


def is_error(one: Fact) -> bool:
    """Whether it is about error bodies alone."""
    return all((row["status_code"] or 0) >= 400 for row in one.rows)


def split(found: Iterable[Fact], tree: Tree) -> tuple[list[Fact], list[Fact], list[Fact]]:
    """New findings at or above the severity that fails, new ones below it, and known ones."""
    every = list(found)
    new = [one for one in every if not one.known]
    return (
        [one for one in new if at_least(one.severity, tree["fail_on"])],
        [one for one in new if not at_least(one.severity, tree["fail_on"])],
        [one for one in every if one.known],
    )


def heading(pair: summary.PairKey, found: Sequence[Fact], say: Say) -> str:
    """What the findings of a pair come to: `SiliconFlow is not what a client of Kimi expects, as documented`."""
    endpoint, contract = pair
    if endpoint is None:
        return say("story-contract", contract=label(contract))
    kinds = {one.known["kind"] if one.known else None for one in found}
    how = "" if None in kinds else say("as-documented") if kinds == {"documented"} else say("as-known")
    names = {"endpoint": side(endpoint), "contract": label(contract)}
    return say("story-own" if names["endpoint"] == names["contract"] else "story", how=how, **names)


def operations(one: Fact, most: int, say: Say) -> str:
    """At which operations, with the status where it is not 200: `list_batches, create_batch 400 and 2 more`."""
    named = dict.fromkeys(
        clip(row["operation"] or "", 60) + ("" if row["status_code"] in {None, _OK} else f" {row['status_code']}")
        for row in one.rows
        if row["operation"]
    )
    listed = list(named)
    shown = listed if len(listed) <= most + 1 else listed[:most]
    more = say("and-more", n=len(listed) - len(shown)) if len(shown) < len(listed) else ""
    return say("comma").join(shown) + more


def often(one: Fact, say: Say) -> str:
    """In how many responses of these operations and statuses; empty for a contract's own."""
    most: dict[tuple[object, object], tuple[int, int]] = {}
    for row in one.rows:
        key, figures = (row["operation"], row["status_code"]), row["seen"]
        most[key] = max(most.get(key, (0, 0)), (figures["responses"], figures["of_responses"]))
    seen, of = (sum(figures[which] for figures in most.values()) for which in (0, 1))
    return say("of-responses", n=seen, of=of) if of else ""


def clients(one: Fact, say: Say, *, worst: bool = False) -> list[tuple[str, str, str]]:
    """Each client with what it makes of it and how that harms, the worst off first; `worst`: only its worst outcome."""
    made: dict[str, dict[str, None]] = {}
    for row in one.rows:
        for client, outcome in row["impact"].items():
            made.setdefault(client, {})[outcome] = None
    found = []
    for client, outcomes in made.items():
        ordered = sorted(outcomes, key=lambda outcome: HARMS.index(harm({client: outcome})))
        right = len(ordered) > 1 and all(map(rightly, ordered))
        listed = ordered[:1] if worst else ordered
        words = say("raises-rightly") if right else say("or").join(say.text(clip(outcome)) for outcome in listed)
        found.append((clip(client, 60), words, harm({client: ordered[0]})))
    return sorted(found, key=lambda told: HARMS.index(told[2]))


def why(one: Fact, say: Say) -> str:
    """Why it is known, each reason with its source once; empty where it is new."""
    reasons = dict.fromkeys(summary.why_known(row, say) for row in one.rows if row["known"])
    listed = list(reasons)
    return listed[0] + (say("and-more", n=len(listed) - 1) if len(listed) > 1 else "") if listed else ""


def spec(one: Fact) -> str:
    """File and line of the contract: `specs/kimi.yaml:120`."""
    return summary.spec(one.finding)


def counts(found: Iterable[Fact]) -> summary.Counts:
    """How many there are, by severity where they are new."""
    return summary.count(one.finding for one in found)


def plain(pieces: Iterable[Piece]) -> str:
    """A headline without marks."""
    return "".join(piece.text for piece in pieces)


_OPERATIONS = 6
"""Operations that a sentence names."""


def sentence(one: Fact, say: Say) -> str:
    """A finding in one line of plain text, without its headline: whose, where, how often, what clients do, advice."""
    parts = (
        f"{summary.endpoint(one.finding, say)} × {clip(one.finding['contract'])}",
        operations(one, _OPERATIONS, say),
        often(one, say),
        *(f"{client}{say('colon')}{made}" for client, made, _ in clients(one, say)),
        one.advice(say),
        f"{clip(one.finding['rule'])} {one.id}",
    )
    return visible(say("semicolon").join(part for part in parts if part))


def known_kind(one: Fact) -> str | None:
    """`documented` or `accepted`; None where it is new."""
    return one.known["kind"] if one.known else None
