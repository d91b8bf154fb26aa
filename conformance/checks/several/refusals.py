"""Requests that the contract allows, refused.

Where one names what an earlier response told of, that is the server's fault unless it is gone since, or has ended.
"""

from collections.abc import Iterable, Iterator

from attrs import define, field

from conformance.batches import RANK
from conformance.checks.several.failures import failed
from conformance.checks.several.sequel import Sequel, Several
from conformance.checks.several.trace import Observation, split
from conformance.contract import Operation
from conformance.drift import Breach
from conformance.exchange import Order

REJECTED = "request-valid-rejected"
CAN_BE_REFUSED = frozenset({401, 403, 408, 429})
"""4xx that say nothing about the request: the key, or the moment."""


@define(eq=False)
class Refusals(Several):
    """Refusals of valid requests; those that name something are right unless it is there."""

    def take(self, one: Observation) -> Iterator[Sequel]:
        """The next one in time."""
        operation = self.operations[one.operation]
        if one.well_formed and 400 <= one.status < 500 and not may_refuse(operation, one.status):
            yield Sequel(one, _rejected(operation, one.status), frozenset(one.references), refusal=True)


def may_refuse(operation: Operation, status: int) -> bool:
    """Whether a 4xx says nothing about the request.

    It may be about the key or the moment; what changes something may besides be refused for the state it finds, as
    documented: a batch that has ended cannot be cancelled.
    """
    return status in CAN_BE_REFUSED or (operation.method != "GET" and operation.response(status) is not None)


def _rejected(operation: Operation, status: int) -> Breach:
    """A request that keeps the contract was refused."""
    return Breach(
        rule=REJECTED,
        pointer="",
        expected="a success: the request keeps the contract",
        observed=status,
        location=operation.location,
    )


Name = tuple[str, str]
"""A scope, and a name in it."""


@define(eq=False)
class Past:
    """What had become of the things that doubtful requests name."""

    _asked: dict[str, set[str]] = field(factory=dict)
    """The names that matter, by scope."""
    _told: dict[Name, Order] = field(factory=dict)
    """When a response first told of it."""
    _deleted: dict[Name, Order] = field(factory=dict)
    """When it was first asked to be deleted, and was perhaps."""
    _over: set[Name] = field(factory=set)
    """Batches that were cancelled, or had ended, at some time."""
    _running: dict[Name, Order] = field(factory=dict)
    """When a batch was last told to go on."""

    @classmethod
    def of(cls, doubts: Iterable[Sequel]) -> "Past":
        """The past of what doubts hang on."""
        past = cls()
        for doubt in doubts:
            past._asked.setdefault(doubt.observation.scope, set()).update(doubt.if_told)
        return past

    def take(self, one: Observation) -> None:
        """What one observation says of them."""
        names = self._asked.get(one.scope)
        if not names:
            return
        for name in names.intersection((*split(one.ids), *split(one.told))):
            self._told.setdefault((one.scope, name), one.order)
        if one.method == "DELETE" and (one.status < 300 or failed(one.status)):
            for name in names.intersection(one.references):
                self._deleted.setdefault((one.scope, name), one.order)
        if one.states:
            batches = split(one.ids if one.batches is None else one.batches)
            for name, status in zip(batches, split(one.states), strict=True):
                if name in names and RANK.get(status, 0) >= RANK["cancelling"]:
                    self._over.add((one.scope, name))
                elif name in names:
                    self._running[one.scope, name] = one.order

    def had_told(self, one: Observation, names: Iterable[str]) -> bool:
        """Whether every name had been told before."""
        return all((key := (one.scope, name)) in self._told and self._told[key] < one.order for name in names)

    def excuses(self, one: Observation, names: Iterable[str]) -> bool:
        """Whether a refusal is right for what was there: nothing, after a deletion; a batch that had ended."""
        keys = [(one.scope, name) for name in names]
        if one.operation == "cancel_batch":
            return any(key in self._over and not self._running.get(key, one.order) > one.order for key in keys)
        return any(key in self._deleted and self._deleted[key] < one.order for key in keys)
