"""Peers from npm, installed once into `.peers/`, which git does not see."""

import shutil
import subprocess
from pathlib import Path

PEERS = Path(__file__).parents[2] / ".peers"


def from_npm(package: str, command: str) -> str | None:
    """The path of the command of a package such as `@redocly/cli@2.77.0`; None where it cannot be installed."""
    path = _installed(package, command, f".bin/{command}")
    return None if path is None else str(path)


def library_from_npm(package: str, name: str) -> Path | None:
    """The `node_modules` with a library such as `openai@7.57.0`; None where it cannot be installed."""
    path = _installed(package, name, name)
    return path and path.parent


def _installed(package: str, name: str, place: str) -> Path | None:
    """What a package brings to a place in its `node_modules`, installed if it is not there yet."""
    folder = PEERS / name
    path = folder / "node_modules" / place
    npm = shutil.which("npm")
    if not path.exists() and npm is not None:
        folder.mkdir(parents=True, exist_ok=True)
        install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), package]
        subprocess.run(install, capture_output=True, check=False)  # noqa: S603 - our own arguments
    return path if path.exists() else None
