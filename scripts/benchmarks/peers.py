"""Peers from npm, installed once into `.peers/`, which git does not see."""

import shutil
import subprocess
from pathlib import Path

PEERS = Path(__file__).parents[2] / ".peers"


def from_npm(package: str, command: str) -> str | None:
    """The path of the command of a package such as `@redocly/cli@2.77.0`; None where it cannot be installed."""
    folder = PEERS / command
    path = folder / "node_modules/.bin" / command
    npm = shutil.which("npm")
    if not path.exists() and npm is not None:
        folder.mkdir(parents=True, exist_ok=True)
        install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), package]
        subprocess.run(install, capture_output=True, check=False)  # noqa: S603 - our own arguments
    return str(path) if path.exists() else None
