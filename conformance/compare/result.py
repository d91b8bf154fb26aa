"""A comparison as the result of a run, so that it is reported, accepted and judged like any other."""

from collections.abc import Iterable
from datetime import date

from conformance.against import told_apart
from conformance.checks.judgement import Judgement
from conformance.compare.drifts import compare, endpoint
from conformance.contract import Contract
from conformance.drift import Drift
from conformance.known import Entry, mark_known
from conformance.outcome import Result, Verdict
from conformance.rules import Severity, at_least


def result(
    old: Contract,
    new: Contract,
    *,
    known: Iterable[Entry],
    day: date,
    fail_on: Severity,
    started: float,
    finished: float,
) -> Result:
    """The comparison of two contracts; no entry of known drift is stale for not being seen in it.

    Args:
        old: What clients were written against.
        new: What is held against it, in an endpoint's place.
        known: Accepted drift; an entry for the endpoint `kimi` accepts the contract `kimi` too.
        day: Today: which entries are in force.
        fail_on: From which severity a change that is not known makes the outcome `drift`.
        started: Seconds since the epoch.
        finished: Likewise.

    Raises:
        DocumentError: a contract is not the OpenAPI it says it is.
    """
    old, new = told_apart((old, new))
    drifts, _ = mark_known(compare(old, new), known, day)
    breaks = any(drift.known is None and at_least(drift.severity, fail_on) for drift in drifts)
    verdict = Verdict(_pair(old, new, drifts), "drift" if breaks else "conforms", None, drifts)
    return Result(
        started=started,
        finished=finished,
        complete=True,
        verdicts=(verdict,),
        contract_drifts=(),
        contracts={old.name: old, new.name: new},
        stale=(),
        stale_counts=False,
    )


def _pair(old: Contract, new: Contract, drifts: tuple[Drift, ...]) -> Judgement:
    return Judgement(
        endpoint=endpoint(new),
        contract=old,
        drifts=drifts,
        requests=0,
        responses=0,
        probed=frozenset(old.operations),
        not_offered=frozenset(new.operations) - frozenset(old.operations),
        coverage={},
        totals={},
        item_totals={},
        blind={},
        unseen=(),
        reached=True,
    )
