"""Blocks of recordings over processes; what they showed comes back."""

import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from conformance.errors import UserError
from conformance.lazy import Lazy
from conformance.recording.source import Block, Broken
from conformance.traffic.work import Gathered, Plan, Worker

if TYPE_CHECKING:
    import multiprocessing
    from concurrent.futures import Future
else:
    multiprocessing = Lazy("multiprocessing")

WAITING = 3
"""Blocks in flight for each process: enough that none waits, few enough that memory stays flat."""

_worker: Worker | None = None


class SpreadError(UserError):
    """The work could not be spread; the message is one line."""


def in_processes(blocks: Iterator[Block | Broken], plan: Plan, jobs: int) -> Generator[Gathered, None, None]:
    """Take blocks in `jobs` processes.

    Raises:
        SpreadError: a process was killed.
        SourceError: a file can no longer be read.
    """
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - slow, and only where work is spread
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415 - likewise

    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_start, initargs=(plan,))

    def submit(block: Block | Broken) -> "Future[Gathered]":
        with _no_ctrl_c():
            return pool.submit(_take, block)

    try:
        yield from _flowing(blocks, submit, WAITING * jobs)
    except BrokenProcessPool:
        raise SpreadError("--jobs: a process was killed, perhaps for want of memory; use fewer jobs") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _no_ctrl_c() -> Iterator[None]:
    """Processes that are started meanwhile never see Ctrl-C, which a terminal sends to all; this one does."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(plan: Plan) -> None:
    global _worker  # noqa: PLW0603 - what a process of the pool keeps between blocks
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that writes the report
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _worker = Worker(plan)


def _end_with_parent() -> None:
    """However the process ends that writes the report, nobody waits for what this one finds."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _take(block: Block | Broken) -> Gathered:
    assert _worker is not None
    _worker.take(block)
    return _worker.flush()


def _flowing(blocks: Iterator[Block | Broken], submit: Any, at_once: int) -> Iterator[Gathered]:
    """Keep so many in flight; yield what they showed, in the order of the blocks."""
    waiting: deque[Future[Gathered]] = deque()
    for block in blocks:
        waiting.append(submit(block))
        if len(waiting) >= at_once:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
