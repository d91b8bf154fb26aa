"""What a run amounts to: drift, could not check, differs as is known, or conforms; and the exit code."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Literal

from attrs import evolve, frozen

from conformance import against
from conformance.checks.judgement import Judgement
from conformance.contract import OPERATIONS, Contract
from conformance.documented import documented
from conformance.drift import Drift
from conformance.findings import Finding, findings
from conformance.impact.reading import impacts
from conformance.known import Entry, mark_known
from conformance.rules import SEVERITIES, Severity, at_least

Outcome = Literal["conforms", "differs", "drift", "could-not-check"]


@frozen
class Verdict:
    """A pair with its outcome; `reason` says why it could not be checked, or what was not seen all the same."""

    pair: Judgement
    outcome: Outcome
    reason: str | None
    drifts: tuple[Drift, ...]
    not_offered_by_endpoint: tuple[str, ...] = ()
    """Operations of the contract that the endpoint's own has not: what breaks a client that moves there."""


@frozen
class Remains:
    """What a run made and could not take back: `name` is its id; `removal` a command, with `{id}` for it."""

    endpoint: str
    what: str
    name: str
    why: str
    removal: str | None = None

    def text(self, shown: Callable[[str], str] = lambda name: name) -> str:
        """A line; `shown` masks the name."""
        removal = "" if self.removal is None else f"; to remove it: {self.removal.replace('{id}', shown(self.name))}"
        return f"{self.endpoint}: {self.what} {shown(self.name)} {self.why}{removal}"


@frozen
class Result:
    """A whole run. `drifts` holds those of the pairs and the contracts' own; `stale` the entries that nothing matched.

    `started` and `finished` are in seconds since the epoch; `left_out` names what was not reached, `notes` what else a
    reader must know, a line each; `remains` is unmasked.
    """

    started: float
    finished: float
    complete: bool
    verdicts: tuple[Verdict, ...]
    contract_drifts: tuple[Drift, ...]
    contracts: Mapping[str, Contract]
    stale: tuple[Entry, ...]
    stale_counts: bool
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    remains: tuple[Remains, ...] = ()

    @property
    def drifts(self) -> tuple[Drift, ...]:
        """Every drift, most severe first, new before known, then by endpoint, contract, operation and place."""
        every = [drift for verdict in self.verdicts for drift in verdict.drifts] + list(self.contract_drifts)
        return tuple(sorted(every, key=_rank))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The drifts as the facts that they are, whom they hurt most first."""
        return findings(self.drifts, self.contracts)

    @property
    def exit_code(self) -> int:
        """1: drift or stale entries; 2: something could not be checked; 0: all conforms, or differs as known."""
        outcomes = {verdict.outcome for verdict in self.verdicts}
        if "drift" in outcomes or (self.stale and self.stale_counts):
            return 1
        return 2 if "could-not-check" in outcomes or not outcomes or not self.complete else 0


def _rank(drift: Drift) -> tuple[object, ...]:
    identity = drift.identity
    return (
        drift.known is not None,
        -SEVERITIES.index(drift.severity),
        identity.endpoint or "~",
        identity.contract,
        OPERATIONS.index(identity.operation) if identity.operation in OPERATIONS else len(OPERATIONS),
        identity.status_code or 0,
        identity.pointer,
        identity.rule,
        identity.value or "",
    )


def settle(
    pairs: Iterable[Judgement],
    contract_drifts: Iterable[Drift],
    contracts: Mapping[str, Contract],
    *,
    known: Iterable[Entry] | None,
    day: date,
    fail_on: Severity,
    strict_known: bool,
    started: float,
    finished: float,
    complete: bool,
    left_out: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    remains: tuple[Remains, ...] = (),
) -> Result:
    """Hold what was found against what is known, and decide; where `known` is None, nothing is."""
    pairs, accepts = tuple(pairs), known is not None
    known = tuple(known or ())
    verdicts: list[Verdict] = []
    used: set[Entry] = set()
    for pair in pairs:
        drifts, matched = mark_known(pair.drifts, known, day)
        used |= matched
        own = against.own_of(pair.endpoint)
        if accepts and own is not None and own.file != pair.contract.file:
            drifts = tuple(evolve(drift, known=documented(drift, own) or drift.known) for drift in drifts)
        verdict = _verdict(pair, tuple(_with_impact(drifts, pair)), fail_on)
        lacking = () if own is None else tuple(name for name in pair.contract.operations if name not in own.operations)
        verdicts.append(evolve(verdict, not_offered_by_endpoint=lacking))
    rows, matched = mark_known(contract_drifts, known, day)
    used |= matched
    stale = tuple(entry for entry in known if entry not in used and _was_looked_for(entry, pairs, contracts))
    simulated = complete and not left_out and any(_is_simulated(entry, pairs) for entry in stale)
    return Result(
        started=started,
        finished=finished,
        complete=complete,
        verdicts=tuple(verdicts),
        contract_drifts=rows,
        contracts=contracts,
        stale=stale,
        stale_counts=strict_known or simulated,
        left_out=left_out,
        notes=notes,
        remains=remains,
    )


def _with_impact(drifts: Iterable[Drift], pair: Judgement) -> Iterator[Drift]:
    """What clients make of them; the SDK, which is slow to import, is asked only of those that may break a program."""
    ordered = sorted(drifts, key=_rank)
    found = impacts(ordered, pair.contract, sdk=lambda drift: at_least(drift.severity, "warning"))
    return (evolve(drift, impact=impact) for drift, impact in zip(ordered, found, strict=True))


def _verdict(pair: Judgement, drifts: tuple[Drift, ...], fail_on: Severity) -> Verdict:
    """The outcome of a pair: what stopped answering, or never did, could not be checked, whatever else was seen."""
    new = Counter(drift.severity for drift in drifts if drift.known is None and at_least(drift.severity, fail_on))
    reasons = [*([pair.stopped] if pair.stopped else ()), *pair.unseen]
    if not pair.probed:
        reasons = ["no operation that the contract has was probed", *reasons]
    if pair.stopped or not pair.reached:
        figures = ", ".join(f"{new[severity]} {severity}" for severity in reversed(SEVERITIES) if new[severity])
        drifting = [f"what was seen drifts all the same ({figures})"] if new else []
        return Verdict(pair, "could-not-check", "; ".join(reasons + drifting) or "nothing was reached", drifts)
    reason = "; ".join(reasons) or None
    if new:
        return Verdict(pair, "drift", reason, drifts)
    differs = any(drift.known is not None and at_least(drift.severity, "warning") for drift in drifts)
    return Verdict(pair, "could-not-check" if reason else "differs" if differs else "conforms", reason, drifts)


def _was_looked_for(entry: Entry, pairs: Iterable[Judgement], contracts: Mapping[str, Contract]) -> bool:
    """Whether this run would have shown the entry's drift if it were still there."""
    if entry.endpoint is None:
        return entry.contract in contracts
    return any(_concerns(entry, pair) for pair in pairs)


def _concerns(entry: Entry, pair: Judgement) -> bool:
    return (
        entry.covers_endpoint(pair.endpoint) and entry.contract == pair.contract.name and entry.operation in pair.probed
    )


def _is_simulated(entry: Entry, pairs: Iterable[Judgement]) -> bool:
    """Whether a simulator, which always has the data, no longer shows it (or a contract, which is always whole)."""
    return entry.endpoint is None or any(
        pair.endpoint.startswith("sim:") and pair.reached and _concerns(entry, pair) for pair in pairs
    )
