"""What passes is kept, without its keys, for whoever judges it: now, beside the traffic, and again in the end."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

from attrs import define, field

from conformance.exchange import Exchange, header
from conformance.operations import Steps
from conformance.proxy.address import Base
from conformance.recording.keyless import keyless
from conformance.recording.opening import SourceError
from conformance.recording.route import match
from conformance.recording.spool import Spool
from conformance.watching.outside import CATCH_UP, Outside
from conformance.watching.plan import WatchPlan
from conformance.watching.why import why_broken

_LARGE = 1 << 16
"""Bytes of an exchange from which on it is not kept in passing."""
_MOST_WAITING = 64 << 20
"""Bytes of exchanges that wait to be kept; while there are more, no request begins."""
_MOST_AWAITED = 1000


@define(eq=False)
class Keeping:
    """Keeps exchanges from when it is made until it is left.

    Raises, when made:
        SourceError: there is no place for it.
    """

    base: Base
    plan: Callable[[str], WatchPlan]
    """Who follows, by the path of what is kept."""
    tell: Callable[[str], None]
    _spool: Spool = field(factory=Spool, init=False)
    _follower: Outside = field(init=False)
    _pool: ThreadPoolExecutor = field(factory=lambda: ThreadPoolExecutor(1, "keeping"), init=False)
    _waiting: dict[Future[None], int] = field(factory=dict, init=False)
    _awaited: dict[str, None] = field(factory=dict, init=False)
    """Where contents of files were said to be."""
    _faults: list[str] = field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        """Start the follower."""
        self._follower = Outside(self.plan(self.path), self.tell)

    @property
    def path(self) -> str:
        """Where exchanges are kept."""
        return self._spool.path

    def is_kept(self, method: str, url: str) -> bool:
        """Whether bodies are kept: those of operations, and of what an answer said is the content of a file."""
        return url in self._awaited or self._operation(method, url) is not None

    def aside(self, size: int, make: Callable[[], None]) -> None:
        """Have an exchange made and kept: a small one at once, a large one in a thread."""
        if size < _LARGE and not self._waiting:
            self._safely(make)
            return
        future = self._pool.submit(self._safely, make)
        self._waiting[future] = size
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda done: loop.call_soon_threadsafe(self._waiting.pop, done, None))

    def keep(self, exchange: Exchange) -> None:
        """Keep an exchange that is over."""
        if exchange.answer is not None and 300 <= exchange.answer.status < 400:
            self._await(exchange, header(exchange.answer.headers, "location"))
        if self._spool.write(keyless(exchange)) is not None:
            self._follower.advance(self._spool.size)

    def _await(self, exchange: Exchange, place: str | None) -> None:
        """Remember where the content of a file is said to be."""
        if place and self._operation(exchange.request.method, exchange.request.url) == "file_content":
            with suppress(ValueError):
                self._awaited[urljoin(exchange.request.url, place)] = None
            if len(self._awaited) > _MOST_AWAITED:
                del self._awaited[next(iter(self._awaited))]

    def _safely(self, make: Callable[[], None]) -> None:
        try:
            make()
        except Exception as error:  # noqa: BLE001 - what is no fault of the job must not end it
            self._faults.append(f"an exchange could not be kept: {why_broken(error)}")

    async def room(self, most: int = _MOST_WAITING) -> None:
        """Wait until no more than so many bytes wait to be kept."""
        while self._waiting and sum(self._waiting.values()) > most:
            await asyncio.wait(list(map(asyncio.wrap_future, self._waiting)), return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(0)

    async def settled(self) -> None:
        """Wait until all is kept."""
        await self.room(-1)

    def end(self) -> list[str]:
        """Keep no more, and wait until all is recorded, if it is; what a reader of the report must know of how it went.

        Ctrl-C ends the waiting.
        """
        self._pool.shutdown(wait=True)
        plan = self._follower.plan
        try:
            return self._follower.end(self._spool.size, CATCH_UP if plan.record is None else None)
        except KeyboardInterrupt:
            return ["the recording is not whole: interrupted"]

    def _operation(self, method: str, url: str) -> str | None:
        parts = urlsplit(url)
        found = match(method, parts.path, self.base.authority.decode("ascii"), (self._base,))
        return found.operation if found else None

    @property
    def _base(self) -> Steps:
        return tuple(step.decode() for step in self.base.steps)

    def lost(self) -> list[str]:
        """Why something could not be kept, if so."""
        return [*dict.fromkeys(self._faults), *([self._spool.failure] if self._spool.failure else [])]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._follower.end(self._spool.size, 0)
        with suppress(SourceError):  # that is told already
            self._spool.close()
