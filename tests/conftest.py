"""What the tests share: the command line as users run it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.forking import Forking

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def forking() -> Iterator[Forking]:
    """The command line, loaded once."""
    process = Forking()
    yield process
    process.close()


@pytest.fixture
def batch_conformance(tmp_path: Path, forking: Forking) -> Run:
    """Run `batch-conformance` in an empty folder, with an environment that holds no keys but those given.

    `given` is its standard input; `patched` has other values by `module:name`: so long nobody waits in a test.
    """

    def run(
        *arguments: str | Path, given: str = "", patched: Mapping[str, object] | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        words = list(map(str, arguments))
        done = forking.run(words, tmp_path, {**_kept(), **environment}, given=given.encode(), patched=patched)
        return subprocess.CompletedProcess(words, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def batch_conformance_anew(tmp_path: Path) -> Run:
    """The same, in a process that is started as users start it, with hashes of its own."""

    def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        command = Path(sys.executable).with_name("batch-conformance")
        return subprocess.run(
            [command, *map(str, arguments)],
            cwd=tmp_path,
            env={**_kept(), **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def _kept() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
