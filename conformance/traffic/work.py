"""The part of `check` that any process can do: blocks of recordings in, what they show out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import inf
from typing import Any

from attrs import Factory, define, evolve, field, frozen

from conformance import against
from conformance.checks.evidence import Evidence
from conformance.checks.look import look
from conformance.contract import Contract
from conformance.document import Document
from conformance.exchange import Exchange, Origin, method
from conformance.operations import Steps, steps
from conformance.recording import source
from conformance.recording.har import EntryError, Recorded, parse
from conformance.recording.opening import shown
from conformance.recording.route import Match, known_steps, match, shown_host, shown_step
from conformance.recording.scan import Raw
from conformance.recording.source import Block, Broken, entries
from conformance.traffic.hops import CONTENT, Hop, Hops, Lead
from conformance.traffic.hosts import Hosts, Key
from conformance.traffic.notes import Notes

Located = tuple[str, Match | None]

MAX_REMEMBERED = 10_000
"""How many addresses are recognised without being taken apart."""
MAX_ADDRESS = 1000
"""How long they may be."""


@frozen
class Plan:
    """What every process needs to know: the contracts, and which of them judge; none: each host's own, or the usual."""

    contracts: tuple[tuple[str, str, Document], ...]
    """Name, file and document: a contract travels as what it was read from."""
    against: tuple[str, ...]
    base_paths: tuple[Steps, ...] = ()
    """What may stand before an operation's own steps on any host."""


@define(eq=False)
class Gathered:
    """What some blocks showed. Adds up in any order."""

    evidence: dict[Key, Evidence] = field(factory=dict)
    notes: Notes = field(factory=Notes)
    keyed: set[tuple[str, str]] = field(factory=set)
    """File and host of requests that show Authorization."""
    entries: Counter[str] = field(factory=Counter)
    """By file, whether they could be judged or not."""
    hops: Hops = field(factory=Hops)
    """Redirects of content, and what they may have led to."""


