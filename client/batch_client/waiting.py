"""Waiting for a batch: when to ask again, when it is over, and when no more can be expected."""

from __future__ import annotations

import json
import logging
import re
import time
from typing import TYPE_CHECKING, Any

from attrs import define, field

from batch_client.content import first_lines
from batch_client.defaults import WAIT, Default
from batch_client.drift import described
from batch_client.errors import (
    BatchError,
    ConnectionFailed,
    NotFound,
    RateLimited,
    RequestTimedOut,
    ServerFailed,
    StatusError,
    UnreadableResponse,
    WaitTimedOut,
)
from batch_client.failure import FAILED, failure_of
from batch_client.operations import NEW, UNSEEN
from batch_client.property import value_of
from batch_client.retry import LONGEST_RETRY_AFTER, is_spent
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
LOOKS = 6
"""How often a batch may look as one from which nothing can be expected."""
GRACE = 3600.0
"""Seconds beyond its window in which a batch may end."""
BODY_SHOWN = 2000

_PASSING = (ConnectionFailed, RequestTimedOut, RateLimited, ServerFailed)
_FOREIGN = frozenset(
    {
        *("success", "succeeded", "successful", "complete", "done", "finished", "ended"),
        *("failure", "error", "errored", "canceled", "aborted", "terminated", "rejected", "timeout", "timed_out"),
        *("deleted", "invalid"),
    }
)
"""Words that others have for the end of a batch."""
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_WINDOW = re.compile(r"(\d{1,6})\s*([smhdw])[a-z]*", re.IGNORECASE)


def wait(
    endpoint: Endpoint,
    batch_id: str,
    *,
    timeout: float | Default | None,
    interval: float | None,
    on_progress: Callable[[Any], object] | None,
) -> Flow[Any]:
    """Look at a batch until it is finished.

    Raises:
        WaitTimedOut: it is not finished in time.
        UnreadableResponse: it looks as one that nobody can tell the end of.
    """
    _check(timeout, interval)
    waiting = Waiting(batch_id, timeout, interval, endpoint.memory.created.is_new(batch_id, NEW))
    while True:
        try:
            look = endpoint.call("retrieve_batch", ids={"batch_id": batch_id})
            batch = yield from send(endpoint, look, waiting.left)
        except BatchError as error:
            waiting.failed(error)
        else:
            waiting.seen(batch)
            if on_progress is not None:
                yield Tell(on_progress, batch)
            if finished(batch):
                return batch
            if waiting.hopeless is not None:
                lines = yield from first_lines(endpoint, batch)
                raise waiting.given_up(lines)
        pause = waiting.pause()
        _log.debug("%s: %s; the next look is in %.1f s", batch_id, value_of(waiting.last, "status"), pause)
        yield Pause(pause)


def _check(timeout: Any, interval: Any) -> None:
    """Look at the times that a caller gave.

    Raises:
        BatchError: one of them is none.
    """
    for name, value in (("timeout", timeout), ("interval", interval)):
        if value is None or isinstance(value, Default):
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 0:
            raise BatchError(f"{name} of a wait is a number of seconds or None, not {value!r}")


