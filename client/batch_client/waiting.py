"""Waiting for a batch: when to ask again, and when it is over."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from attrs import define, field

from batch_client.errors import (
    BatchError,
    ConnectionFailed,
    RateLimited,
    RequestTimedOut,
    ServerFailed,
    WaitTimedOut,
)
from batch_client.model import value_of
from batch_client.sending import send
from batch_client.steps import Flow, Pause, Tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from batch_client.settings import Endpoint

_log = logging.getLogger(__package__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
GROWTH = 1.5
"""Seconds between two looks at a batch, and how much longer each pause is than the one before."""
PATIENCE = 600.0
"""How many seconds looks may fail one after the other before that is the outcome."""

_OVER = ("failed", "expired", "cancelled")
_PASSING = (ConnectionFailed, RequestTimedOut, RateLimited, ServerFailed)


def wait(
    endpoint: Endpoint,
    batch_id: str,
    *,
    timeout: float | None,
    interval: float | None,
    on_progress: Callable[[Any], object] | None,
) -> Flow[Any]:
    """Look at a batch until it is finished.

    Raises:
        WaitTimedOut: it is not finished in time.
    """
    waiting = Waiting(batch_id, timeout, interval)
    while True:
        try:
            batch = yield from send(endpoint, endpoint.call("retrieve_batch", ids={"batch_id": batch_id}))
        except BatchError as error:
            waiting.failed(error)
        else:
            waiting.seen(batch)
            if on_progress is not None:
                yield Tell(on_progress, batch)
            if finished(batch):
                return batch
        pause = waiting.pause()
        _log.debug("%s: %s; the next look is in %.1f s", batch_id, value_of(waiting.last, "status"), pause)
        yield Pause(pause)


@define
class Waiting:
    """One wait. `timeout` and `interval` in seconds; without an interval the pauses grow."""

    batch_id: str
    timeout: float | None
    interval: float | None
    last: Any = None
    _started: float = field(init=False)
    _failing_since: float | None = field(default=None, init=False)
    _pause: float = field(default=FIRST_PAUSE, init=False)

    def __attrs_post_init__(self) -> None:
        """The clock runs from here."""
        self._started = time.monotonic()

    def seen(self, batch: Any) -> None:
        """Take a look."""
        self.last, self._failing_since = batch, None

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
            state = value_of(self.last, "status") if self.last else "unknown, no look at it succeeded"
            raise WaitTimedOut(
                f"{self.batch_id} is not finished after {self.timeout:g} s: its status is {state}"
                f"{', without a file of results' if state == 'completed' else ''}",
                self.last,
            )
        return min(pause, left)


def finished(batch: Any) -> bool:
    """Whether a batch will not change any more.

    A status that is not documented is none that ends a batch; and a batch may be called completed before it names the
    file of its results, which only one without any success never does.
    """
    status = value_of(batch, "status")
    if status != "completed":
        return status in _OVER
    successes = value_of(value_of(batch, "request_counts"), "completed")
    return bool(value_of(batch, "output_file_id") or (value_of(batch, "error_file_id") and not successes))
