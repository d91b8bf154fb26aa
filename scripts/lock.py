"""Locks every requirement, with hashes and without the name of an index: `make lock`.

requirements-run.txt has what a checkout runs on, requirements.txt that and what tests, checks and scripts need. With
`--keep` the versions that are locked stay, as far as what is wanted lets them. The project's own clients are left out:
they are installed from the checkout.
"""

import argparse
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CLIENTS = (ROOT / "client/pyproject.toml", *sorted((ROOT / "generated").glob("*/pyproject.toml")))
RUN, ALL = "requirements-run", "requirements"
OPTIONS = (
    *("--quiet", "--generate-hashes", "--allow-unsafe", "--strip-extras", "--no-header"),
    *("--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links", "--no-annotate"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write both files; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", action="store_true", help="keep the versions that are locked")
    keep = parser.parse_args(arguments).keep
    project, clients = _project(ROOT / "pyproject.toml"), [_project(path) for path in CLIENTS]
    own = tuple(client["name"] for client in clients)
    needed = [one for each in (project, *clients) for one in each["dependencies"] if not one.startswith(own)]
    extras = [one for group in project["optional-dependencies"].values() for one in group]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        old = [ROOT / f"{ALL}.txt"] if keep else []
        run = _locked(folder, RUN, needed, old)
        every = run and _locked(folder, ALL, [*needed, *extras, _read(RUN)], [run, *old])
        if not run or not every:
            return 1
        for path in (run, every):
            beside = ROOT / f"{path.name}.new"
            beside.write_bytes(path.read_bytes())
            beside.replace(ROOT / path.name)
    return 0


def _project(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    return found


def _read(name: str) -> str:
    return (ROOT / f"{name}.in").read_text(encoding="utf-8")


def _locked(folder: Path, name: str, wanted: Iterable[str], bounds: Iterable[Path]) -> Path | None:
    """A locked file in a folder, within the bounds of others; None where none comes of it."""
    source, locked = folder / f"{name}.in", folder / f"{name}.txt"
    source.write_text("\n".join([_read(name), *wanted]), encoding="utf-8")
    constraints = [word for path in bounds for word in ("--constraint", str(path))]
    command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, *constraints, "--output-file", str(locked)]
    done = subprocess.run([*command, str(source)], check=False)  # noqa: S603 - our own arguments
    if done.returncode:
        return None
    head = f"# Built by `make lock` from {name}.in and the packages' own dependencies.\n"
    locked.write_text(head + locked.read_text(encoding="utf-8"), encoding="utf-8")
    return locked


if __name__ == "__main__":
    sys.exit(main())
