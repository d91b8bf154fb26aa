"""A judge for each host and contract. Hosts without end are told apart as far as one can read a report of them."""

from collections.abc import Iterable, Iterator, Mapping

from attrs import define, evolve, field

from conformance.checks.judge import Judge
from conformance.checks.tally import Tally
from conformance.contract import Contract
from conformance.drift import Ledger
from conformance.exchange import Exchange

Key = tuple[str, str]
"""Host and name of the contract."""

MAX_HOSTS = 100
"""How many hosts are told apart: those that are first in the alphabet, which no split changes."""
OTHERS = "(other hosts)"
"""What the rest is judged as."""


@define(eq=False)
class Judges:
    """The judges of what was recorded."""

    contracts: Mapping[str, Contract]
    allow_empty: bool
    _judges: dict[Key, Judge] = field(factory=dict)
    _hosts: set[str] = field(factory=set)

    def of(self, host: str, name: str) -> Judge:
        """The judge of a host by a contract."""
        key = (host, name)
        judge = self._judges.get(key)
        if judge is None:
            judge = self._judges[key] = Judge(
                endpoint_of(host), self.contracts[name], self.allow_empty, recall=as_they_are
            )
            if host != OTHERS:
                self._hosts.add(host)
        return judge

    def take(self, tallies: Mapping[Key, Tally]) -> None:
        """Add what other judges flushed; it is of no further use."""
        for (host, name), tally in tallies.items():
            self.of(host, name).take(tally)
            self.settle()

    def flush(self) -> dict[Key, Tally]:
        """What was gathered since the last time."""
        self.settle(MAX_HOSTS)
        return {key: judge.flush() for key, judge in self._judges.items()}

    def settle(self, most: int = 2 * MAX_HOSTS) -> None:
        """Where there are more hosts than that, put together those that are not told apart."""
        if len(self._hosts) <= most:
            return
        for host in sorted(self._hosts)[MAX_HOSTS:]:
            self._hosts.remove(host)
            for name in self.contracts:
                judge = self._judges.pop((host, name), None)
                if judge is not None:
                    self.of(OTHERS, name).take(_moved(judge.flush(), endpoint_of(OTHERS)))

    def __iter__(self) -> Iterator[tuple[str, Judge]]:
        self.settle(MAX_HOSTS)
        for (host, _), judge in sorted(self._judges.items()):
            yield host, judge


def endpoint_of(host: str) -> str:
    """How reports name a recorded host."""
    return f"recorded:{host}"


def _moved(tally: Tally, endpoint: str) -> Tally:
    """A tally under the name of another endpoint."""
    tally.ledger = _renamed(tally.ledger, endpoint)
    for keyless in tally.keyless.values():
        keyless.if_sent, keyless.if_absent = (_renamed(one, endpoint) for one in (keyless.if_sent, keyless.if_absent))
    return tally


def _renamed(ledger: Ledger, endpoint: str) -> Ledger:
    renamed = Ledger(dropped=ledger.dropped)
    renamed.update(evolve(drift, identity=evolve(drift.identity, endpoint=endpoint)) for drift in ledger)
    return renamed


def as_they_are(outlines: Iterable[Exchange]) -> Iterable[Exchange]:
    """Outlines remain what they are until all parts have been added up; `recall` then reads them again, all at once."""
    return outlines
