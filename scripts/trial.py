"""A generated client is tried before anything of it is written: by a type checker, and at work.

At work, in a process of its own, it is imported whole, reads a sample of every documented answer without drift, and
takes a batch through its life against a simulator made from the very contract it was generated from.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from conformance.specs import VARIABLE
from conformance.suite.generated import storage
from scripts.committed import ROOT
from scripts.generate_clients import Client, GenerationError

SECONDS = 120
"""How long a trial may take; it takes some five."""

_LINE = 400
"""Characters of what a failure says."""


def try_client(client: Client, files: Mapping[str, bytes], contract: bytes, providers: bytes) -> None:
    """Try a client that is not in its place yet.

    Args:
        client: Which.
        files: The files of its distribution, by path from the root of the checkout.
        contract: The contract it was generated from.
        providers: The list of providers that it is in.

    Raises:
        GenerationError: it fails.
    """
    with TemporaryDirectory() as temporary:
        folder, specs = Path(temporary) / "package", Path(temporary) / "specs"
        for path, content in files.items():
            _write(folder / path.removeprefix(f"{client.folder}/"), content)
        _write(specs / "providers.toml", providers)
        _write(specs / f"{client.provider.contract}.yaml", contract)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_BASE_URL"))},
            "PYTHONPATH": os.pathsep.join(map(str, (folder, ROOT))),
            VARIABLE: str(specs),
        }
        options = ("--strict", "--no-error-summary", "--cache-dir", str(storage() / "mypy"))
        commands = {
            "at work": ("-m", "scripts.trial_run", client.provider.name),
            "to the type checker": ("-m", "mypy", *options, str(folder / client.package)),
        }
        running = {
            how: subprocess.Popen(  # noqa: S603 - our own arguments
                (sys.executable, *command),
                cwd=temporary,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
            for how, command in commands.items()
        }
        told = {how: _told(process) for how, process in running.items()}
    for how, failure in told.items():
        if failure is not None:
            said = failure.replace(f"{folder}/", "")[-_LINE:]
            raise GenerationError(f"{client.contract}: no client is made of it, {client.package} fails {how}: {said}")


def _told(process: subprocess.Popen[str]) -> str | None:
    """What a failed process said last; None where it succeeded."""
    try:
        said, _ = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return f"no end after {SECONDS} s"
    lines = [line.strip() for line in said.splitlines() if line.strip() and ": note: " not in line]
    return (lines[-1] if lines else f"exit {process.returncode}") if process.returncode else None


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
