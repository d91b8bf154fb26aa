"""The statuses of batches: none goes back, and none leaves a final one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from attrs import define, field

from conformance.batches import FINAL, RANK
from conformance.checks.items import status_path
from conformance.checks.several.memory import Memory
from conformance.checks.several.sequel import Sequel, Several
from conformance.checks.several.trace import Moment, Observation
from conformance.drift import Breach

MAX_BATCHES = 100_000
"""Of how many batches of a host the status is remembered; beyond twice as many, those not seen for longest are not."""

_RANKED = frozenset(RANK)


@define(eq=False)
class Statuses(Several):
    """Follows batches from status to status."""

    _furthest: defaultdict[str, "Furthest"] = field(factory=lambda: defaultdict(Furthest))
    """By scope."""

    def take(self, one: Observation) -> Iterable[Sequel]:
        """The next one in time."""
        if not one.states:
            return ()
        states, batches = one.states, one.ids if one.batches is None else one.batches
        places: Sequence[int] = range(len(states))
        if not _RANKED.issuperset(states):
            places = [index for index, status in enumerate(states) if status in RANK]
            batches, states = tuple(batches[index] for index in places), tuple(states[index] for index in places)
        back = self._furthest[one.scope].step(batches, states, one.moment)
        found = [self._goes_back(one, places[index], before, states[index]) for index, before in back]
        return [Sequel(one, breach) for breach in found if breach is not None]

    def _goes_back(self, one: Observation, index: int, before: str, status: str) -> Breach | None:
        response = self.operations[one.operation].response(one.status)
        if response is None or response.schema is None:
            return None
        path = status_path(one.operation, index)
        place = response.schema.place(path)
        return Breach(
            rule="invariant-lifecycle",
            pointer=place.pointer,
            expected=f"no way back from {before}",
            observed=f"{before}, then {status}",
            location=place.location,
            items=1 if "*" in place.pointer else 0,
            path=path,
        )


Held = tuple[str, Moment]
"""A status, and when it was first told."""


@define(eq=False)
class Furthest:
    """How far batches had come."""

    _held: Memory[str, Held] = field(factory=lambda: Memory(MAX_BATCHES))

    def step(self, batches: Sequence[str], states: Sequence[str], now: Moment) -> list[tuple[int, str]]:
        """Remember; which of them, by index, went back, and from what."""
        given = {status: (status, now) for status in set(states)}
        told = list(map(given.__getitem__, states))
        if not self._held.holds_any(batches):
            self._held.update(zip(batches, told, strict=True))
            return []
        back, kept = list[tuple[int, str]](), list[Held]()
        for index, (before, held) in enumerate(zip(map(self._held.get, batches), told, strict=True)):
            if before is None or before[0] == held[0]:
                kept.append(before or held)
                continue
            forward = RANK[held[0]] >= RANK[before[0]] and RANK[before[0]] != FINAL
            is_after = forward or before[1].precedes(now)
            kept.append(held if is_after else before)
            if is_after and not forward:
                back.append((index, before[0]))
        self._held.update(zip(batches, kept, strict=True))
        return back
