"""Drift: one disagreement between an endpoint (or a contract) and a contract, and how sightings of it add up.

A check makes a Breach for what it sees in one exchange. Breaches with the same identity add up to one Drift, in any
order and any split: counts add, the example is the earliest, and of the observed values the 20 of smallest hash are
kept with exact counts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Literal

import orjson
from attrs import define, evolve, field, frozen

from conformance.document import Location
from conformance.excerpt import excerpt
from conformance.exchange import Exchange
from conformance.rules import CATALOGUE, SEVERITIES, Severity

MAX_OBSERVED = 20
MAX_ALIKE = 1000
"""How many drifts that differ in pointer or value only are kept."""


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
        total = _Sum(self)
        total.add(other)
        return total.drift()


def _light(drift: Drift) -> Drift:
    """With as much of a large example as is near: thousands of drifts may be kept."""
    if drift.example is None:
        return drift
    example, path = excerpt(drift.example, drift.path)
    return drift if example is drift.example else evolve(drift, example=example, path=path)


def _age(drift: Drift) -> tuple[Any, ...]:
    example = drift.example
    return (0, example.order, drift.expected) if example else (1, (), drift.expected)


@define(eq=False, init=False)
class _Sum:
    """Sightings of one drift, adding up in place: what they have in common is that of the earliest."""

    early: Drift
    severity: Severity
    observed: dict[str | None, int]
    responses: int
    items: int
    first: float | None
    last: float | None

    def __init__(self, drift: Drift) -> None:
        self.early, self.severity, self.observed = _light(drift), drift.severity, dict(drift.observed)
        self.responses, self.items, self.first, self.last = drift.responses, drift.items, drift.first, drift.last

    def add(self, drift: Drift) -> None:
        if drift.severity != self.severity:
            self.severity = SEVERITIES[max(map(SEVERITIES.index, (self.severity, drift.severity)))]
        for value, count in drift.observed.items():
            self.observed[value] = self.observed.get(value, 0) + count
        if len(self.observed) > 4 * MAX_OBSERVED:
            self.observed = _fewest(self.observed)
        self.responses += drift.responses
        self.items += drift.items
        if drift.first is not None:
            self.first = drift.first if self.first is None else min(self.first, drift.first)
        if drift.last is not None:
            self.last = drift.last if self.last is None else max(self.last, drift.last)
        if _age(drift) < _age(self.early):
            self.early = _light(drift)

    def drift(self) -> Drift:
        return evolve(
            self.early,
            severity=self.severity,
            observed=_fewest(self.observed),
            responses=self.responses,
            items=self.items,
            first=self.first,
            last=self.last,
        )


def _fewest(counts: Mapping[str | None, int]) -> dict[str | None, int]:
    """The values of smallest hash, the rest summed. What is kept was never dropped before: its count is exact."""
    if len(counts) <= MAX_OBSERVED:
        return dict(counts)
    values = sorted((value for value in counts if value is not None), key=_value_hash)
    rest = counts.get(None, 0) + sum(counts[value] for value in values[MAX_OBSERVED:])
    kept: dict[str | None, int] = {value: counts[value] for value in values[:MAX_OBSERVED]}
    return {**kept, None: rest} if rest else kept


def _value_hash(value: str) -> bytes:
    return sha256(value.encode()).digest()


def sighting(
    breach: Breach, exchange: Exchange | None, endpoint: str | None, contract: str, operation: str | None
) -> Drift:
    """A breach as the drift it is the first sighting of."""
    rule = CATALOGUE[breach.rule]
    status = exchange.answer.status if exchange and exchange.answer else None
    started = exchange.started if exchange else None
    return Drift(
        identity=Identity(endpoint, contract, operation, status, breach.pointer, rule.id, breach.value),
        severity=breach.severity or rule.severity,
        expected=breach.expected,
        location=breach.location,
        observed={orjson.dumps(breach.observed).decode(): max(breach.items, 1)} if breach.counted else {},
        responses=1 if breach.counted else 0,
        items=breach.items,
        first=started,
        last=started,
        example=exchange,
        path=breach.path,
    )


Kind = tuple[str, str | None, int | None]
"""Rule, operation and status: drifts of one kind differ in pointer and value only."""


@define
class Ledger:
    """Drifts by identity, adding up.

    A side that makes up names without end would fill any memory: of one kind the MAX_ALIKE of smallest fingerprint
    are kept, which no split of the sightings changes; `dropped` counts the sightings of the rest.
    """

    dropped: Counter[Kind] = field(factory=Counter)
    _sums: dict[Identity, _Sum] = field(factory=dict)
    _kinds: Counter[Kind] = field(factory=Counter)

    def add(self, drift: Drift) -> None:
        """Add one."""
        total = self._sums.get(drift.identity)
        if total is not None:
            total.add(drift)
            return
        self._sums[drift.identity] = _Sum(drift)
        kind = _kind(drift.identity)
        self._kinds[kind] += 1
        if self._kinds[kind] > 2 * MAX_ALIKE:
            self._prune(kind)

    def drop(self, drift: Drift) -> None:
        """Only count one."""
        self.dropped[_kind(drift.identity)] += drift.responses

    def update(self, other: "Iterable[Drift] | Ledger") -> None:
        """Add many, or what another one holds."""
        for drift in other:
            self.add(drift)
        if isinstance(other, Ledger):  # what it drops, it drops when it is read
            self.dropped.update(other.dropped)

    def _prune(self, kind: Kind) -> None:
        alike = sorted((one for one in self._sums if _kind(one) == kind), key=lambda one: one.fingerprint)
        for identity in alike[MAX_ALIKE:]:
            self.dropped[kind] += self._sums.pop(identity).responses
        self._kinds[kind] = min(len(alike), MAX_ALIKE)

    def __iter__(self) -> Iterator[Drift]:
        for kind in [kind for kind, count in self._kinds.items() if count > MAX_ALIKE]:
            self._prune(kind)
        return iter([total.drift() for total in self._sums.values()])

    def __len__(self) -> int:
        return len(self._sums)


def _kind(identity: Identity) -> Kind:
    return (identity.rule, identity.operation, identity.status_code)
