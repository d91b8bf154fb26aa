"""Requests that the contract allows, refused.

Where one names what an earlier response told of, that is the server's fault unless it is gone since, or has ended.
"""

from collections import deque
from collections.abc import Iterable, Sequence

from attrs import define, field

from conformance.batches import RANK
from conformance.checks.batch_columns import names_beside
from conformance.checks.several.failures import failed
from conformance.checks.several.sequel import Sequel, Several
from conformance.checks.several.trace import Moment, Observation
from conformance.contract import Operation
from conformance.drift import Breach
from conformance.exchange import Order

REJECTED = "request-valid-rejected"
CAN_BE_REFUSED = frozenset({401, 403, 408, 429})
"""4xx that say nothing about the request: the key, or the moment."""


@define(eq=False)
class Refusals(Several):
    """Refusals of valid requests; those that name something are right unless it is there."""

    def take(self, one: Observation) -> Iterable[Sequel]:
        """The next one in time."""
        if not one.well_formed or not 400 <= one.status < 500:
            return ()
        operation = self.operations[one.operation]
        if may_refuse(operation, one.status):
            return ()
        return (Sequel(one, _rejected(operation, one.status), frozenset(one.references), refusal=True),)


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


RECENT = 600.0
"""Seconds after which what was told of may be gone without anybody's word."""

_TELLINGS = 16
"""How many of the last times that something was told of are remembered: so many requests may be under way at once."""

Name = tuple[str, str]
"""A scope, and a name in it."""


@define(eq=False)
class Past:
    """What had become of the things that doubtful breaches name."""

    doubts: Sequence[Sequel]
    _waiting: dict[Order, list[Sequel]] = field(factory=dict)
    """The doubts by where they stand in time."""
    _asked: dict[str, set[str]] = field(factory=dict)
    """The names that matter, by scope."""
    _tellings: dict[Name, deque[Moment]] = field(factory=dict)
    _told: dict[tuple[Order, Name], Moment] = field(factory=dict)
    """When something was last told of before a doubtful breach."""
    _deleted: dict[Name, list[Moment]] = field(factory=dict)
    """When it was asked to be deleted, and was perhaps."""
    _over: set[Name] = field(factory=set)
    """Batches that were cancelled, or had ended, at some time."""
    _running: dict[Name, Moment] = field(factory=dict)
    """When a batch was last told to go on."""

    def __attrs_post_init__(self) -> None:
        """Know what to look for."""
        for doubt in self.doubts:
            self._waiting.setdefault(doubt.observation.order, []).append(doubt)
            self._asked.setdefault(doubt.observation.scope, set()).update(doubt.if_told)

    def take(self, one: Observation) -> None:
        """The next one in time."""
        names = self._asked.get(one.scope)
        if not names:
            return
        for doubt in self._waiting.get(one.order, ()):
            self._look_back(doubt)
        for name in names.intersection((*one.ids, *names_beside(one))):
            self._tellings.setdefault((one.scope, name), deque(maxlen=_TELLINGS)).append(one.moment)
        if one.method == "DELETE" and (one.status < 300 or failed(one.status)):
            for name in names.intersection(one.references):
                self._deleted.setdefault((one.scope, name), []).append(one.moment)
        if one.states:
            batches = one.ids if one.batches is None else one.batches
            for name, status in zip(batches, one.states, strict=True):
                if name in names and RANK.get(status, 0) >= RANK["cancelling"]:
                    self._over.add((one.scope, name))
                elif name in names:
                    self._running[one.scope, name] = one.moment

    def _look_back(self, doubt: Sequel) -> None:
        one = doubt.observation
        for name in doubt.if_told:
            key = (one.scope, name)
            before = [told for told in self._tellings.get(key, ()) if told.precedes(one.moment)]
            if before:
                self._told[one.order, key] = before[-1]

    def bears_out(self, doubt: Sequel) -> bool:
        """Whether every name had been told before; and, for a refusal, whether it was wrong for what was there."""
        one, names = doubt.observation, [(doubt.observation.scope, name) for name in doubt.if_told]
        told = [self._told.get((one.order, name)) for name in names]
        if not doubt.refusal or not names:
            return None not in told
        if one.operation == "cancel_batch":
            return None not in told and not any(self._is_over(name, one.moment) for name in names)
        return all(
            when is not None and one.started - when.started <= RECENT and not self._is_gone(name, when, one.moment)
            for name, when in zip(names, told, strict=True)
        )

    def _is_over(self, batch: Name, now: Moment) -> bool:
        """Whether a batch had perhaps ended: it cannot be cancelled."""
        running = self._running.get(batch)
        return batch in self._over and not (running is not None and now.precedes(running))

    def _is_gone(self, name: Name, told: Moment, now: Moment) -> bool:
        """Whether something was perhaps deleted between two moments."""
        return any(not (gone.precedes(told) or now.precedes(gone)) for gone in self._deleted.get(name, ()))
