"""Evidence by host and contract. Hosts without end are told apart as far as one can read a report of them."""

from collections.abc import Iterator, Mapping

from attrs import define, field

from conformance.checks.evidence import Evidence
from conformance.smallest import beyond

Key = tuple[str, str]
"""Host and name of the contract."""

MAX_HOSTS = 100
"""How many hosts are told apart: those that are first in the alphabet, which no split changes."""
OTHERS = "(other hosts)"
"""What the rest is judged as."""


@define(eq=False)
class Hosts:
    """What was seen of each host by each contract that judges it."""

    _hosts: dict[str, dict[str, Evidence]] = field(factory=dict)
    _others: dict[str, Evidence] = field(factory=dict)

    def of(self, host: str, contract: str) -> Evidence:
        """The evidence of a host by a contract."""
        by_contract = self._others if host == OTHERS else self._hosts.get(host)
        if by_contract is None:
            self.settle()
            by_contract = self._hosts[host] = {}
        if contract not in by_contract:
            by_contract[contract] = Evidence()
        return by_contract[contract]

    def merge(self, others: Mapping[Key, Evidence]) -> None:
        """Add what was seen elsewhere; it is of no further use."""
        for (host, contract), evidence in others.items():
            self.of(host, contract).merge(evidence)
        self.settle()

    def settle(self, slack: int = 2) -> None:
        """Where there are more hosts than that, put together those that are not told apart."""
        for _, by_contract in beyond(self._hosts, MAX_HOSTS, str, slack):
            for contract, evidence in by_contract.items():
                self.of(OTHERS, contract).merge(evidence)

    def flush(self) -> dict[Key, Evidence]:
        """What was gathered since the last time."""
        gathered = dict(self)
        self._hosts, self._others = {}, {}
        return gathered

    def __iter__(self) -> Iterator[tuple[Key, Evidence]]:
        self.settle(slack=1)
        for host, by_contract in sorted([*self._hosts.items(), (OTHERS, self._others)]):
            for contract, evidence in sorted(by_contract.items()):
                yield (host, contract), evidence


def endpoint_of(host: str) -> str:
    """How reports name a recorded host."""
    return f"recorded:{host}"
