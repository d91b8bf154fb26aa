"""Blocks of recordings over processes; what they showed comes back."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attrs import frozen

from conformance.errors import UserError
from conformance.lazy import Lazy
from conformance.recording.source import Block, Broken
from conformance.traffic.work import Gathered, Plan, Worker

if TYPE_CHECKING:
    import multiprocessing
    from concurrent.futures import Future
    from multiprocessing.process import BaseProcess
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
    watched = _Watched.of(pool)

    def submit(block: Block | Broken) -> "Future[Gathered]":
        with _no_ctrl_c():
            return pool.submit(_take, block)

    try:
        yield from _flowing(blocks, submit, watched.told, WAITING * jobs)
    except BrokenProcessPool:
        raise SpreadError("--jobs: a process was killed, perhaps for want of memory; use fewer jobs") from None
    finally:
        watched.shut()


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


@frozen
class _Watched:
    """A pool that ends however its processes do.

    Of the pipes to and from them it holds both ends itself (CPython 3.11 to 3.14): where all that would read or write
    at the other one were killed in the middle of a message, it waits for ever. So they are looked after.
    """

    pool: Any
    processes: Mapping[int, "BaseProcess"]
    others: tuple[Any, Any]
    """Those ends of the pipes that are the processes'."""

    @classmethod
    def of(cls, pool: Any) -> "_Watched":
        """A pool that has not begun."""
        return cls(pool, pool._processes, (pool._result_queue._writer, pool._call_queue._reader))  # noqa: SLF001 - nobody else knows them

    def told(self, future: "Future[Gathered]") -> Gathered:
        """What a block showed."""
        from concurrent.futures import wait  # noqa: PLC0415 - slow, and only where work is spread

        while not wait([future], PATIENCE).done:
            self._end_if_any_did()
        return future.result()

    def shut(self) -> None:
        """End all of it."""
        thread = self.pool._executor_manager_thread  # noqa: SLF001 - what is waited for
        self.pool.shutdown(wait=False, cancel_futures=True)
        while thread is not None and thread.is_alive():
            thread.join(PATIENCE)
            if thread.is_alive():
                self._end_if_any_did()

    def _end_if_any_did(self) -> None:
        """Where one process is no more, nothing comes of the others either: nobody may be left to wait."""
        processes = list(self.processes.values())
        if all(one.is_alive() for one in processes):
            return
        for one in processes:
            one.kill()
            one.join()
        for end in self.others:
            end.close()


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
