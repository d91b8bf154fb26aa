"""Observations replayed in time order before all that look at several.

One reading finds what is wrong, and what would be if a name had been told before; a second, made only where there are
such doubts, settles them. Memory is bounded: what is forgotten is said at each bound. As long as observations come in
time order they are replayed as they come: beside the processes that read a long recording, and not only after them.
"""

from collections.abc import Iterable, Iterator
from pkgutil import resolve_name

from attrs import define, evolve, field, frozen

from conformance.checks.ledger import Ledger
from conformance.checks.several.failures import Failures
from conformance.checks.several.refusals import Past
from conformance.checks.several.sequel import Absent, Sequel, Several
from conformance.checks.several.trace import FIRST, Observation, Trace
from conformance.contract import Contract
from conformance.drift import Breach
from conformance.exchange import Answer, Exchange, Order, Request
from conformance.rules import CATALOGUE

ROOM = "checks.several."

MAX_DOUBTS = 50_000
"""How many refusals and foreign cursors can wait for the second reading; later ones are passed over."""


@define(eq=False)
class Replay:
    """What only several exchanges show. The examples are outlines: what an observation knows of its exchange."""

    contract: Contract
    _several: tuple[Several, ...] = field(init=False)
    _found: Ledger = field(factory=Ledger)
    _doubts: list[Sequel] = field(factory=list)
    _last: Order = FIRST
    _taken: int = 0
    _late: bool = False
    """Whether something came too late to be replayed in its place."""

    def __attrs_post_init__(self) -> None:
        """Start with nothing seen."""
        names = dict.fromkeys(rule.finder for rule in CATALOGUE.values() if rule.finder.startswith(ROOM))
        self._several = tuple(resolve_name(f"conformance.{name}")(self.contract.operations) for name in names)

    def take(self, observations: Iterable[Observation]) -> list[tuple[Breach, Exchange]]:
        """Replay what comes next, in vain if it comes too late; what is found of drifts that were not seen before."""
        new: list[tuple[Breach, Exchange]] = []
        for one in observations:
            if self._late or one.order < self._last:
                self._late = True
                break
            self._last = one.order
            self._taken += 1
            if found := self._first(one):
                new += [(sequel.breach, _outline(one)) for sequel in found if _add(self._found, sequel)]
        return new

    def _first(self, one: Observation) -> list[Sequel]:
        """What the first reading shows beyond doubt."""
        if one.operation not in self.contract.operations:
            return []
        found = list[Sequel]()
        for several in self._several:
            for sequel in several.take(one):
                if not sequel.if_told and not (sequel.refusal and one.unclear):
                    found.append(sequel)
                elif len(self._doubts) < MAX_DOUBTS:
                    self._doubts.append(evolve(sequel, observation=one.light()))
        return found

    def conclude(self, trace: Trace, absent: Absent) -> "Replayed":
        """What the whole trace shows; more can be taken after."""
        if self._late or self._taken != len(trace):
            anew = Replay(self.contract)
            anew.take(trace)
            return anew.conclude(trace, absent)
        ledger, reached = Ledger(), set[str]()
        ledger.merge(self._found)
        for found in self._second(trace, absent):
            _add(ledger, found)
            if found.refusal and found.if_told and found.observation.is_documented_error:
                reached.add(found.observation.operation)
        stopped = next((one.stopped for one in self._several if isinstance(one, Failures)), None)
        return Replayed(ledger, stopped, frozenset(reached))

    def _second(self, trace: Trace, absent: Absent) -> Iterator[Sequel]:
        """What a second reading confirms, and what is known only in the end."""
        doubtful = [one for one in self._several if one.is_doubtful]
        past = Past(self._doubts)
        for one in trace if doubtful or self._doubts else ():
            past.take(one)
            for several in doubtful if one.operation in self.contract.operations else ():
                several.again(one)
        for doubt in self._doubts:
            if doubt.refusal and doubt.observation.unclear and absent(doubt.observation):
                continue
            if past.bears_out(doubt):
                yield doubt
        for several in self._several:
            yield from several.settle()


@frozen
class Replayed:
    """What only several exchanges show. `stopped`: why the endpoint has to be taken for one that stopped answering.

    `reached`: operations of which a refusal, in the contract's own words, shows that they are there.
    """

    ledger: Ledger
    stopped: str | None
    reached: frozenset[str]


def _add(ledger: Ledger, found: Sequel) -> bool:
    return ledger.add(found.breach, _outline(found.observation))


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
