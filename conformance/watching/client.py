"""One's own client watched while it works: what it is answered is judged, and every new finding is logged.

with watching(client) as watch:
    ...
watch.report()["exit_code"]
"""

import atexit
import logging
import threading
import weakref
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from conformance import report, traffic
from conformance.exchange import Exchange, Headers
from conformance.known import DEFAULT_FILE
from conformance.pseudonyms import run_key
from conformance.recording.keyless import keyless
from conformance.recording.opening import SourceError
from conformance.recording.passing import LIBRARIES, library_of
from conformance.recording.route import base_steps, match
from conformance.recording.spool import Spool
from conformance.recording.take import Take
from conformance.recording.transport import AsyncPassingTransport, PassingTransport
from conformance.watching.checked import checked
from conformance.watching.follower import Follower
from conformance.watching.places import GrowingRecording
from conformance.watching.plan import WatchPlan
from conformance.watching.why import why_broken

CATCH_UP = 3.0
"""Seconds in which what happened last is still told, when all is over."""

_log = logging.getLogger("conformance")


def watching(
    client: Any,
    *,
    against: Iterable[str] = (),
    base_paths: Iterable[str] = (),
    known: Path | str | None = DEFAULT_FILE,
    record: Path | str | None = None,
) -> "Watching":
    """Watch a client from now on.

    Args:
        client: a `Client` or `AsyncClient` of httpx or of httpx2, or what holds one, such as `openai.OpenAI`.
        against: names and files of the contracts that judge; none for the host's own.
        base_paths: what may stand before the paths of operations, where it is not as at the provider.
        known: the file of accepted drift; None for none.
        record: a `.ndjson` or `.har` file that is written, masked.

    Raises:
        TypeError: it is no such client.
        ContractError, KnownDriftError, SourceError: something that was asked for cannot be had.
    """
    plan = WatchPlan(
        "",
        tuple(against),
        tuple(base_paths),
        known=None if known is None else str(known),
        record=None if record is None else str(record),
    )
    return Watching(client, plan)


class Watching:
    """A client that is watched. As a context it stops to be when that ends; what it showed can be reported then too."""

    def __init__(self, client: Any, plan: WatchPlan) -> None:
        """Begin."""
        self.client = _http_client(client)
        self._spool = Spool()
        weakref.finalize(self, _let_go, self._spool)
        self._plan = WatchPlan(
            self._spool.path, plan.against, plan.base_paths, plan.known, plan.record, run_key().hex()
        )
        self._recorded = None if plan.recording is None else GrowingRecording.now(plan.recording)
        self._follower = Follower(self._plan)
        self._bases = [base_steps(one) for one in plan.base_paths]
        self._over = False
        self._notes: list[str] = []
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._follow, name="findings", daemon=True)
        self._thread.start()
        self._swap(self._watched)
        atexit.register(self.close)

    def report(self, out: Path | str | None = None) -> Mapping[str, Any]:
        """What was seen so far, as `drift.json` has it; `out`: a folder that gets the report in every form.

        Raises:
            ReportError: the folder cannot be written.
        """
        options = traffic.CheckOptions(
            files=(self._spool.path,),
            against=self._plan.against,
            base_paths=self._plan.base_paths,
            known=Path(self._plan.known) if self._plan.known else None,
        )
        result = checked(options, self._spool.path, "watched", self._notes, self._recorded)
        tree = report.build(result, options.fail_on, run_key())
        if out is not None:
            report.prepare(Path(out))
            report.write(tree, Path(out))
        return tree

    def close(self) -> None:
        """Watch no longer; the client works on."""
        if self._over:
            return
        self._swap(lambda transport: transport.inner)
        with self._changed:
            self._over = True
            self._changed.notify()
        self._thread.join(None if self._plan.record else CATCH_UP)
        atexit.unregister(self.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def _swap(self, other: Any) -> None:
        """Give the client other transports."""
        client = self.client
        client._transport = other(client._transport)  # noqa: SLF001 - there is no other way into a client that is made
        client._mounts = {pattern: one and other(one) for pattern, one in client._mounts.items()}  # noqa: SLF001 - likewise

    def _watched(self, transport: Any) -> Any:
        library = library_of(self.client)
        is_async = library is not None and isinstance(self.client, library.AsyncClient)
        kind = AsyncPassingTransport if is_async else PassingTransport
        return kind(self._take, transport)

    def _take(self, method: str, url: str, headers: Headers) -> Take:
        parts = urlsplit(url)
        take = Take(method, url, headers, self._keep)
        if match(method, parts.path, parts.netloc.lower(), self._bases) is None:
            take.sent.drop()
            take.received.drop()
        return take

    def _keep(self, exchange: Exchange) -> None:
        try:
            self._spool.write(keyless(exchange))
        except Exception as error:  # noqa: BLE001 - whoever is watched works on
            self._note(f"an exchange could not be kept: {why_broken(error)}")
        if self._spool.failure is not None:
            self._note(self._spool.failure)
        with self._changed:
            self._changed.notify()

    def _note(self, text: str) -> None:
        """What a reader of the report must know, told once."""
        if text not in self._notes:
            self._notes.append(text)
            _log.warning("%s", text)

    def _follow(self) -> None:
        """Judge what was kept, until there is no more."""
        follower = self._follower
        try:
            while self._more():
                for line in follower.advance(self._spool.size):
                    _log.warning("%s", line)
            follower.close()
        except Exception as error:  # noqa: BLE001 - whoever is watched works on
            follower.broken = error
        if follower.broken is not None:
            self._note(f"not all was judged while it happened: {why_broken(follower.broken)}")

    def _more(self) -> bool:
        """Wait for more; whether there is any."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or self._spool.size > self._follower.at)
            return self._spool.size > self._follower.at


def _http_client(client: Any) -> Any:
    """The HTTP client that something is, or holds.

    Raises:
        TypeError: it is none, and holds none.
    """
    for one in (client, getattr(client, "_client", None)):
        if library_of(one) is not None and hasattr(one, "_transport") and hasattr(one, "_mounts"):
            return one
    raise TypeError(f"a client of {' or '.join(LIBRARIES)} is expected, not {type(client).__name__}")


def _let_go(spool: Spool) -> None:
    with suppress(SourceError):
        spool.close()
