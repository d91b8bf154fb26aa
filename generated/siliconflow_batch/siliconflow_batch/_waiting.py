"""Waiting for a batch, without the waiting itself: when to ask again, and when it is over."""

import time
from collections.abc import Callable

from attrs import define, field

from ._errors import BatchError, ConnectionFailed, RateLimited, RequestTimedOut, ServerFailed, WaitTimedOut
from .models import Batch

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
GROWTH = 1.5
"""Seconds between two looks at a batch, and how much longer each pause is than the one before."""
PATIENCE = 600.0
"""How many seconds looks may fail one after the other before that is the outcome."""

_OVER = ("failed", "expired", "cancelled")
_PASSING = (ConnectionFailed, RequestTimedOut, RateLimited, ServerFailed)


@define
class Waiting:
    """One wait. `timeout` and `interval` in seconds; without an interval the pauses grow."""

    batch_id: str
    timeout: float | None
    interval: float | None
    on_progress: Callable[[Batch], object] | None
    last: Batch | None = None
    _started: float = field(init=False)
    _failing_since: float | None = field(default=None, init=False)
    _pause: float = field(default=FIRST_PAUSE, init=False)

    def __attrs_post_init__(self) -> None:
        """The clock runs from here."""
        self._started = time.monotonic()

    def seen(self, batch: Batch) -> bool:
        """Take a look; True if there is nothing to wait for any more."""
        self.last, self._failing_since = batch, None
        if self.on_progress is not None:
            self.on_progress(batch)
        return finished(batch)

    def failed(self, error: BatchError) -> None:
        """Take a look that failed.

        Raises:
            BatchError: the same, if it will not pass, or has not for too long.
        """
        now = time.monotonic()
        if self._failing_since is None:
            self._failing_since = now
        if not isinstance(error, _PASSING) or now - self._failing_since > PATIENCE:
            raise error

    def pause(self) -> float:
        """The seconds until the next look.

        Raises:
            WaitTimedOut: the time is over.
        """
        pause = self._pause if self.interval is None else self.interval
        self._pause = min(self._pause * GROWTH, LONGEST_PAUSE)
        if self.timeout is None:
            return pause
        left = self.timeout - (time.monotonic() - self._started)
        if left <= 0:
            state = self.last.status if self.last else "unknown, no look at it succeeded"
            raise WaitTimedOut(
                f"{self.batch_id} is not finished after {self.timeout:g} s: its status is {state}"
                f"{', without a file of results' if state == 'completed' else ''}",
                self.last,
            )
        return min(pause, left)


def finished(batch: Batch) -> bool:
    """Whether a batch will not change any more.

    A status that is not documented is none that ends a batch; and a batch may be called completed before it names the
    file of its results, which only one without any success never does.
    """
    if batch.status != "completed":
        return batch.status in _OVER
    successes = getattr(batch.request_counts, "completed", None)
    return bool(batch.output_file_id or (batch.error_file_id and not successes))
