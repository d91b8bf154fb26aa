"""The lists, asked as most clients ask: this shows most."""

import pytest

from conformance.suite.probe import Probe

LISTS = ("list_batches", "list_files")
TIMES = 3
"""A value may appear in one answer of a few."""


@pytest.mark.parametrize("name", LISTS)
def test_the_list_is_answered(probe: Probe, name: str) -> None:
    """A plain request for the list."""
    operation = probe.operation(name, groundwork=True)
    if operation is None:
        pytest.skip(f"{probe.name} is not asked for {name}")
    for _ in range(TIMES if name in probe.operations else 1):
        probe.ask(operation)
