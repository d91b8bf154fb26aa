"""Everything one simulator has at hand when it answers."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from attrs import define, evolve, field

from conformance.contract import Operation
from conformance.simulator.answer import Call, ServedAnswer
from conformance.simulator.clock import Clock
from conformance.simulator.engine import Engine
from conformance.simulator.lifecycle import Batch
from conformance.simulator.profile import Json, Profile
from conformance.simulator.store import Store


@define(eq=False)
class Service:
    """One provider's state and what moves it."""

    profile: Profile
    clock: Clock
    store: Store
    engine: Engine
    _numbers: Iterator[int] = field(factory=count, init=False)

    def next_number(self) -> int:
        """A number that no one else gets."""
        return next(self._numbers)

    def operation(self, call: Call) -> Operation:
        """What the contract says of what is called."""
        return self.profile.contract.operations[call.operation]

    def success(self, shown: Any, call: Call) -> ServedAnswer:
        """The success of a call that shows one batch or file."""
        return self.profile.answer(call.operation, shown, {})

    def show(self, batch: Batch, call: Call) -> Json:
        """A batch as the provider's answer to a call has it."""
        seen = self.engine.seen(batch)
        if self.profile.results_are_urls:
            output, errors = (
                file_id and f"{call.base_url}/results/{file_id}"
                for file_id in (seen.output_file_id, seen.error_file_id)
            )
            seen = evolve(seen, output_file_id=output, error_file_id=errors)
        return self.profile.batch(seen, self.profile.phases[seen.phase], call)
