"""Blocks of recordings over processes; what they showed comes back."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
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

PATIENCE = 2.0
"""Seconds after which one looks whether those are alive that are waited for."""

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
        yield from _flowing(blocks, submit, lambda future: _told(future, pool), WAITING * jobs)
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


def _told(future: "Future[Gathered]", pool: Any) -> Gathered:
    """What a block showed.

    A process that is killed while it tells leaves the pool waiting for the rest, for which it holds the other end of
    the pipe itself (CPython 3.11 to 3.14): then all processes are ended, and the pool learns that nothing more comes.
    """
    while True:
        try:
            return future.result(PATIENCE)
        except TimeoutError:
            if future.done():
                return future.result()
            processes = list((pool._processes or {}).values())  # noqa: SLF001 - there is no other way to know
            if all(one.is_alive() for one in processes):
                continue
            for one in processes:
                one.kill()
                one.join()
            for end in (pool._result_queue._writer, pool._call_queue._reader):  # noqa: SLF001 - likewise
                end.close()
            return future.result()


def _flowing(
    blocks: Iterator[Block | Broken],
    submit: Callable[[Block | Broken], "Future[Gathered]"],
    told: Callable[["Future[Gathered]"], Gathered],
    at_once: int,
) -> Iterator[Gathered]:
    """Keep so many in flight; yield what they showed, in the order of the blocks."""
    waiting: deque[Future[Gathered]] = deque()
    for block in blocks:
        waiting.append(submit(block))
        if len(waiting) >= at_once:
            yield told(waiting.popleft())
    while waiting:
        yield told(waiting.popleft())
