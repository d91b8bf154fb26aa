"""Follows a spool: records what is kept there, masked, and tells what is new in it."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from attrs import define, evolve, field

from conformance import against
from conformance.checks.watch import Watch
from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.known import read_known, today
from conformance.providers import PROVIDERS
from conformance.recording import spool
from conformance.recording.mask import Mask
from conformance.recording.opening import SourceError
from conformance.recording.route import base_steps, match, shown_host
from conformance.recording.writer import Recording
from conformance.report.words import Say
from conformance.watching.findings import New
from conformance.watching.plan import WatchPlan

MAX_HOSTS = 100
"""Hosts of which anything is told while it happens."""
_PIECE = 1 << 20


@define(eq=False)
class Follower:
    """Reads what a spool holds, once.

    Raises, when made:
        ContractError, KnownDriftError: something that was asked for cannot be had.
        SourceError: the spool cannot be read, or the recording not be written.
    """

    plan: WatchPlan
    at: int = 0
    """Bytes of the spool that were read."""
    broken: Exception | None = None
    """Why nothing more is told: a fault of this project."""
    _contracts: dict[str, Contract] = field(init=False)
    _new: New = field(init=False)
    _watches: dict[str, Watch | None] = field(factory=dict)
    _recording: Recording | None = field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        """Load the contracts, and open the recording."""
        plan = self.plan
        needed = plan.against or dict.fromkeys([*against.usual(), *(one.contract for one in PROVIDERS.values())])
        self._contracts = {one.name: one for one in against.asked_for(needed)}
        known = read_known(Path(plan.known)) if plan.known else None
        self._new = New(self._contracts, known, today(), Say("zh" if plan.lang == "zh" else "en"))
        if plan.recording is not None:
            key = bytes.fromhex(plan.mask_key) if plan.mask_key else None
            self._recording = Recording(plan.recording, Mask.of(self._contracts.values(), key))

    def advance(self, size: int) -> Iterator[str]:
        """Read on to where the spool had so many bytes; the new findings, a line each."""
        for offset, line in self._lines(size):
            exchange = spool.read(line)
            if self._recording is not None:
                self._recording.write(exchange)
            if self.broken is None:
                try:
                    yield from self._judged(evolve(exchange, origin=(self.plan.path, offset)))
                except Exception as error:  # noqa: BLE001 - what is recorded goes on
                    self.broken = error

    def close(self) -> None:
        """End the recording.

        Raises:
            SourceError: it could not be written whole.
        """
        if self._recording is not None:
            self._recording.close()

    def _lines(self, size: int) -> Iterator[tuple[int, bytes]]:
        with Path(self.plan.path).open("rb", buffering=_PIECE) as stream:
            stream.seek(self.at)
            while self.at < size:
                line = stream.readline()
                if not line.endswith(b"\n"):
                    raise SourceError("what was kept is not there")
                self.at, offset = self.at + len(line), self.at
                yield offset, line

    def _judged(self, exchange: Exchange) -> Iterator[str]:
        request, answer = exchange.request, exchange.answer
        parts = urlsplit(request.url)
        host = shown_host(parts.netloc.lower())
        found = match(request.method, parts.path, host, [base_steps(one) for one in self.plan.base_paths])
        watch = self._watch(host)
        if found is None or watch is None or exchange.unkept is not None:
            return
        if answer is not None and (answer.too_deep or answer.too_many):
            return
        known = evolve(exchange, operation=found.operation, path_parameters=found.parameters)
        yield from self._new.lines(watch.add(known))

    def _watch(self, host: str) -> Watch | None:
        """Who judges what comes of a host, by the contracts that `check` would take; None for one host too many."""
        if host not in self._watches and len(self._watches) < MAX_HOSTS:
            provider = against.of_host(host)
            names = (provider.contract,) if provider else against.usual()
            judging = [one for one in self._contracts.values() if self.plan.against or one.name in names]
            self._watches[host] = Watch(f"recorded:{host}", tuple(judging))
        return self._watches.get(host)
