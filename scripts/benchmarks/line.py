"""One line of a benchmark: what was measured, and the goal it is held to."""

import time
from collections.abc import Callable, Sequence

from attrs import frozen


@frozen
class Line:
    """A figure; `goal` is what it must reach (or, `at_most`, stay below); None where it is only told."""

    text: str
    value: float | None = None
    unit: str = ""
    goal: float | None = None
    at_most: bool = False

    @property
    def missed(self) -> bool:
        """Whether there is a goal that was not reached."""
        if self.goal is None or self.value is None:
            return False
        return self.value > self.goal if self.at_most else self.value < self.goal

    def __str__(self) -> str:
        figure = "" if self.value is None else f"{self.value:10.2f} {self.unit:<4}"
        if self.goal is None:
            return f"{self.text:<68}{figure}".rstrip()
        side = "at most" if self.at_most else "at least"
        return f"{self.text:<68}{figure} goal: {side} {self.goal:g} {'MISSED' if self.missed else 'reached'}"


def best(
    rivals: Sequence[Callable[[], object]], turns: int = 5, clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """The shortest time of each, in seconds; they take turns, so that what slows the machine slows them all."""
    times = [float("inf")] * len(rivals)
    for _ in range(turns):
        for index, rival in enumerate(rivals):
            start = clock()
            rival()
            times[index] = min(times[index], clock() - start)
    return times
