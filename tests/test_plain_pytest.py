"""The suite as plain pytest: the same engine, the same outcome as the command line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Run

SUITE = ("-p", "conformance.suite.plugin", "--pyargs", "conformance.suite")

CASES = (
    pytest.param(("sim:kimi",), ("--against", "kimi", "--no-known"), 0, marks=pytest.mark.full),
    (("sim:siliconflow",), ("--against", "kimi", "--no-known", "--operation", "list_batches"), 1),
    (("live:kimi",), ("--against", "kimi", "--url", "http://127.0.0.1:9", "--rate", "1000"), 2),
)


def plain_pytest(folder: Path, *arguments: str, key: str = "sk-nobody") -> subprocess.CompletedProcess[str]:
    """Run pytest on the installed suite, in a folder of the user's."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", *SUITE, "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env={**os.environ, "MOONSHOT_API_KEY": key},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(("endpoints", "options", "code"), CASES, ids=str)
def test_pytest_and_the_command_line_agree(
    batch_conformance: Run, tmp_path: Path, endpoints: tuple[str, ...], options: tuple[str, ...], code: int
) -> None:
    """The exit code of either is the same."""
    chosen = [word for name in endpoints for word in ("--endpoint", name)]
    plain = plain_pytest(tmp_path, *chosen, *options)
    command = batch_conformance("run", *endpoints, *options, MOONSHOT_API_KEY="sk-nobody")
    assert (plain.returncode, command.returncode) == (code, code), plain.stdout + command.stdout


def test_a_drift_is_a_failed_test_that_names_it(tmp_path: Path) -> None:
    """Pytest's own report says which contract, rule and place."""
    done = plain_pytest(
        tmp_path, "--endpoint", "sim:siliconflow", "--against", "kimi", "--no-known", "--operation", "list_batches"
    )
    assert "test_the_endpoint_conforms[sim:siliconflow-kimi]" in done.stdout
    assert "response-property-enum-value-added list_batches /data/*/status" in done.stdout


def test_bad_options_are_pytests_usage_errors(tmp_path: Path) -> None:
    """One line, no traceback."""
    done = plain_pytest(tmp_path, "--endpoint", "sim:nobody")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "sim:nobody: no such endpoint" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
