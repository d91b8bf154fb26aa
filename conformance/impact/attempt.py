"""Calling into a client that may crash, recurse without end, or never come back."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Thread, get_ident
from typing import Any

from attrs import define, field, frozen

LIMIT = 5.0
"""Seconds that a client has for one response."""

_LOGS = ("batch_client", "httpx", "openai")


@frozen
class Attempt:
    """What came of a call: `value`, or the `error` that it raised; `hung`: nothing, in so many seconds."""

    value: Any = None
    error: Exception | None = None
    hung: float | None = None


_Call = Callable[[], Any]


@define
class CallThread:
    """A thread that makes calls one after the other; it is left behind with a call that does not end."""

    _calls: SimpleQueue[_Call | None] | None = None
    _results: SimpleQueue[Attempt] = field(factory=SimpleQueue)

    def attempt(self, call: _Call) -> Attempt:
        """Make a call."""
        if self._calls is None:
            self._calls, self._results = SimpleQueue(), SimpleQueue()
            Thread(target=_work, args=(self._calls, self._results), daemon=True).start()
        self._calls.put(call)
        try:
            return self._results.get(timeout=LIMIT)
        except Empty:
            self.close()
            return Attempt(hung=LIMIT)

    def close(self) -> None:
        """Let the thread end, as soon as it can."""
        if self._calls is not None:
            self._calls.put(None)
            self._calls = None


def _work(calls: SimpleQueue[_Call | None], results: SimpleQueue[Attempt]) -> None:
    with _quiet():
        while (call := calls.get()) is not None:
            results.put(_made(call))
            del call


def _made(call: _Call) -> Attempt:
    try:
        return Attempt(call())
    except Exception as error:  # noqa: BLE001 - whatever the client raises is what is told
        return Attempt(error=error.with_traceback(None))


@contextmanager
def _quiet() -> Iterator[None]:
    """What clients log of a response that is tried on them is nobody's log, as far as this thread goes."""
    thread = get_ident()

    def is_elsewhere(record: logging.LogRecord) -> bool:
        return record.thread != thread

    logs = [logging.getLogger(name) for name in _LOGS]
    for log in logs:
        log.addFilter(is_elsewhere)
    try:
        yield
    finally:
        for log in logs:
            log.removeFilter(is_elsewhere)
