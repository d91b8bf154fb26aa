"""What the tests share: the command line as users run it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def batch_conformance(tmp_path: Path) -> Run:
    """Run `batch-conformance` in an empty folder, with an environment that holds no keys but those given."""

    def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
        command = Path(sys.executable).with_name("batch-conformance")
        return subprocess.run(
            [command, *map(str, arguments)],
            cwd=tmp_path,
            env={**kept, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run
