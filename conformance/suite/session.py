"""One run: endpoints probed once, every exchange judged by every contract."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Self

from attrs import define, evolve, field, frozen

from conformance import against, contract, outcome
from conformance.checks.judgement import Judgement
from conformance.checks.watch import Watch
from conformance.contract import Contract, ContractError
from conformance.documents.contract_rules import check_contract
from conformance.endpoint import Endpoint, Limits, live_limits
from conformance.exchange import Exchange
from conformance.keys import SIMULATOR_KEY
from conformance.known import DEFAULT_FILE, Entry, read_known, today
from conformance.pseudonyms import run_key
from conformance.recording.mask import Mask
from conformance.recording.opening import SourceError
from conformance.recording.recall import recalled
from conformance.recording.spool import Spool
from conformance.recording.writer import Recording
from conformance.rules import Severity
from conformance.suite.probe import STOPPED, Probe
from conformance.target import Target, live_key, live_url, parse_target, simulated


@frozen
class RunOptions:
    """What a run was asked for; the words are those of the command line."""

    endpoints: tuple[str, ...] = field(factory=simulated)
    against: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    url: str | None = None
    write: bool = False
    model: str | None = None
    """What to name where a batch is made."""
    max_requests: int | None = None
    rate: float | None = None
    allow_empty: bool = False
    record: Path | None = None
    """Where to write what was judged, as a recording."""
    mask_key: bytes = field(factory=run_key, repr=False)
    """The key of the pseudonyms in it, and in the report."""
    known: Path | None = DEFAULT_FILE
    strict_known: bool = False
    fail_on: Severity = "warning"


@define
class Session:
    """A run in progress.

    Raises, when made:
        ContractError, EndpointError, KnownDriftError: something that was asked for cannot be had.
        SourceError: what is judged cannot be recorded.
    """

    options: RunOptions
    targets: tuple[Target, ...] = field(init=False)
    judging: Mapping[str, tuple[Contract, ...]] = field(init=False)
    """By endpoint."""
    contracts: Mapping[str, Contract] = field(init=False)
    known: tuple[Entry, ...] | None = field(init=False)
    started: float = field(factory=time.time, init=False)
    notes: list[str] = field(factory=list, init=False)
    """What a reader of the report must know, a line each."""
    remains: dict[str, outcome.Remains] = field(factory=dict, init=False)
    """What was made and not taken back, so far."""
    broken: list[str] = field(factory=list, init=False)
    """Probes that failed by themselves, with the last line of their account: a fault of this project."""
    unrecorded: list[str] = field(factory=list, init=False)
    """Why what was judged is not recorded, where that was asked for."""
    _result: outcome.Result | None = field(default=None, init=False)
    _probes: dict[str, Probe] = field(factory=dict, init=False)
    _recording: Recording | None = field(default=None, init=False)
    _spool: Spool = field(init=False)
    """What was judged, whole, for as long as the session is."""

    def __attrs_post_init__(self) -> None:
        """Check everything that can be checked before anything is sent."""
        options = self.options
        self.targets = tuple(parse_target(name) for name in options.endpoints)
        asked = against.asked_for(options.against)
        self.judging = {
            target.name: asked or against.asked_for(against.usual(target.provider)) for target in self.targets
        }
        self.contracts = {one.name: one for several in self.judging.values() for one in several}
        self.known = read_known(options.known) if options.known else None
        for target in self.targets:
            own = contract.load(target.provider.contract)
            for name in options.operations:
                if name not in contract.OPERATIONS:
                    raise ContractError(f"{name}: no such operation; there are {', '.join(contract.OPERATIONS)}")
                if name not in own.operations:
                    raise ContractError(f"{name}: the contract of {target.provider.name} has no such operation")
            if target.kind == "live":
                live_key(target.provider)
                live_url(target.provider, own, options.url)
        self._spool = Spool()
        if options.record is not None:
            self._recording = Recording(options.record, Mask.of(self.contracts.values(), options.mask_key))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for probe in self._probes.values():
            probe.close()
        self._end_recording()
        with suppress(SourceError):  # what could not be kept cost some examples, no more
            self._spool.close()

    def _end_recording(self) -> None:
        if self._recording is not None:
            try:
                self._recording.close()
            except SourceError as error:
                self.unrecorded.append(f"the recording is not whole: {error}")

    def probe(self, name: str) -> Probe:
        """The endpoint of that name, opened when first asked for."""
        if name not in self._probes:
            target = next(target for target in self.targets if target.name == name)
            self._probes[name] = self._open(target)
        return self._probes[name]

    def _open(self, target: Target) -> Probe:
        options = self.options
        provider = target.provider
        own = contract.load(provider.contract)
        watch = Watch(target.name, self.judging[target.name])
        operations = tuple(name for name in own.operations if not options.operations or name in options.operations)

        def judge(exchange: Exchange) -> None:
            if exchange.operation not in operations:
                watch.note(exchange)
                return
            if self._recording is not None:
                self._recording.write(exchange)
            offset = self._spool.write(exchange)
            if offset is not None:
                exchange.origin, exchange.in_order = (SPOOLED, offset), True
            watch.add(exchange)

        close: Callable[[], None] = lambda: None  # noqa: E731 - nothing to close on a live endpoint
        if target.kind == "sim":
            from conformance.simulator import Simulator  # noqa: PLC0415 - a live run needs no server

            simulator = Simulator(provider.name, key=SIMULATOR_KEY, speed=0)
            simulator.__enter__()
            close = lambda: simulator.__exit__(None, None, None)  # noqa: E731 - one statement
            limits = Limits(max_requests=options.max_requests, rate=options.rate)
            endpoint = Endpoint(
                *(target.name, simulator.base_url, SIMULATOR_KEY, True, limits, judge),
                advance=simulator.advance,
                authorization=provider.authorization,
            )
            return Probe(own, endpoint, operations, watch, options.model or "probe", on_close=close)
        endpoint = Endpoint(
            target.name,
            live_url(provider, own, options.url),
            live_key(provider),
            options.write,
            live_limits(options.max_requests, options.rate),
            judge,
            authorization=provider.authorization,
        )
        header = provider.authorization(f"${provider.key_variable}")
        return Probe(own, endpoint, operations, watch, options.model, token_hex(4), header, on_close=close)

    def finish(self) -> outcome.Result:
        """What the run amounts to when every probe has had its turn."""
        if self._result is None:
            self._result = self._settle(complete=True)
        return self._result

    def result(self) -> outcome.Result:
        """What the run amounts to, finished or broken off."""
        return self._result or self._settle(complete=False)

    def _settle(self, *, complete: bool) -> outcome.Result:
        self._end_recording()
        allow_empty = self.options.allow_empty
        probes = self._probes.values()
        told = [
            _told(probe, one)
            for probe in probes
            for one in probe.watch.judgements(allow_empty=allow_empty, planned=probe.planned())
        ]
        pairs = recalled(told, {SPOOLED: self._spool.path})
        contract_drifts = [drift for one in self.contracts.values() for drift in check_contract(one)]
        live = [probe for probe in probes if probe.endpoint.advance is None]
        odd = [f"{probe.name}: {len(probe.odd)} ids {CANNOT_STAND}" for probe in live if probe.odd]
        untold = [f"{pair.endpoint} × {pair.contract.name}: {line}" for pair in pairs for line in pair.untold]
        broken = [f"a probe failed by itself, a fault of this project: {line}" for line in self.broken]
        return outcome.settle(
            pairs,
            contract_drifts,
            self.contracts,
            known=self.known,
            day=today(),
            fail_on=self.options.fail_on,
            strict_known=self.options.strict_known,
            started=self.started,
            finished=time.time(),
            complete=complete and not (self.broken or self.unrecorded),
            left_out=tuple(name for probe in probes for name in probe.left_out),
            notes=(*self.notes, *odd, *untold, *broken, *self.unrecorded),
            remains=tuple(self.remains.values()),
        )


SPOOLED = "(this run)"
"""The name that the exchanges of a run have where a recording has its file's."""

CANNOT_STAND = "were told that cannot stand in a path (empty, dots, over 512 long, or with / ? # %), and not asked for"


def _told(probe: Probe, judgement: Judgement) -> Judgement:
    """What was seen, and what could not be because the probe was not let."""
    left_out = (f"probes not reached: {len(probe.left_out)} ({probe.over})",) if probe.left_out else ()
    stopped = (judgement.stopped or STOPPED) if probe.stopped else None
    return evolve(judgement, unseen=(*judgement.unseen, *probe.contradicted, *left_out), stopped=stopped)
