"""`check`: recordings read once, every exchange judged by the contracts that its host calls for."""

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from attrs import frozen

from conformance import against
from conformance.checks.conclude import conclude
from conformance.checks.judgement import Judgement
from conformance.checks.several.replay import Replay
from conformance.contract import Contract
from conformance.documents.contract_rules import check_contract
from conformance.drawing import Progress
from conformance.known import DEFAULT_FILE, read_known, today
from conformance.outcome import Result, settle
from conformance.providers import PROVIDERS
from conformance.recording import source
from conformance.recording.formats import one_body
from conformance.recording.formats.table import Form
from conformance.recording.opening import SourceError, shown
from conformance.recording.recall import recalled
from conformance.recording.route import base_steps
from conformance.rules import Severity
from conformance.traffic.cluster import on_dask
from conformance.traffic.hops import Hop, Hops, Lead
from conformance.traffic.hosts import OTHERS, Hosts, Key, endpoint_of
from conformance.traffic.notes import LOST, SENTENCES, Note, Notes
from conformance.traffic.reading import Reading
from conformance.traffic.spread import SpreadError, in_processes
from conformance.traffic.work import Gathered, Plan, Worker, plan_for


@frozen
class CheckOptions:
    """What a check was asked for; the words are those of the command line."""

    files: tuple[str, ...]
    """Names and patterns; `-` is standard input."""
    against: tuple[str, ...] = ()
    base_paths: tuple[str, ...] = ()
    """What may stand before the paths of operations, whatever the host."""
    operation: str | None = None
    """What the one file, the body of an answer, answers."""
    status: int | None = None
    """With which status; None: the operation's usual success."""
    jobs: int = 1
    dask: str | None = None
    """Address of a scheduler."""
    allow_empty: bool = False
    known: Path | None = DEFAULT_FILE
    strict_known: bool = False
    fail_on: Severity = "warning"


def check(options: CheckOptions, progress: Callable[[Progress], None] = lambda _: None) -> Result:
    """Judge recordings. Ctrl-C ends the reading; what was read until then is judged all the same, as not complete.

    Raises:
        ContractError, KnownDriftError: something that was asked for cannot be had.
        SourceError: a file is not there or cannot be read.
        SpreadError: the work could not be spread over processes or the cluster.
    """
    started = time.time()
    known = read_known(options.known) if options.known else None
    needed = options.against or dict.fromkeys([*against.usual(), *(one.contract for one in PROVIDERS.values())])
    contracts = {one.name: one for one in against.asked_for(needed)}
    plan = plan_for(
        contracts.values(),
        options.against and tuple(contracts),
        base_paths=tuple(map(base_steps, options.base_paths)),
    )
    whole = _Whole(contracts)
    form = _form(options, contracts)
    with closing(Reading(source.find(options.files), progress, form)) as reading:
        with reading:
            try:
                for part in _parts(reading, plan, options, contracts):
                    whole.add(part)
            except SpreadError:  # what ended this process's reading has ended other processes
                if not reading.interrupted:
                    raise
        if not reading.interrupted:
            whole.note_empty(map(shown, reading.files))
        _refuse_foreign(whole.notes, len(reading.files), is_body=form is not None)
        whole.follow(Worker(plan, contracts), reading.readable(), form)
        judgements = recalled(whole.judgements(allow_empty=options.allow_empty), reading.readable(), form)
    judging = {one.contract.name: one.contract for one in judgements} or {
        name: one for name, one in contracts.items() if options.against or name in against.usual()
    }
    return settle(
        judgements,
        [drift for one in judging.values() for drift in check_contract(one)],
        judging,
        known=known,
        day=today(),
        fail_on=options.fail_on,
        strict_known=options.strict_known,
        started=started,
        finished=time.time(),
        complete=not (reading.interrupted or whole.notes.lost),
        notes=(*map(str, whole.notes), *(() if options.against else _strangers(judgements))),
    )


def _form(options: CheckOptions, contracts: Mapping[str, Contract]) -> Form | None:
    """How the one body is read that was given instead of recordings; its usual status is that of the contracts."""
    if options.operation is None:
        return None
    judging = [one for name, one in contracts.items() if options.against or name in against.usual()]
    offered = [found for one in judging if (found := one.operations.get(options.operation))]
    return one_body.form(options.operation, options.status or (offered[0].success_status if offered else 200))


