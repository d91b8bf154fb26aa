"""A batch and how it moves: records, phases, the pure step from one to the next. Times are virtual epoch seconds."""

from collections.abc import Mapping, Sequence
from typing import Literal

from attrs import evolve, field, frozen

CountsForm = Literal["null", "empty", "numbers"]
"""How request_counts stands in an answer: null, {}, or its three numbers."""


@frozen
class Phase:
    """One line of a lifecycle table. A phase is finer than a status: several may show the same one.

    `seconds` is how long it lasts before `then`; None where it ends otherwise: with the work, or never.
    """

    status: str
    seconds: int | None = None
    then: str | None = None
    stamp: str | None = None
    """The timestamp that is set on entering."""
    counts: CountsForm = "numbers"
    errors_listed: bool = True
    """Whether `errors` is a list by now, where the provider has the field."""
    inspects: bool = False
    """The input is checked here: a bad one goes to `failed`."""
    works: bool = False
    """The requests are answered here, evenly over the time the work takes."""
    expires: bool = False
    """Past its window a batch in this phase goes to `expired`."""
    cancellable: bool = False
    publishes: bool = False
    """Output and error file stand in the answer."""


Phases = Mapping[str, Phase]


@frozen
class Batch:
    """One batch. `number` counts from the first ever created, which is 0."""

    id: str
    number: int
    endpoint: str
    input_file_id: str
    completion_window: str
    created_at: int
    expires_at: int
    phase: str
    entered_at: int
    metadata: Mapping[str, str] | None = None
    file_name: str = ""
    model: str | None = None
    """What `replace` puts in every line."""
    stamps: Mapping[str, int] = field(factory=dict)
    total: int = 0
    completed: int = 0
    failed: int = 0
    errors: Sequence[str] = ()
    output_file_id: str | None = None
    error_file_id: str | None = None
    exhibit: bool = False
    """Part of the first display: time does not move it."""

    @property
    def processed(self) -> int:
        """Requests that have been answered, well or badly."""
        return self.completed + self.failed


@frozen
class Step:
    """Where a batch goes next, and when."""

    to: str
    at: int


def next_step(batch: Batch, phases: Phases, work_seconds: int) -> Step | None:
    """The step that comes first; None where only a caller can move the batch."""
    phase = phases[batch.phase]
    if batch.exhibit:
        return None
    steps = []
    lasts = work_seconds if phase.works else phase.seconds
    if phase.then is not None and lasts is not None:
        steps.append(Step(phase.then, batch.entered_at + lasts))
    if phase.expires:
        steps.append(Step("expired", max(batch.expires_at, batch.entered_at)))
    return min(steps, key=lambda step: step.at, default=None)


def enter(batch: Batch, phases: Phases, step: Step) -> Batch:
    """The batch in its next phase."""
    stamp = phases[step.to].stamp
    stamps = {**batch.stamps, stamp: step.at} if stamp else batch.stamps
    return evolve(batch, phase=step.to, entered_at=step.at, stamps=stamps)


def work_done(batch: Batch, now: int, work_seconds: int) -> int:
    """How many requests of a batch at work have been answered by now."""
    if not work_seconds:
        return batch.total
    return min(batch.total, batch.total * max(0, now - batch.entered_at) // work_seconds)
