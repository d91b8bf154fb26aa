"""Exchanges judged as `run` and `check` judge them, in memory."""

from collections.abc import Iterable
from typing import Any

from attrs import evolve

from conformance.checks.conclude import conclude
from conformance.checks.evidence import Evidence
from conformance.checks.judgement import Judgement
from conformance.checks.look import look
from conformance.contract import Contract
from conformance.exchange import Exchange


def judged(
    exchanges: Iterable[Exchange], contract: Contract, endpoint: str = "live:any", *, unclear: bool = False, **more: Any
) -> Judgement:
    """What a contract makes of exchanges of one endpoint; examples are the exchanges as they are."""
    exchanges, evidence = list(exchanges), Evidence()
    for one in exchanges:
        evidence.add(look(one, contract, unclear=unclear))
    return in_full(conclude(evidence, endpoint, contract, **more), exchanges)


def in_full(judgement: Judgement, exchanges: Iterable[Exchange]) -> Judgement:
    """With these exchanges as examples."""
    by_order = {one.order: one for one in exchanges}
    drifts = [evolve(one, example=one.example and by_order[one.example.order]) for one in judgement.drifts]
    return evolve(judgement, drifts=tuple(drifts))
