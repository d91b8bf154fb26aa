"""Breaches of the replay, gathered while observations come in, as long as they come in time order.

So a long recording is replayed beside the processes that read it, and not only after them. One that comes in another
order is replayed at the end.
"""

from collections.abc import Iterable

from attrs import define, field

from conformance.checks.failures import Sequel
from conformance.checks.replay import Absent, Replay
from conformance.checks.trace import Observation, Order, Trace
from conformance.contract import Contract
from conformance.drift import Ledger, sighting
from conformance.exchange import Answer, Exchange, Request


@define(eq=False)
class Sequels:
    """What only several exchanges show. The examples are outlines: what an observation knows of its exchange."""

    endpoint: str
    contract: Contract
    _replay: Replay = field(init=False)
    _found: Ledger = field(factory=Ledger)
    _last: Order = (float("-inf"), "", 0)
    _taken: int = 0
    _late: bool = False
    """Whether something came too late to be replayed in its place."""

    def __attrs_post_init__(self) -> None:
        """Start with nothing seen."""
        self._replay = Replay(self.contract.operations)

    def take(self, observations: Iterable[Observation]) -> None:
        """Replay what comes next; in vain, if it comes too late."""
        for one in observations:
            if self._late or one.order < self._last:
                self._late = True
                return
            self._last = one.order
            self._taken += 1
            self._add(self._found, self._replay.take(one))

    def all(self, trace: Trace, absent: Absent) -> tuple[Ledger, str | None]:
        """What the whole trace shows, and why its endpoint has stopped answering, if so; more can be taken after."""
        if self._late or self._taken != len(trace):
            anew = Sequels(self.endpoint, self.contract)
            anew.take(trace)
            return anew.all(trace, absent)
        ledger = Ledger()
        ledger.update(self._found)
        if self._replay.has_doubts:
            self._add(ledger, self._replay.settled(trace, absent))
        return ledger, self._replay.stopped

    def _add(self, ledger: Ledger, sequels: Iterable[Sequel]) -> None:
        for one, breach in sequels:
            ledger.add(sighting(breach, _outline(one), self.endpoint, self.contract.name, one.operation))


def _outline(one: Observation) -> Exchange:
    return Exchange(
        operation=one.operation,
        request=Request(one.method, one.url),
        answer=Answer(one.status) if one.status else None,
        failure=one.failure or None,
        started=one.started,
        origin=(one.file, one.offset),
        outline=True,
    )
