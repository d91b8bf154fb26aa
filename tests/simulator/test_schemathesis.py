"""Schemathesis, an independent tester, walks from answer to request through the simulators and finds nothing wrong."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.simulator import Simulator
from conformance.specs import specs_dir
from tests.simulator.kit import PROVIDERS

pytestmark = pytest.mark.full

PREFIX = {"kimi": "/v1", "siliconflow": ""}
"""What the paths of a contract begin with; the rest of the address is the server's."""

REFUSED_LIMITS = {("UndefinedStatusCode", "GET /v1/batches")}
"""Kimi documents no 400 for a list: a server that refuses `limit=abc` must answer with something undocumented."""


def report_of(simulator: Simulator, folder: Path, *, seed: int) -> dict[str, Any]:
    """The report of a run with every phase, stateful tests among them.

    Every check but one: that what keeps the schema is accepted, for no schema says which files and batches exist.
    """
    report = folder / "report.json"
    url = simulator.base_url.removesuffix("/v1") + ("" if PREFIX[simulator.provider] else "/v1")
    command = [
        *(Path(sys.executable).with_name("st"), "run", specs_dir() / f"{simulator.provider}.yaml", "--url", url),
        *("-H", f"Authorization: Bearer {simulator.key}", "--checks", "all"),
        *("--exclude-checks", "positive_data_acceptance", "--continue-on-failure", "--max-examples", "100"),
        *("--seed", str(seed), "--report-json-path", report),
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert report.exists(), done.stdout + done.stderr
    read: dict[str, Any] = json.loads(report.read_text())
    return read


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_faultless_simulator_passes(provider: str, seed: int, tmp_path: Path) -> None:
    """In each phase, over every operation, with what it links from one answer to the next request."""
    with Simulator(provider, speed=3600) as simulator:
        report = report_of(simulator, tmp_path, seed=seed)
    found = {(one["type"], name) for one in report["failures"] for name in one["operations"]}
    assert found <= (REFUSED_LIMITS if provider == "kimi" else set())
    assert not report["errors"]
    assert report["operations"]["tested"] == report["operations"]["total"]
    assert not [name for name, phase in report["phases"].items() if phase["skip_reason"]]
    reached = {
        name for name, phases in report["valid_rates"].items() if any(one["accepted"] for one in phases.values())
    }
    assert len(reached) == report["operations"]["total"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_fault_is_found(provider: str, tmp_path: Path) -> None:
    """The same run does fail where the simulator is wrong."""
    with Simulator(provider, speed=3600, faults=["created-at-text"]) as simulator:
        report = report_of(simulator, tmp_path, seed=1)
    found = {(one["type"], name) for one in report["failures"] for name in one["operations"]}
    assert ("JsonSchemaError", f"GET {PREFIX[provider]}/batches") in found
