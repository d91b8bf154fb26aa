"""Single batches and files: those the endpoint told of, and one that never was."""

import pytest

from conformance.suite.probe import Probe, is_success

DETAILS = ("retrieve_batch", "retrieve_file", "file_content")
PARAMETER = {"retrieve_batch": "batch_id", "retrieve_file": "file_id", "file_content": "file_id"}
ENOUGH, AT_MOST = 2, 4
"""So many that are there tell enough; so many are asked for, as some may be gone."""
UNKNOWN = "id_that_never_was"


@pytest.mark.parametrize("name", DETAILS)
def test_what_was_told_of_can_be_had(probe: Probe, name: str) -> None:
    """Ask for things by ids from earlier answers."""
    operation = probe.operation(name)
    if operation is None:
        pytest.skip(f"{probe.name} is not asked for {name}")
    found = 0
    for one in probe.told(operation)[:AT_MOST]:
        found += is_success(probe.ask(operation, path={PARAMETER[name]: one}))
        if found == ENOUGH:
            return


@pytest.mark.parametrize("name", DETAILS)
def test_what_never_was_is_refused_in_a_documented_way(probe: Probe, name: str) -> None:
    """Ask for an id that no answer has told."""
    operation = probe.operation(name)
    if operation is None:
        pytest.skip(f"{probe.name} is not asked for {name}")
    probe.ask(operation, path={PARAMETER[name]: UNKNOWN})