@define
class Waiting:
    """One wait. `timeout` and `interval` in seconds; without an interval the pauses grow."""

    batch_id: str
    timeout: float | Default | None
    interval: float | None
    is_new: bool = False
    """Whether the batch may not be there yet."""
    last: Any = None
    cause: BatchError | None = None
    hopeless: str | None = None
    """What is wrong with a batch that looks as one that will never end, once it has for some looks."""
    _started: float = field(init=False)
    _failing_since: float | None = field(default=None, init=False)
    _pause: float = field(default=FIRST_PAUSE, init=False)
    _odd: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        """The clock runs from here."""
        self._started = time.monotonic()

    def seen(self, batch: Any) -> None:
        """Take a look."""
        self.last, self.cause, self._failing_since = batch, None, None
        wrong = hopeless(batch)
        self._odd = self._odd + 1 if wrong else 0
        self.hopeless = wrong if self._odd >= LOOKS else None

    def failed(self, error: BatchError) -> None:
        """Take a look that failed.

        Raises:
            BatchError: the same, if it will not pass, or has not for too long.
        """
        now = time.monotonic()
        if self._failing_since is None:
            self._failing_since = now
        self.cause = error
        if isinstance(error, NotFound) and self.is_new and self.last is None and now - self._started < UNSEEN:
            return
        is_passing = isinstance(error, _PASSING) and not (isinstance(error, RateLimited) and is_spent(error.payload))
        if not is_passing or now - self._failing_since > PATIENCE:
            raise error

    def left(self) -> float | None:
        """The seconds that are left; None for as many as one likes."""
        limit = self._limit()
        return None if limit is None else limit - (time.monotonic() - self._started)

    def _limit(self) -> float | None:
        return window(self.last) if isinstance(self.timeout, Default) else self.timeout

    def pause(self) -> float:
        """The seconds until the next look.

        Raises:
            WaitTimedOut: the time is over.
        """
        pause = self._pause if self.interval is None else self.interval
        self._pause = min(self._pause * GROWTH, LONGEST_PAUSE)
        if isinstance(self.cause, StatusError) and self.cause.retry_after:
            pause = max(pause, min(self.cause.retry_after, LONGEST_RETRY_AFTER))
        left = self.left()
        if left is None:
            return pause
        if left <= 0:
            raise self._too_late()
        return min(pause, left)

    def _too_late(self) -> WaitTimedOut:
        state = value_of(self.last, "status") if self.last else "unknown, no look at it succeeded"
        said = f"{self.batch_id} is not finished after {self._limit():g} s: its status is {state}"
        if state == "completed":
            said += ", without a file of results"
        if self.last is not None and (failure := failure_of(self.last)):
            said += f"; {failure}"
        if self.cause is not None:
            said += f"; the last look failed: {self.cause}"
        return WaitTimedOut(said, self.last, self.cause)

    def given_up(self, lines: str) -> UnreadableResponse:
        """The error of a batch that looks as one that will never end; `lines` are those of its file of errors."""
        status = value_of(self.last, "status")
        body = json.dumps(self.last.to_dict(), ensure_ascii=False, default=str)[:BODY_SHOWN]
        more = "".join(f"; {one}" for one in (failure_of(self.last), lines) if one)
        place, documented = (
            ("$.output_file_id", "the file of a completed batch")
            if status == "completed"
            else ("$.status", "one of the statuses that end a batch, or of those before it,")
        )
        return UnreadableResponse(place, documented, f"{self.hopeless} for {LOOKS} looks{more}", 200, "", body)


def finished(batch: Any) -> bool:
    """Whether a batch will not change any more.

    A status that is not documented is none that ends a batch; and a batch may be called completed before it names the
    file of its results, which only one without any success never does.
    """
    status = value_of(batch, "status")
    if status != "completed":
        return status in FAILED
    successes = value_of(value_of(batch, "request_counts"), "completed")
    return bool(value_of(batch, "output_file_id") or (value_of(batch, "error_file_id") and not successes))


def hopeless(batch: Any) -> str | None:
    """What there is in place of what could end the wait, where it is likely to stay."""
    status = value_of(batch, "status")
    if status == "completed":
        return "nothing" if not finished(batch) else None
    if not isinstance(status, str):
        return described(status) if status is not None else "nothing"
    word = status.strip().lower().rpartition(".")[2]
    is_foreign = word in _FOREIGN or (word in {*FAILED, "completed"} and status not in {*FAILED, "completed"})
    return described(str(status)) if is_foreign or not word else None


def window(batch: Any) -> float:
    """How long a batch may take, in seconds: its own window, if it says, and something beyond."""
    said = value_of(batch, "completion_window")
    if isinstance(said, str) and (found := _WINDOW.fullmatch(said.strip())):
        return int(found[1]) * _UNITS[found[2].lower()] + GRACE
    created, expires = value_of(batch, "created_at"), value_of(batch, "expires_at")
    if isinstance(created, int) and isinstance(expires, int) and 0 < expires - created < 1 << 32:
        return expires - created + GRACE
    return WAIT + GRACE
