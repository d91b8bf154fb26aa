"""What became of one endpoint by one contract, before known drift is taken into account."""

from collections.abc import Mapping

from attrs import frozen

from conformance.checks.blind import Blind
from conformance.checks.coverage import Coverage
from conformance.contract import Contract
from conformance.drift import Drift


@frozen
class Judgement:
    """What became of one endpoint against one contract, before known drift is taken into account.

    `unseen` says, for each operation that could not be checked, why; `stopped` why the endpoint has to be taken for one
    that stopped answering. `reached` is false where no operation got past refusals. `totals` counts responses,
    `item_totals` items of lists, by operation and status.
    """

    endpoint: str
    contract: Contract
    drifts: tuple[Drift, ...]
    requests: int
    responses: int
    probed: frozenset[str]
    not_offered: frozenset[str]
    coverage: Mapping[str, Coverage]
    totals: Mapping[tuple[str, int], int]
    item_totals: Mapping[tuple[str, int], int]
    blind: Blind
    unseen: tuple[str, ...]
    reached: bool
    stopped: str | None = None
    shortcut: Mapping[tuple[str, str], int] = {}
    """By operation and what became of the shortcut, how many bodies."""
    untold: tuple[str, ...] = ()
    """Of which drifts there were too many to tell them all, a line each."""
