"""The last status of each batch, in bounded memory."""

from attrs import define, field

MAX_BATCHES = 100_000
"""Of how many batches the last status is remembered; beyond twice as many, those not seen for longest are forgotten."""


@define(eq=False)
class Recent:
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
