"""What a judge has gathered: it adds up in any order and split, and travels between processes."""

from collections import Counter

from attrs import define, field

from conformance.checks.blind import Seen
from conformance.checks.trace import Trace
from conformance.drift import Ledger


@define(eq=False)
class Keyless:
    """What requests without Authorization amount to: it was left out when they were sent, or when recorded."""

    statuses: Counter[tuple[str, int]] = field(factory=Counter)
    if_sent: Ledger = field(factory=Ledger)
    if_absent: Ledger = field(factory=Ledger)

    def merge(self, other: "Keyless") -> None:
        """Add what another one holds."""
        self.statuses.update(other.statuses)
        self.if_sent.update(other.if_sent)
        self.if_absent.update(other.if_absent)


@define(eq=False)
class Tally:
    """Counts by operation and status; drifts; what the sequences are replayed from."""

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
    seen: dict[str, set[str]] = field(factory=dict)
    """The documented places that held a value, by operation."""
    blind: Seen = field(factory=Counter)
    """Values at places that the contract leaves open."""
    keyless: dict[str, Keyless] = field(factory=dict)
    """By file."""
    unlooked: Counter[str] = field(factory=Counter)
    """By operation: bodies in which so much is wrong that not all of it was looked at."""

    def merge(self, other: "Tally") -> None:
        """Add what another one holds; it is of no further use."""
        self.requests += other.requests
        self.ledger.update(other.ledger)
        self.trace.extend(other.trace)
        self.not_offered |= other.not_offered
        self.failures.update(other.failures)
        self.statuses.update(other.statuses)
        self.totals.update(other.totals)
        self.items.update(other.items)
        for operation, places in other.seen.items():
            self.seen.setdefault(operation, set()).update(places)
        self.blind.update(other.blind)
        self.unlooked.update(other.unlooked)
        for file, keyless in other.keyless.items():
            self.keyless.setdefault(file, Keyless()).merge(keyless)
