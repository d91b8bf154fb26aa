"""Which contract files a CI system can show: those in the folder where it works."""

from collections.abc import Callable
from functools import cache
from pathlib import Path


def finder(root: Path | None = None) -> Callable[[str], str | None]:
    """A function from a contract's file to its path below `root` (the current folder); None for one not there."""
    top = (root or Path.cwd()).resolve()

    @cache
    def find(file: str) -> str | None:
        try:
            path = (top / file).resolve()
            return path.relative_to(top).as_posix() if path.is_file() else None
        except (OSError, ValueError):
            return None

    return find
