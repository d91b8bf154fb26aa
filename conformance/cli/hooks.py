"""What the hooks of pre-commit run: commands that take one file, for every file that is to be committed.

    python -m conformance.cli.hooks preflight --provider kimi FILE...
    python -m conformance.cli.hooks compare FILE...

`compare` holds each contract, as it stands in the index, to what the last commit has of it; a new one to itself.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str]) -> int:
    """Run one of the hooks; returns the highest exit code of its files."""
    name, *words = arguments or [""]
    options = [word for index, word in enumerate(words) if word.startswith("-") or _is_value(words, index)]
    files = [word for index, word in enumerate(words) if not word.startswith("-") and not _is_value(words, index)]
    if name == "preflight":
        return max((_run("preflight", file, *options) for file in files), default=0)
    if name == "compare":
        return max((_compared(file, options) for file in files), default=0)
    sys.stderr.write("hooks: preflight or compare is expected\n")
    return 2


def _is_value(words: Sequence[str], index: int) -> bool:
    """Whether a word is the value of the option before it: hooks give none that stands alone but `--no-known`."""
    before = words[index - 1] if index else ""
    return before.startswith("--") and "=" not in before and before not in {"--no-known", "--strict-known"}


def _compared(file: str, options: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="batch-conformance-") as folder:
        old, new = _kept(folder, "old", f"HEAD:./{file}", file), _kept(folder, "new", f":./{file}", file)
        if old is None:
            return _run("compare", new or file, new or file, *options)
        return _run("compare", old, new or file, *options)


def _kept(folder: str, name: str, where: str, file: str) -> str | None:
    """A file that git keeps, written to a folder; None where it keeps none."""
    found = subprocess.run(["git", "show", where], capture_output=True, check=False)  # noqa: S603, S607 - git as it is
    if found.returncode:
        return None
    path = Path(folder) / name / Path(file).name
    path.parent.mkdir()
    path.write_bytes(found.stdout)
    return str(path)


def _run(*words: str) -> int:
    command = [sys.executable, "-m", "conformance.cli", *words]
    return subprocess.run(command, check=False).returncode  # noqa: S603 - our own


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
