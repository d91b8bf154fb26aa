"""What was found as the result of a run, so that it is reported, accepted and judged like any other."""

import time
from collections.abc import Iterable, Iterator

from attrs import evolve

from conformance.checks.judgement import Judgement
from conformance.contract import Contract
from conformance.document import Location
from conformance.drift import Breach, Drift, Identity, Sightings
from conformance.known import Entry, mark_known, today
from conformance.outcome import Result, Verdict
from conformance.results.found import Account
from conformance.results.rows import rows
from conformance.rules import Severity, at_least

OPERATION = "file_content"
"""What carries the lines, which are its items."""
_OF_INPUT = frozenset({"result-absent", "result-custom-id-unknown"})


def result(
    found: Account,
    breaches: Iterable[Breach],
    contract: Contract,
    *,
    provider: str,
    files: int,
    known: Iterable[Entry],
    fail_on: Severity,
    started: float,
) -> Result:
    """The result, of one pair: the results of the provider, and its contract.

    What the contract says of lines is no more than a remark here: what matters is that every request has its answer.

    Args:
        found: What was found.
        breaches: What the contract does not allow in lines.
        contract: The provider's own.
        provider: Its name.
        files: How many files of results were read.
        known: Accepted drift.
        fail_on: From which severity something that is not known makes the outcome `drift`.
        started: Seconds since the epoch.
    """
    endpoint = f"results:{provider}"
    told = [evolve(breach, location=_location(contract, breach.rule)) for breach in rows(found)]
    told += [evolve(breach, severity="info") for breach in breaches]
    drifts, _ = mark_known(_drifts(told, endpoint, contract), known, today())
    fails = any(drift.known is None and at_least(drift.severity, fail_on) for drift in drifts)
    pair = Judgement(
        endpoint=endpoint,
        contract=contract,
        drifts=drifts,
        requests=0,
        responses=files,
        probed=frozenset({OPERATION}),
        not_offered=frozenset(),
        coverage={},
        totals={(OPERATION, 0): files},
        item_totals={(OPERATION, 0): max(found.lines, found.sent)},
        blind={},
        unseen=(),
        reached=True,
    )
    differs = any(drift.known is not None and at_least(drift.severity, "warning") for drift in drifts)
    return Result(
        started=started,
        finished=time.time(),
        complete=not found.notes,
        verdicts=(Verdict(pair, "drift" if fails else "differs" if differs else "conforms", None, drifts),),
        contract_drifts=(),
        contracts={contract.name: contract},
        stale=(),
        stale_counts=False,
        notes=tuple(found.notes),
    )


def _drifts(breaches: Iterable[Breach], endpoint: str, contract: Contract) -> Iterator[Drift]:
    """Breaches of the same place and value are one drift."""
    found: dict[Identity, Sightings] = {}
    for breach in breaches:
        identity = Identity(endpoint, contract.name, OPERATION, None, breach.pointer, breach.rule, breach.value)
        if identity in found:
            found[identity].add(breach, None)
        else:
            found[identity] = Sightings.of(breach, None)
    return (sightings.drift(identity) for identity, sightings in found.items())


def _location(contract: Contract, rule: str) -> Location:
    """Where the contract speaks of the lines that a rule is about."""
    schema = contract.lines.get("input" if rule in _OF_INPUT else "output")
    if schema is not None:
        return schema.location
    operation = contract.operations.get(OPERATION) or contract.operations.get("retrieve_batch")
    return operation.location if operation else ()
