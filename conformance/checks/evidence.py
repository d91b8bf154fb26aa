"""What was seen of one endpoint by one contract: it adds up in any order and split, and travels between processes."""

from collections import Counter
from collections.abc import Iterable

from attrs import define, field

from conformance.checks import blind
from conformance.checks.blind import Blind
from conformance.checks.case import Case
from conformance.checks.coverage import Seen
from conformance.checks.ledger import Ledger
from conformance.checks.several.trace import Trace
from conformance.checks.sight import Sight
from conformance.drift import Breach
from conformance.exchange import Exchange


@define(eq=False)
class KeyNotShown:
    """What requests that show no Authorization amount to: it was left out when they were recorded, or when sent."""

    statuses: Counter[tuple[str, int]] = field(factory=Counter)
    if_given: Ledger = field(factory=Ledger)
    if_absent: Ledger = field(factory=Ledger)

    def merge(self, other: "KeyNotShown") -> None:
        """Add what another one holds."""
        self.statuses.update(other.statuses)
        self.if_given.merge(other.if_given)
        self.if_absent.merge(other.if_absent)


@define(eq=False)
class Evidence:
    """Counts by operation and status; drifts; what the finders of several read."""

    requests: int = 0
    ledger: Ledger = field(factory=Ledger)
    trace: Trace = field(factory=Trace)
    not_offered: set[str] = field(factory=set)
    failures: Counter[tuple[str, str]] = field(factory=Counter)
    """By operation and what became of the request."""
    statuses: Counter[tuple[str, int]] = field(factory=Counter)
    """Of requests with a key believed good."""
    totals: Counter[tuple[str, int]] = field(factory=Counter)
    items: Counter[tuple[str, int]] = field(factory=Counter)
    seen: dict[str, Seen] = field(factory=dict)
    """By operation, what its success bodies held."""
    blind: Blind = field(factory=dict)
    """Values at places that the contract leaves open."""
    key_not_shown: dict[str, KeyNotShown] = field(factory=dict)
    """By file."""
    shortcut: Counter[tuple[str, str]] = field(factory=Counter)
    """By operation and what became of the shortcut, how many bodies."""
    unlooked: Counter[str] = field(factory=Counter)
    """By operation: bodies in which so much is wrong that not all of it was looked at."""

    def add(self, sight: Sight) -> list[Breach]:
        """Add what one exchange shows; those of its breaches that were not seen before."""
        exchange, operation, case = sight.exchange, sight.operation, sight.case
        if sight.observation is not None:
            self.trace.append(sight.observation)
        if operation is None or sight.observation is None:
            self.not_offered.add(exchange.operation)
            return []
        self.requests += 1
        if case is None:
            self.failures[operation.name, sight.observation.failure] += 1
            return []
        key = (operation.name, case.answer.status)
        self.totals[key] += 1
        if operation.name == "file_content":
            self.items[key] += sight.observation.extra.get("lines", {}).get("lines", 0)
        new = _add(self.ledger, sight.breaches, exchange)
        self._look_into(case)
        if not sight.observation.unclear:
            self.statuses[key] += exchange.credentials == "given"
            return new + _add(self.ledger, sight.met[exchange.credentials], exchange)
        hidden = self.key_not_shown.setdefault(exchange.origin[0], KeyNotShown())
        hidden.statuses[key] += 1
        _add(hidden.if_absent, sight.met["absent"], exchange)
        return new + _add(hidden.if_given, sight.met["given"], exchange)

    def _look_into(self, case: Case) -> None:
        """Take note of what a body holds."""
        name = case.operation.name
        if case.shortcut is not None:
            self.shortcut[name, case.shortcut] += 1
        if not case.is_whole:
            self.unlooked[name] += 1
        if not case.is_settled or case.schema is None:
            return
        self.seen.setdefault(name, Seen()).add(case.payload, case.operation, case.items)
        if isinstance(case.payload, dict):
            blind.note(self.blind, name, case.schema, case.payload, case.items, credentials=case.exchange.secrets)
        if case.page.size is not None:
            self.items[name, case.answer.status] += case.page.size

    def merge(self, other: "Evidence") -> None:
        """Add what another one holds; it is of no further use."""
        self.requests += other.requests
        self.ledger.merge(other.ledger)
        self.trace.extend(other.trace)
        self.not_offered |= other.not_offered
        self.failures.update(other.failures)
        self.statuses.update(other.statuses)
        self.totals.update(other.totals)
        self.items.update(other.items)
        for operation, seen in other.seen.items():
            self.seen.setdefault(operation, Seen()).merge(seen)
        blind.merge(self.blind, other.blind)
        self.shortcut.update(other.shortcut)
        self.unlooked.update(other.unlooked)
        for file, hidden in other.key_not_shown.items():
            self.key_not_shown.setdefault(file, KeyNotShown()).merge(hidden)


def _add(ledger: Ledger, breaches: Iterable[Breach], exchange: Exchange) -> list[Breach]:
    """Those that are the first of their drift."""
    return [breach for breach in breaches if ledger.add(breach, exchange)]
