"""Blocks of recordings over a Dask cluster; what they showed comes back, or in one line why not."""

import importlib
import logging
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

from conformance.recording.opening import SourceError
from conformance.recording.source import Block, Broken
from conformance.traffic.spread import WAITING, SpreadError
from conformance.traffic.work import Gathered, Plan, Worker

CONNECT = 5.0
"""Seconds to wait for a scheduler, and for a worker of it."""
LOOK = 1.0
"""Seconds between two looks at whether there is a cluster still."""


def on_dask(blocks: Iterator[Block | Broken], plan: Plan, address: str) -> Generator[Gathered, None, None]:
    """Take blocks on a Dask cluster, which must see the same files under the same names.

    Raises:
        SpreadError: Dask is not installed, there is no scheduler at that address or no worker, they are lost, or a
            worker cannot do the work.
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        raise SpreadError("--dask needs Dask: install batch-conformance[dask]") from None
    with _quiet(), _told(address):
        try:
            client = distributed.Client(address, timeout=CONNECT, set_as_default=False)
        except Exception as error:  # noqa: BLE001 - of whatever kind: there is no cluster
            raise SpreadError(f"--dask {address}: no scheduler there ({type(error).__name__})") from None
        try:
            yield from _flowing(distributed, client, blocks, plan, address)
        finally:
            client.close(timeout=LOOK)


def _flowing(
    distributed: Any, client: Any, blocks: Iterator[Block | Broken], plan: Plan, address: str
) -> Iterator[Gathered]:
    try:
        client.wait_for_workers(1, timeout=CONNECT)
    except TimeoutError:
        raise SpreadError(f"--dask {address}: the scheduler has no workers (waited {CONNECT:.0f} s)") from None
    shared = client.scatter(plan, broadcast=True, hash=False, timeout=CONNECT)
    at_once = WAITING * max(1, sum(client.nthreads().values()))
    running = set[Any]()

    def arrived() -> Iterator[Gathered]:
        done = _next(distributed, client, running, address)
        running.difference_update(done)
        return (_gathered(future, address) for future in done)

    for block in blocks:
        running.add(client.submit(_take_anywhere, block, shared, pure=False))
        if len(running) >= at_once:
            yield from arrived()
    while running:
        yield from arrived()


def _next(distributed: Any, client: Any, running: set[Any], address: str) -> set[Any]:
    """Those that are done, of which there is at least one."""
    while True:
        try:
            with client.as_current():
                done: set[Any] = distributed.wait(running, timeout=LOOK, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            if client.status != "running":
                raise SpreadError(f"--dask {address}: the scheduler is gone") from None
            if not client.nthreads():
                raise SpreadError(f"--dask {address}: the scheduler has lost all of its workers") from None
        else:
            return done


def _gathered(future: Any, address: str) -> Gathered:
    found = future.result()
    if isinstance(found, str):
        raise SpreadError(f"--dask {address}: {found}")
    assert isinstance(found, Gathered)
    return found


@contextmanager
def _told(address: str) -> Iterator[None]:
    """Whatever goes wrong out there is one line."""
    try:
        yield
    except (SpreadError, SourceError):
        raise
    except Exception as error:  # noqa: BLE001 - what a cluster may raise has no common class
        words = (str(error).strip().splitlines() or [""])[0][:300]
        if "Cancelled" in type(error).__name__:
            words = "the scheduler is gone, or has lost its workers"
        hint = "; install batch-conformance on every worker" if "No module named" in words else ""
        raise SpreadError(f"--dask {address}: {type(error).__name__}: {words}{hint}") from None


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask tells of every lost connection in many lines; what matters is told in one."""
    before = logging.root.manager.disable
    logging.disable()
    try:
        yield
    finally:
        logging.disable(before)


_local = threading.local()


def _take_anywhere(block: Block | Broken, plan: Plan) -> Gathered | str:
    """What a block shows, or in words why this worker cannot say."""
    try:
        worker: Worker | None = getattr(_local, "worker", None)
        if worker is None or worker.plan is not plan:
            worker = _local.worker = Worker(plan)
        worker.take(block)
    except SourceError as error:
        return f"on worker {_address()}: {error}"
    return worker.flush()


def _address() -> str:
    distributed: Any = importlib.import_module("distributed")
    return str(distributed.get_worker().address)
