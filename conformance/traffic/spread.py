"""Blocks of recordings over processes or a Dask cluster; what they showed comes back."""

import importlib
import multiprocessing
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from conformance.recording.source import Block, Broken
from conformance.traffic.work import Part, Plan, Worker

WAITING = 3
"""Blocks in flight for each process: enough that none waits, few enough that memory stays flat."""

CONNECT = 5.0
"""Seconds to wait for a scheduler."""

_worker: Worker | None = None


class SpreadError(Exception):
    """The work could not be spread; the message is one line."""


def in_processes(blocks: Iterator[Block | Broken], plan: Plan, jobs: int) -> Generator[Part, None, None]:
    """Take blocks in `jobs` processes.

    Raises:
        SpreadError: a process was killed.
        SourceError: a file can no longer be read.
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_start, initargs=(plan,))
    try:
        yield from _flowing(blocks, lambda block: pool.submit(_take, block), WAITING * jobs)
    except BrokenProcessPool:
        raise SpreadError("--jobs: a process was killed, perhaps for want of memory; use fewer jobs") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start(plan: Plan) -> None:
    global _worker  # noqa: PLW0603 - what a process of the pool keeps between blocks
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that writes the report
    _worker = Worker(plan)


def _take(block: Block | Broken) -> Part:
    assert _worker is not None
    _worker.take(block)
    return _worker.flush()


def _flowing(blocks: Iterator[Block | Broken], submit: Any, at_once: int) -> Iterator[Part]:
    """Keep so many in flight; yield what they showed, in the order of the blocks."""
    waiting: deque[Future[Part]] = deque()
    for block in blocks:
        waiting.append(submit(block))
        if len(waiting) >= at_once:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def on_dask(blocks: Iterator[Block | Broken], plan: Plan, address: str) -> Generator[Part, None, None]:
    """Take blocks on a Dask cluster, which must see the same files under the same names.

    Raises:
        SpreadError: Dask is not installed, or there is no scheduler at that address.
        SourceError: a file can no longer be read.
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        raise SpreadError("--dask needs Dask: install batch-conformance[dask]") from None
    try:
        client = distributed.Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise SpreadError(f"--dask {address}: no scheduler there ({type(error).__name__})") from None
    with client:
        shared = client.scatter(plan, broadcast=True, hash=False)
        at_once = WAITING * max(1, sum(client.nthreads().values()))
        running = distributed.as_completed(loop=client.loop)
        for block in blocks:
            running.add(client.submit(_take_anywhere, block, shared, pure=False))
            if running.count() >= at_once:
                yield next(running).result()
        for future in running:
            yield future.result()


_local = threading.local()


def _take_anywhere(block: Block | Broken, plan: Plan) -> Part:
    worker: Worker | None = getattr(_local, "worker", None)
    if worker is None or worker.plan is not plan:
        worker = _local.worker = Worker(plan)
    worker.take(block)
    return worker.flush()
