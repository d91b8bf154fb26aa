"""A whole run, start to report, beside Schemathesis's own command with all its phases, on the same simulator."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from conformance.providers import PROVIDERS
from conformance.simulator import Simulator
from conformance.specs import specs_dir
from scripts.benchmarks.line import Line, best

BIN = Path(sys.executable).parent
SCOPES = (
    ("the whole contract", (), (), 2.0),
    ("list_batches alone", ("--operation", "list_batches"), ("--include-operation-id", "list_batches"), None),
)
"""What is probed, in words of ours, in words of theirs; and the goal: our wall time at most half of theirs.

One operation alone is only told: there both mostly start up, and a stateful phase has nothing to do.
"""


PROVIDER = [one for one in PROVIDERS.values() if one.client][-1]
"""Whose simulator is probed."""


def run(*, full: bool) -> Iterator[Line]:
    """Both scopes, on the simulator of one provider, the rate unlimited."""
    del full
    with TemporaryDirectory() as folder:
        for scope, ours, theirs, goal in SCOPES:
            own, other = best([partial(_ours, ours, folder), partial(_schemathesis, theirs, folder)])
            yield Line(f"start to report, {scope}: st run's time, ours being 1", other / own, "×", goal)


def _ours(options: tuple[str, ...], folder: str) -> None:
    _call([str(BIN / "batch-conformance"), "run", f"sim:{PROVIDER.name}", "--out", "out", *options], folder)


def _schemathesis(options: tuple[str, ...], folder: str) -> None:
    with Simulator(PROVIDER.name, speed=0) as simulator:
        command = [str(BIN / "st"), "run", str(specs_dir() / f"{PROVIDER.contract}.yaml"), "--url", simulator.base_url]
        _call([*command, "--header", f"Authorization: Bearer {simulator.key}", *options], folder)


def _call(command: list[str], folder: str) -> None:
    subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603 - our own arguments
