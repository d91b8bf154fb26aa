"""What one exchange shows, looked at by one contract."""

from collections.abc import Mapping, Sequence

from attrs import frozen

from conformance.checks.case import Case
from conformance.checks.several.trace import Observation
from conformance.contract import Operation
from conformance.drift import Breach
from conformance.exchange import Credentials, Exchange


@frozen
class Sight:
    """One exchange as it was looked at. `operation` is None where the contract has it not: then nothing is judged.

    `breaches` are what it shows whatever the request carried. `met`: how the request was met, by what it carried; where
    that is not known, by each that it may have. `case` is None where no answer came.
    """

    exchange: Exchange
    operation: Operation | None = None
    breaches: Sequence[Breach] = ()
    met: Mapping[Credentials, Sequence[Breach]] = {}
    observation: Observation | None = None
    case: Case | None = None
