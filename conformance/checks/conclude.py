"""Evidence weighed: what only several exchanges show, which drifts stand, and what was not seen."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from attrs import evolve

from conformance.checks.coverage import coverage
from conformance.checks.evidence import Evidence
from conformance.checks.judgement import Judgement
from conformance.checks.ledger import Ledger
from conformance.checks.one import status
from conformance.checks.several.refusals import REJECTED
from conformance.checks.several.replay import Replay
from conformance.checks.unseen import Unseen
from conformance.contract import Contract
from conformance.drift import Drift

UNREACHABLE = frozenset({401, 403, 404, 405, 408, 410, 429})
"""With 5xx: what an operation answers that could not be reached rather than drifted."""


def conclude(
    evidence: Evidence,
    endpoint: str,
    contract: Contract,
    *,
    allow_empty: bool = False,
    absent: Callable[[str], bool] = lambda _: False,
    planned: Mapping[str, str] = MappingProxyType({}),
    replay: Replay | None = None,
) -> Judgement:
    """What the evidence amounts to; more can be added to it after.

    `absent`: whether Authorization, where a request of that file does not show it, was not sent. `planned`: the
    operations that were to be seen besides those that were asked, each with why it was not asked. `replay`: that of
    the evidence, as far as it was made while it came in.
    """
    ledger, statuses = Ledger(), Counter(evidence.statuses)
    evidence.ledger.settle()
    ledger.merge(evidence.ledger)
    for file, hidden in evidence.key_not_shown.items():
        ledger.merge(hidden.if_absent if absent(file) else hidden.if_given)
        if not absent(file):
            statuses.update(hidden.statuses)
    replayed = (replay or Replay(contract)).conclude(evidence.trace, lambda one: absent(one.file))
    ledger.merge(replayed.ledger)
    probed = {name for name, _ in statuses} | {name for name, _ in evidence.failures}
    out_of_reach = {name for name in probed if name not in replayed.reached and not _got_through(name, statuses)}
    drifts = tuple(_weighed(ledger, endpoint, contract.name, out_of_reach))
    unseen = Unseen(evidence, statuses, contract, allow_empty)
    return Judgement(
        endpoint=endpoint,
        contract=contract,
        drifts=drifts,
        requests=evidence.requests,
        responses=evidence.totals.total(),
        probed=frozenset(probed),
        not_offered=frozenset(evidence.not_offered),
        coverage={name: coverage(contract.operations[name], seen) for name, seen in evidence.seen.items()},
        totals=dict(evidence.totals),
        item_totals=dict(evidence.items),
        blind={place: dict(counts) for place, counts in evidence.blind.items()},
        unseen=tuple(
            reason
            for name in sorted(probed | (planned.keys() & contract.operations.keys()))
            if (reason := unseen.why(name, planned.get(name, "not asked")))
        ),
        reached=bool(probed - out_of_reach),
        stopped=replayed.stopped,
        shortcut=dict(evidence.shortcut),
        untold=tuple(_untold(ledger)),
    )


def _weighed(ledger: Ledger, endpoint: str, contract: str, out_of_reach: set[str]) -> Iterator[Drift]:
    """The drifts that stand. Where nothing got through, a refusal is no verdict on the request."""
    for drift in ledger.drifts(endpoint, contract):
        operation, code = drift.identity.operation, drift.identity.status_code
        reached = operation not in out_of_reach
        if drift.rule == status.UNDOCUMENTED and code is not None:
            refuses = (REJECTED, operation, code) in ledger
            yield evolve(drift, severity=status.severity(code, reached=reached, refuses_valid=refuses))
        elif reached or drift.rule != REJECTED:
            yield drift


def _got_through(name: str, statuses: Iterable[tuple[str, int]]) -> bool:
    return any(code not in UNREACHABLE and code < 500 for operation, code in statuses if operation == name)


def _untold(ledger: Ledger) -> Iterator[str]:
    for (rule, operation, code), count in sorted(ledger.dropped.items(), key=str):
        yield f"{operation} ({code}): {rule} was seen at {count:,} more places or values than are told"
