"""The statuses of batches: none goes back, and none leaves a final one."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from attrs import define, field

from conformance.batches import FINAL, RANK
from conformance.checks.items import status_path
from conformance.checks.several.sequel import Sequel, Several
from conformance.checks.several.trace import Observation, split
from conformance.drift import Breach

MAX_BATCHES = 100_000
"""Of how many batches the last status is remembered; beyond twice as many, those not seen for longest are forgotten."""

_RANKED = frozenset(RANK)


@define(eq=False)
class Statuses(Several):
    """Follows batches from status to status."""

    _last: defaultdict[str, "LastStatus"] = field(factory=lambda: defaultdict(LastStatus))
    """By scope."""

    def take(self, one: Observation) -> Iterator[Sequel]:
        """The next one in time."""
        if not one.states:
            return
        states, batches = split(one.states), split(one.ids if one.batches is None else one.batches)
        places: Sequence[int] = range(len(states))
        if not _RANKED.issuperset(states):
            places = [index for index, status in enumerate(states) if status in RANK]
            batches, states = [batches[index] for index in places], [states[index] for index in places]
        for index, last in self._last[one.scope].changed(batches, states):
            if RANK[states[index]] < RANK[last] or RANK[last] == FINAL:
                found = self._goes_back(one, places[index], last, states[index])
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


@define(eq=False)
class LastStatus:
    """The last status of batches, in two generations: what is not met while the younger one fills is forgotten."""

    _young: dict[str, str] = field(factory=dict)
    _old: dict[str, str] = field(factory=dict)

    def changed(self, batches: list[str], states: list[str]) -> list[tuple[int, str]]:
        """Remember; which of them, by index, had another status before, and which."""
        young, old = self._young, self._old
        changes: list[tuple[int, str]] = []
        if list(map(young.setdefault, batches, states)) != states or not old.keys().isdisjoint(batches):
            for index, (batch, status) in enumerate(zip(batches, states, strict=True)):
                last = old.pop(batch, status) if young[batch] == status else young[batch]
                if last != status:
                    young[batch] = status
                    changes.append((index, last))
        if len(young) >= MAX_BATCHES:
            self._young, self._old = {}, young
        return changes
