"""What came of it: for each contract, whether the endpoint drifts from it."""

import pytest

from conformance.suite.probe import Probe
from conformance.suite.session import Session


def test_the_endpoint_conforms(probe: Probe, contract_name: str, run: Session) -> None:
    """Fails on new drift at or above --fail-on; skipped where too little was seen to tell."""
    verdict = next(
        one
        for one in run.finish().verdicts
        if (one.pair.endpoint, one.pair.contract.name) == (probe.name, contract_name)
    )
    if verdict.outcome == "drift":
        lines = [
            f"{drift.severity}: {drift.rule} {drift.identity.operation} {drift.identity.pointer} ({drift.expected})"
            for drift in verdict.drifts
            if drift.known is None
        ]
        pytest.fail("\n".join([f"{probe.name} drifts from {contract_name}:", *lines]), pytrace=False)
    if verdict.outcome == "could-not-check":
        pytest.skip(f"could not check: {verdict.reason}")
