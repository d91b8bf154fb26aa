"""The drifts of one endpoint and contract, adding up."""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

from attrs import define, field

from conformance.drift import Breach, Drift, Identity, Sightings
from conformance.exchange import Exchange
from conformance.smallest import beyond

MAX_ALIKE = 1000
"""How many drifts that differ in pointer or value only are kept."""

_Kind = tuple[str, str, int | None]
"""Rule, operation and status: drifts of one kind differ in pointer and value only."""
_Place = tuple[str, str | None]
"""Pointer and value."""


@define(eq=False)
class Ledger:
    """What adds up to drifts, by kind and place.

    A side that makes up names without end would fill any memory: of one kind the MAX_ALIKE of smallest hash are kept,
    which no split of the sightings changes; `dropped` counts the sightings of the rest.
    """

    dropped: Counter[_Kind] = field(factory=Counter)
    _kinds: dict[_Kind, dict[_Place, Sightings]] = field(factory=dict)

    def add(self, breach: Breach, exchange: Exchange) -> bool:
        """Add a sighting; whether it is the first of its drift."""
        kind = (breach.rule, exchange.operation, exchange.answer.status if exchange.answer else None)
        places, place = self._kinds.setdefault(kind, {}), (breach.pointer, breach.value)
        if place in places:
            places[place].add(breach, exchange)
            return False
        places[place] = Sightings.of(breach, exchange)
        self._settle(kind, slack=2)
        return True

    def merge(self, other: "Ledger") -> None:
        """Add what another one holds."""
        self.dropped.update(other.dropped)
        for kind, others in other._kinds.items():  # noqa: SLF001 - its own class
            places = self._kinds.setdefault(kind, {})
            for place, sightings in others.items():
                if place in places:
                    places[place].merge(sightings)
                else:
                    places[place] = sightings.copy()
            self._settle(kind, slack=2)

    def settle(self) -> None:
        """Keep of each kind no more than are told."""
        for kind in self._kinds:
            self._settle(kind)

    def drifts(self, endpoint: str, contract: str) -> Iterator[Drift]:
        """What it amounts to."""
        self.settle()
        for kind, places in self._kinds.items():
            rule, operation, status = kind
            for (pointer, value), sightings in places.items():
                yield sightings.drift(Identity(endpoint, contract, operation, status, pointer, rule, value))

    def __contains__(self, kind: object) -> bool:
        return kind in self._kinds

    def __len__(self) -> int:
        return sum(map(len, self._kinds.values()))

    def _settle(self, kind: _Kind, slack: int = 1) -> None:
        for _, sightings in beyond(self._kinds[kind], MAX_ALIKE, _rank, slack):
            self.dropped[kind] += sightings.responses


def _rank(place: _Place) -> bytes:
    return sha256(repr(place).encode()).digest()
