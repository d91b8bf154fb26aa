"""Keys: a request without one, and one with a wrong one."""

import pytest

from conformance.exchange import Credentials
from conformance.suite.probe import Probe

READS = ("list_batches", "list_files", "retrieve_batch", "retrieve_file", "file_content")


@pytest.mark.parametrize("credentials", ["absent", "wrong"])
@pytest.mark.parametrize("name", READS)
def test_a_key_is_demanded(probe: Probe, name: str, credentials: Credentials) -> None:
    """Ask for what a good key would be shown."""
    operation = probe.operation(name)
    path = probe.known_path(operation) if operation is not None else None
    if operation is None or path is None:
        pytest.skip(f"{probe.name} is not asked for {name}")
    probe.ask(operation, path=path, credentials=credentials)