def _refuse_foreign(notes: Iterable[Note], files: int, *, is_body: bool) -> None:
    """Where none of so many files is a recording, or the one body none, that is all there is to say.

    Raises:
        SourceError: it names the files, and what they seem to be.
    """
    if is_body and (lost := [note for note in notes if note.kind in LOST]):
        raise SourceError(f"{lost[0].places[0][0]}: {lost[0].subject or SENTENCES[lost[0].kind]}")
    told = [note for note in notes if note.kind == "file-foreign"]
    if told and sum(note.count for note in told) == files:
        raise SourceError(
            "; ".join(f"{', '.join(file for file, _ in one.places)}: seems to be {one.subject}" for one in told)
        )


def _strangers(judgements: Iterable[Judgement]) -> Iterator[str]:
    """Which hosts are no known provider's, and so are judged by the usual contracts."""
    hosts = dict.fromkeys(one.endpoint.partition(":")[2] for one in judgements)
    for host in hosts:
        if against.of_host(host) is None:
            usual = ", ".join(against.usual())
            yield f"{host or 'a URL without host'}: no known provider's, so judged by {usual}; --against names others"


def _parts(
    reading: Reading, plan: Plan, options: CheckOptions, contracts: Mapping[str, Contract]
) -> Iterator[Gathered]:
    """What the files show, here or spread."""
    if options.dask is not None:
        spread = on_dask(reading.blocks(), plan, options.dask)
    elif options.jobs > 1:
        spread = in_processes(reading.blocks(), plan, options.jobs)
    else:
        spread = _here(reading, Worker(plan, contracts))
    with closing(spread):
        yield from spread


def _here(reading: Reading, worker: Worker) -> Generator[Gathered, None, None]:
    for block in reading.blocks():
        worker.take(block)
    yield worker.flush()


class _Whole:
    """All parts added up."""

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        self.notes = Notes()
        self._contracts = contracts
        self._seen = Hosts()
        self._replays: dict[Key, Replay] = {}
        self._keyed: set[tuple[str, str]] = set()
        self._entries: Counter[str] = Counter()
        self._hops = Hops()

    def add(self, part: Gathered) -> None:
        """Add a part; it is of no further use."""
        self.notes.merge(part.notes)
        self._entries.update(part.entries)
        self._keyed |= part.keyed
        for key, evidence in part.evidence.items():
            if key not in self._replays:
                self._replays[key] = Replay(self._contracts[key[1]])
            self._replays[key].take(evidence.trace)
        self._seen.merge(part.evidence)
        for hop in self._hops.merge(part.hops):
            self.notes.add("unmatched", hop.place, hop.subject)

    def follow(self, worker: Worker, files: Mapping[str, str], form: Form | None) -> None:
        """Once all is read: judge what redirects of content led to, read once more; `files` as `recalled` has it."""
        led: dict[str, dict[int, tuple[Hop, Lead]]] = {}
        for hop, lead in self._hops.met():
            if lead is None or hop.place[0] not in files:
                self.notes.add("unmatched", hop.place, hop.subject)
            else:
                led.setdefault(hop.place[0], {})[hop.place[1]] = (hop, lead)
        for file, places in led.items():
            for offset, data in source.again(files[file], places, form):
                worker.follow(*places[offset], data)
        if led:
            self.add(worker.flush())

    def note_empty(self, files: Iterable[str]) -> None:
        """Name the files that held no entry, fit or unfit."""
        for file in files:
            if not self._entries[file]:
                self.notes.add("file-empty", (file, 0))

    def judgements(self, *, allow_empty: bool) -> list[Judgement]:
        """One for each host and contract that judged it."""
        judgements, keyed = list[Judgement](), dict[str, set[str]]()
        for file, host in self._keyed:
            keyed.setdefault(host, set()).add(file)
        for (host, name), evidence in self._seen:
            endpoint = endpoint_of(host)
            judgements.append(
                conclude(
                    evidence,
                    endpoint,
                    self._contracts[name],
                    allow_empty=allow_empty,
                    absent=keyed.get(host, set()).__contains__,
                    replay=self._replays.get((host, name)),
                )
            )
            for rule, _, _ in evidence.ledger.dropped:
                self.notes.add("too-many-alike", (endpoint, 0), rule)
        if any(one.endpoint == endpoint_of(OTHERS) for one in judgements):
            self.notes.add("hosts-together", (endpoint_of(OTHERS), 0))
        return judgements
