"""What Schemathesis derives from the endpoint's contract: boundary values and random requests, valid and invalid."""

import pytest

from conformance.contract import OPERATIONS, is_json
from conformance.suite.generated import GeneratorMissingError, generate
from conformance.suite.probe import OutOfReach, Probe

LIVE = 6
"""Of the generated requests, so many go to a live endpoint: the boundaries, which come first."""


@pytest.mark.parametrize("name", OPERATIONS)
def test_generated_requests_are_answered_in_a_documented_way(probe: Probe, name: str) -> None:
    """Send them all, as far as the budget goes; a live endpoint is only read."""
    operation = probe.operation(name)
    if operation is None:
        pytest.skip(f"{probe.name} is not asked for {name}")
    reads = operation.method == "GET"
    creates = operation.body is not None and all(is_json(media) for media in operation.body_media_types)
    if not reads and (probe.endpoint.advance is None or not creates):
        pytest.skip("generated requests only read, but on a simulator")
    path = probe.known_path(operation)
    if path is None:
        pytest.skip("no id was told")
    try:
        requests = generate(probe.contract, operation)
    except GeneratorMissingError as missing:
        raise OutOfReach(str(missing)) from None
    for request in requests if probe.endpoint.advance is not None else requests[:LIVE]:
        probe.ask(operation, list(request.query), path=path, headers=dict(request.headers), body=request.body)
