"""Locks every requirement, with hashes and without the name of an index: `make lock`.

The project's own clients are left out: they are installed from the checkout.
"""

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
OWN = (ROOT / "client/pyproject.toml", *sorted((ROOT / "generated").glob("*/pyproject.toml")))
OPTIONS = (
    *("--quiet", "--generate-hashes", "--allow-unsafe", "--strip-extras", "--no-header"),
    *("--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links", "--no-annotate"),
)


def main() -> int:
    """Write requirements.txt; returns the exit code."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project.get("optional-dependencies", {})
    wanted = [*project["dependencies"], *(one for group in extras.values() for one in group)]
    clients = [tomllib.loads(path.read_text(encoding="utf-8"))["project"] for path in OWN]
    own = tuple(client["name"] for client in clients)
    wanted += [one for client in clients for one in client["dependencies"]]
    with tempfile.TemporaryDirectory() as folder:
        source, locked = Path(folder) / "requirements.in", Path(folder) / "requirements.txt"
        lines = [one for one in wanted if not one.startswith(own)]
        source.write_text("\n".join([(ROOT / "requirements.in").read_text(encoding="utf-8"), *lines]), encoding="utf-8")
        command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, "--output-file", str(locked), str(source)]
        done = subprocess.run(command, check=False)  # noqa: S603 - our own arguments
        if done.returncode == 0:
            text = (
                "# Built by `make lock` from requirements.in and the packages' own dependencies.\n"
                + locked.read_text(encoding="utf-8")
            )
            beside = ROOT / "requirements.txt.new"
            beside.write_text(text, encoding="utf-8")
            beside.replace(ROOT / "requirements.txt")
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
