"""The statuses of batches: none goes back, and none leaves a final one."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from attrs import define, field

from conformance.batches import FINAL, RANK
from conformance.checks.items import status_path
from conformance.checks.several.sequel import Sequel, Several
from conformance.checks.several.trace import Moment, Observation, split
from conformance.drift import Breach

MAX_BATCHES = 100_000
"""Of how many batches the status is remembered; beyond twice as many, those not seen for longest are forgotten."""

_RANKED = frozenset(RANK)


@define(eq=False)
class Statuses(Several):
    """Follows batches from status to status."""

    _furthest: defaultdict[str, "Furthest"] = field(factory=lambda: defaultdict(Furthest))
    """By scope."""

    def take(self, one: Observation) -> Iterator[Sequel]:
        """The next one in time."""
        if not one.states:
            return
        states, batches = one.states.split("\n"), split(one.ids if one.batches is None else one.batches)
        places: Sequence[int] = range(len(states))
        if not _RANKED.issuperset(states):
            places = [index for index, status in enumerate(states) if status in RANK]
            batches, states = [batches[index] for index in places], [states[index] for index in places]
        for index, before in self._furthest[one.scope].step(batches, states, one.moment):
            found = self._goes_back(one, places[index], before, states[index])
            if found is not None:
                yield Sequel(one, found)

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
    """How far batches had come, in two generations: what is not met while the younger one fills is forgotten."""

    _young: dict[str, Held] = field(factory=dict)
    _old: dict[str, Held] = field(factory=dict)

    def step(self, batches: Sequence[str], states: list[str], now: Moment) -> list[tuple[int, str]]:
        """Remember; which of them, by index, went back, and from what."""
        young, old, back = self._young, self._old, list[tuple[int, str]]()
        given = {status: (status, now) for status in set(states)}
        told = list(map(given.__getitem__, states))
        held = list(map(young.setdefault, batches, told))
        moved = held != told and [status for status, _ in held] != states
        if moved or not old.keys().isdisjoint(batches):
            for index, (batch, status) in enumerate(zip(batches, states, strict=True)):
                before, then = old.pop(batch, young[batch])
                forward = RANK[status] >= RANK[before] and RANK[before] != FINAL
                if before == status or (not forward and not then.precedes(now)):
                    young[batch] = (before, then)
                    continue
                young[batch] = given[status]
                if not forward:
                    back.append((index, before))
        if len(young) >= MAX_BATCHES:
            self._young, self._old = {}, young
        return back