@define(eq=False)
class Worker:
    """Judges blocks."""

    plan: Plan
    contracts: Mapping[str, Contract] = Factory(lambda self: _built(self.plan), takes_self=True)
    """Those of the plan: as they are at hand, or built from their documents."""
    _steps: frozenset[str] = field(init=False)
    _seen: Hosts = field(factory=Hosts)
    _part: Gathered = field(factory=Gathered)
    _hosts: dict[str, tuple[str, ...]] = field(factory=dict)
    _unfit: dict[bytes, str] = field(factory=dict)
    """What is wrong with short entries that were no entries: there may be millions alike."""
    _addresses: dict[tuple[str, str], Located] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        """Start with nothing seen."""
        self._steps = known_steps(self.contracts.values())

    def take(self, block: Block | Broken) -> None:
        """Judge a block.

        Raises:
            SourceError: its file can no longer be read.
        """
        name = shown(block.file)
        if isinstance(block, Broken):
            self._part.notes.add(block.kind, (name, block.offset), block.reason)
            self._part.entries[name] += block.kind == "file-foreign"  # it is not empty, whatever it is
            return
        for raw in entries(block):
            self._part.entries[name] += 1
            if raw.loss == "too-long" or len(raw.data) > source.MAX_ENTRY:
                self._part.notes.add("too-long", (name, raw.offset))
                continue
            if raw.loss == "no-exchange":
                self._part.notes.add(raw.loss, (name, raw.offset))
                continue
            short = raw.loss is None and len(raw.data) <= MAX_ADDRESS
            if short and (defect := self._unfit.get(raw.data)):
                self._part.notes.add(defect, (name, raw.offset))
                continue
            try:
                recorded = parse(raw.data, whole=raw.loss is None)
            except EntryError as error:
                self._part.notes.add(error.defect, (name, raw.offset))
                if short and len(self._unfit) < MAX_REMEMBERED:
                    self._unfit[raw.data] = error.defect
            else:
                self._judge(name, raw, recorded)

    def _judge(self, file: str, raw: Raw, recorded: Recorded) -> None:
        place, request = (file, raw.offset), recorded.request
        address = (request.method, request.url.partition("?")[0])
        host, found = self._addresses.get(address) or self._locate(*address)
        if recorded.credentials == "given":
            self._part.keyed.add((file, host))
        unclear = recorded.credentials is None and (file, host) not in self._part.keyed
        if found is None:
            subject = f"{method(request.method)} {self._shown_path(request.url)}"
            for hop in self._part.hops.wait(place, recorded, subject):
                self._part.notes.add("unmatched", hop.place, hop.subject)
            return
        self._part.hops.lead(found, host, place, recorded)
        self._look(place, host, found, recorded, unclear=unclear)

    def follow(self, hop: Hop, lead: Lead, data: bytes) -> None:
        """Judge the request that a redirect of content led to."""
        recorded = evolve(parse(data), credentials=lead.credentials)
        self._look(hop.place, lead.host, Match(CONTENT, lead.parameters), recorded, unclear=False)

    def _look(self, place: Origin, host: str, found: Match, recorded: Recorded, *, unclear: bool) -> None:
        defect: str | None = recorded.defect
        untimed = ("time-by-place" if recorded.in_order else "time-missing") if recorded.started is None else None
        for note in (recorded.encoded, defect, untimed):
            if note is not None:
                self._part.notes.add(note, place)
        if defect is not None:
            return
        exchange = Exchange(
            found.operation,
            recorded.request,
            recorded.answer,
            recorded.started or 0.0,
            place,
            recorded.credentials or ("given" if unclear else "absent"),
            recorded.failure,
            found.parameters,
            seconds=recorded.seconds if recorded.started is not None else inf,
            in_order=recorded.in_order,
            secrets=recorded.secrets,
        )
        names = self._judging(host)
        sights = [look(exchange, self.contracts[name], unclear=unclear) for name in names]
        answer, cases = recorded.answer, [sight.case for sight in sights]
        looked_for = any(case is None or not case.is_ordinary for case in cases)
        if answer is not None and looked_for and (answer.too_deep or answer.too_many):
            self._part.notes.add("body-excessive", place)
            return
        for name, sight in zip(names, sights, strict=True):
            self._seen.of(host, name).add(sight)

    def _locate(self, method: str, url: str) -> Located:
        """Host and operation; None where it is none."""
        host, path = _host_and_path(url)
        located = (host, match(method, path, host, self.plan.base_paths))
        if len(self._addresses) >= MAX_REMEMBERED:
            self._addresses.clear()
        if len(url) <= MAX_ADDRESS:
            self._addresses[method, url] = located
        return located

    def _judging(self, host: str) -> tuple[str, ...]:
        """The contracts that judge a host: those asked for, else its provider's, else the usual ones."""
        if host not in self._hosts:
            if len(self._hosts) >= MAX_REMEMBERED:
                self._hosts.clear()
            provider = against.of_host(host)
            self._hosts[host] = self.plan.against or ((provider.contract,) if provider else against.usual())
        return self._hosts[host]

    def _shown_path(self, url: str) -> str:
        """A path of which the steps that contracts know are shown, so that like requests are counted together."""
        every = steps(_host_and_path(url)[1])
        last = [shown_step(step, self._steps) or "*" for step in every[-6:]]
        return ("…/" if len(every) > len(last) else "/") + "/".join(last)

    def flush(self) -> Gathered:
        """What was seen since the last time."""
        part, self._part = self._part, Gathered()
        part.evidence = self._seen.flush()
        return part


def _built(plan: Plan) -> Mapping[str, Contract]:
    return {name: Contract(name, file, document) for name, file, document in plan.contracts}


def _host_and_path(url: str) -> tuple[str, str]:
    """Host with port, and path, of an absolute URL; in a URL without a host, the path alone."""
    before, _, rest = url.partition("?")[0].partition("#")[0].partition("://")
    if not rest:
        return "", before
    authority, _, path = rest.partition("/")
    return shown_host(authority.rpartition("@")[2].lower()), path


def plan_for(contracts: Iterable[Contract], against: tuple[str, ...], **options: Any) -> Plan:
    """The plan with contracts as they were read."""
    return Plan(tuple((one.name, one.file, one.document) for one in contracts), against, **options)
