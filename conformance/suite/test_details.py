"""Single batches and files: those the endpoint told of, and one that never was."""

import pytest

from conformance.suite.probe import Probe

DETAILS = ("retrieve_batch", "retrieve_file", "file_content")
PARAMETER = {"retrieve_batch": "batch_id", "retrieve_file": "file_id", "file_content": "file_id"}
AT_MOST = 3
UNKNOWN = "id_that_never_was"


@pytest.mark.parametrize("name", DETAILS)
def test_what_was_told_of_can_be_had(probe: Probe, name: str) -> None:
    """Ask for things by ids from earlier answers."""
    operation = probe.operation(name)
    if operation is None:
        pytest.skip(f"{probe.name} is not asked for {name}")
    told = list(dict.fromkeys(probe.batches if PARAMETER[name] == "batch_id" else probe.files))
    for one in told[:AT_MOST]:
        probe.ask(operation, path={PARAMETER[name]: one})


@pytest.mark.parametrize("name", DETAILS)
def test_what_never_was_is_refused_in_a_documented_way(probe: Probe, name: str) -> None:
    """Ask for an id that no answer has told."""
    operation = probe.operation(name)
    if operation is None:
        pytest.skip(f"{probe.name} is not asked for {name}")
    probe.ask(operation, path={PARAMETER[name]: UNKNOWN})
