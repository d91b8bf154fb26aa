"""Exchanges as they happen, one by one: what is new is told at once, the judgement comes in the end."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from attrs import define, field

from conformance.checks.conclude import conclude
from conformance.checks.evidence import Evidence
from conformance.checks.judgement import Judgement
from conformance.checks.look import deletion, look
from conformance.checks.several.replay import Replay
from conformance.contract import Contract
from conformance.drift import Breach, Drift, sighting
from conformance.exchange import Exchange
from conformance.rules import SEVERITIES


@define(eq=False)
class Watch:
    """One endpoint, judged by several contracts. Of an exchange its address is kept, and no body."""

    endpoint: str
    contracts: tuple[Contract, ...]
    _evidence: Mapping[str, Evidence] = field(init=False)
    _replays: Mapping[str, Replay] = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Start with nothing seen."""
        self._evidence = {one.name: Evidence() for one in self.contracts}
        self._replays = {one.name: Replay(one) for one in self.contracts}

    def add(self, exchange: Exchange, *, unclear: bool = False) -> list[Drift]:
        """Judge an exchange; what it shows of drifts that were not seen before, most severe first.

        `unclear`: the request shows no Authorization, and may have been recorded without.
        """
        new = []
        for contract in self.contracts:
            sight = look(exchange, contract, unclear=unclear)
            new += [self._drift(one, exchange, contract) for one in self._evidence[contract.name].add(sight)]
            if sight.observation is not None:
                later = self._replays[contract.name].take([sight.observation])
                new += [self._drift(breach, exchange, contract) for breach, _ in later]
        return sorted(new, key=lambda one: -SEVERITIES.index(one.severity))

    def note(self, exchange: Exchange) -> None:
        """Take note of an exchange that is not judged: what it deletes is there no more."""
        observation = deletion(exchange)
        if observation is None:
            return
        for contract in self.contracts:
            self._evidence[contract.name].trace.append(observation)
            self._replays[contract.name].take([observation])

    def _drift(self, breach: Breach, exchange: Exchange, contract: Contract) -> Drift:
        return sighting(breach, exchange, self.endpoint, contract.name, exchange.operation)

    def judgements(
        self,
        *,
        allow_empty: bool = False,
        absent: Callable[[str], bool] = lambda _: False,
        planned: Mapping[str, str] = MappingProxyType({}),
    ) -> list[Judgement]:
        """The judgement by each contract so far; see `conclude`."""
        return [
            conclude(
                self._evidence[one.name],
                self.endpoint,
                one,
                allow_empty=allow_empty,
                absent=absent,
                planned=planned,
                replay=self._replays[one.name],
            )
            for one in self.contracts
        ]
