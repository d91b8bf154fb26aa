"""Drift: one disagreement between an endpoint (or a contract) and a contract, and how sightings of it add up.

A check makes a Finding for what it sees in one exchange. Findings with the same identity add up to one Drift, in any
order and any split: counts add, the example is the earliest, and of the observed values the 20 of smallest hash are
kept with exact counts.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

import orjson
from attrs import define, evolve, field, frozen

from conformance.document import Location
from conformance.exchange import Exchange
from conformance.rules import CATALOGUE, SEVERITIES, Severity

MAX_OBSERVED = 20


@frozen
class Finding:
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
    path: tuple[str | int, ...] | None = None
    """One concrete path to the value in the body."""
    counted: bool = True
    """Whether this adds to the number of responses: a second thought on a counted one does not."""


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
    """Why a drift is accepted: reason and source, and until when (ISO date) where that is limited."""

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
    path: tuple[str | int, ...] | None
    spec: tuple[str, int] | None = None
    """File and line that speak of it, where that is not the contract's own file."""
    impact: Mapping[str, str] = field(factory=dict)
    known: Known | None = None

    @property
    def rule(self) -> str:
        """The rule's id."""
        return self.identity.rule

    def __add__(self, other: "Drift") -> "Drift":
        """Both sightings as one; commutative and associative."""
        early, late = sorted((self, other), key=_age)
        return evolve(
            early,
            severity=max(self.severity, other.severity, key=SEVERITIES.index),
            observed=_add_observed(self.observed, other.observed),
            responses=self.responses + other.responses,
            items=self.items + other.items,
            first=min((one for one in (self.first, other.first) if one is not None), default=None),
            last=max((one for one in (self.last, other.last) if one is not None), default=None),
            example=early.example or late.example,
            path=early.path if early.example else late.path,
        )


def _age(drift: Drift) -> tuple[Any, ...]:
    example = drift.example
    return (0, example.order, drift.expected) if example else (1, (), drift.expected)


def _add_observed(one: Mapping[str | None, int], other: Mapping[str | None, int]) -> Mapping[str | None, int]:
    counts: dict[str | None, int] = dict(one)
    for value, count in other.items():
        counts[value] = counts.get(value, 0) + count
    values = sorted((value for value in counts if value is not None), key=_value_hash)
    rest = counts.get(None, 0) + sum(counts[value] for value in values[MAX_OBSERVED:])
    kept: dict[str | None, int] = {value: counts[value] for value in values[:MAX_OBSERVED]}
    return {**kept, None: rest} if rest else kept


def _value_hash(value: str) -> bytes:
    return sha256(value.encode()).digest()


def sighting(
    finding: Finding, exchange: Exchange | None, endpoint: str | None, contract: str, operation: str | None
) -> Drift:
    """A finding as the drift it is the first sighting of."""
    rule = CATALOGUE[finding.rule]
    status = exchange.answer.status if exchange and exchange.answer else None
    started = exchange.started if exchange else None
    return Drift(
        identity=Identity(endpoint, contract, operation, status, finding.pointer, rule.id, finding.value),
        severity=finding.severity or rule.severity,
        expected=finding.expected,
        location=finding.location,
        observed={orjson.dumps(finding.observed).decode(): max(finding.items, 1)} if finding.counted else {},
        responses=1 if finding.counted else 0,
        items=finding.items,
        first=started,
        last=started,
        example=exchange,
        path=finding.path,
    )


@define
class Ledger:
    """Drifts by identity, adding up."""

    _drifts: dict[Identity, Drift] = field(factory=dict)

    def add(self, drift: Drift) -> None:
        """Add one."""
        known = self._drifts.get(drift.identity)
        self._drifts[drift.identity] = drift if known is None else known + drift

    def update(self, drifts: "Iterable[Drift]") -> None:
        """Add many."""
        for drift in drifts:
            self.add(drift)

    def __iter__(self) -> Iterator[Drift]:
        return iter(self._drifts.values())

    def __len__(self) -> int:
        return len(self._drifts)
