"""Drift: one disagreement between an endpoint (or a contract) and a contract, and how sightings of it add up.

A check makes a Breach for what it sees in one exchange. Breaches with the same identity add up to one Drift, in any
order and any split: counts add, the example is the earliest, and of the observed values the 20 of smallest hash are
kept with exact counts.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Literal

import orjson
from attrs import define, evolve, field, frozen

from conformance.document import Location
from conformance.exchange import Exchange, PayloadPath
from conformance.rules import CATALOGUE, SEVERITIES, Severity
from conformance.smallest import beyond

MAX_OBSERVED = 20


@frozen
class Breach:
    """What a check saw in one exchange.

    `observed` is fit to be shown; `value` is part of the identity where there is one.
    """

    rule: str
    pointer: str
    expected: str
    observed: Any = None
    value: str | None = None
    location: Location = ()
    """Where the contract speaks of it."""
    items: int = 0
    """At how many places of the body, where the pointer has a `*`."""
    severity: Severity | None = None
    """Where the case decides; else the rule's own."""
    path: PayloadPath | None = None
    """One concrete path to the value in the body."""


@frozen
class Identity:
    """What makes two sightings the same drift. Nothing of schema numbering, nothing of the run."""

    endpoint: str | None
    contract: str
    operation: str | None
    status_code: int | None
    pointer: str
    rule: str
    value: str | None

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits."""
        parts = [self.endpoint, self.contract, self.operation, self.status_code, self.pointer, self.rule, self.value]
        return sha256(orjson.dumps(parts)).hexdigest()[:16]


@frozen
class Known:
    """Why a drift surprises nobody: the endpoint's own contract documents it, or it was accepted on record.

    With reason and source, and until when (ISO date) where that is limited.
    """

    kind: Literal["documented", "accepted"]
    reason: str
    source: str
    until: str | None = None


@frozen
class Drift:
    """All sightings of one drift. `observed` maps a value, as JSON text, to its count; None counts the rest."""

    identity: Identity
    severity: Severity
    expected: str
    location: Location
    observed: Mapping[str | None, int]
    responses: int
    items: int
    first: float | None
    last: float | None
    example: Exchange | None
    """The earliest: its outline, until the exchange is read again from where it stands."""
    path: PayloadPath | None
    spec: tuple[str, int] | None = None
    """File and line that speak of it, where that is not the contract's own file."""
    impact: Mapping[str, str] = field(factory=dict)
    known: Known | None = None

    @property
    def rule(self) -> str:
        """The rule's id."""
        return self.identity.rule


@define(eq=False)
class Sightings:
    """Sightings of one drift, adding up in any order: what they have in common is that of the earliest."""

    severity: Severity
    early: tuple[Breach, Exchange | None]
    observed: dict[str | None, int] = field(factory=dict)
    responses: int = 0
    items: int = 0
    first: float | None = None
    last: float | None = None

    @classmethod
    def of(cls, breach: Breach, exchange: Exchange | None) -> "Sightings":
        """One sighting."""
        severity = breach.severity or CATALOGUE[breach.rule].severity
        sightings = cls(severity, (breach, exchange.outlined() if exchange else None))
        sightings.add(breach, exchange)
        return sightings

    def add(self, breach: Breach, exchange: Exchange | None) -> None:
        """Add one more."""
        text = orjson.dumps(breach.observed).decode()
        self._count({text: max(breach.items, 1)}, 1, breach.items)
        self.severity = more_severe(self.severity, breach.severity or CATALOGUE[breach.rule].severity)
        if exchange is not None:
            self._extend(exchange.started, exchange.started)
        if _age(breach, exchange) < _age(*self.early):
            self.early = (breach, exchange.outlined() if exchange else None)

    def merge(self, other: "Sightings") -> None:
        """Add what other ones amount to."""
        self._count(other.observed, other.responses, other.items)
        self.severity = more_severe(self.severity, other.severity)
        if other.first is not None and other.last is not None:
            self._extend(other.first, other.last)
        if _age(*other.early) < _age(*self.early):
            self.early = other.early

    def copy(self) -> "Sightings":
        """The same, to go on with."""
        return evolve(self, observed=dict(self.observed))

    def _count(self, observed: Mapping[str | None, int], responses: int, items: int) -> None:
        for value, count in observed.items():
            self.observed[value] = self.observed.get(value, 0) + count
        self._settle(slack=4)
        self.responses += responses
        self.items += items

    def _extend(self, first: float, last: float) -> None:
        self.first = first if self.first is None else min(self.first, first)
        self.last = last if self.last is None else max(self.last, last)

    def _settle(self, slack: int = 1) -> None:
        for _, count in beyond(self.observed, MAX_OBSERVED + (None in self.observed), _value_rank, slack):
            self.observed[None] = self.observed.get(None, 0) + count

    def drift(self, identity: Identity, spec: tuple[str, int] | None = None) -> Drift:
        """What they amount to."""
        self._settle()
        breach, example = self.early
        counts = (dict(self.observed), self.responses, self.items, self.first, self.last)
        return Drift(
            identity, self.severity, breach.expected, breach.location, *counts, example, breach.path, spec=spec
        )


def more_severe(one: Severity, other: Severity) -> Severity:
    """The severer of two."""
    return one if SEVERITIES.index(one) >= SEVERITIES.index(other) else other


def _age(breach: Breach, exchange: Exchange | None) -> tuple[Any, ...]:
    return (0, exchange.order, breach.expected) if exchange else (1, (), breach.expected)


def _value_rank(value: str | None) -> bytes:
    """By hash; the sum of the rest goes before all."""
    return b"" if value is None else sha256(value.encode()).digest()


def sighting(
    breach: Breach, example: Exchange | None, endpoint: str | None, contract: str, operation: str | None
) -> Drift:
    """A breach as the drift it is the only sighting of."""
    status = example.answer.status if example and example.answer else None
    identity = Identity(endpoint, contract, operation, status, breach.pointer, breach.rule, breach.value)
    return evolve(Sightings.of(breach, example).drift(identity), example=example)
