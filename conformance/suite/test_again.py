"""The lists once more: what else has happened shows in them, and rare answers get another chance."""

import pytest

from conformance.suite.probe import Probe
from conformance.suite.test_lists import LISTS

TIMES = 4
TIMES_SIMULATED = 8


@pytest.mark.parametrize("name", LISTS)
def test_the_list_is_answered_again(probe: Probe, name: str) -> None:
    """A plain request for the list, after all the others."""
    operation = probe.operation(name)
    if operation is None:
        pytest.skip(f"{probe.name} is not asked for {name}")
    for _ in range(TIMES if probe.endpoint.advance is None else TIMES_SIMULATED):
        probe.ask(operation)
