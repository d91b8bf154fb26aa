"""Where contracts and the records of providers are: `specs/` of the project, and the folders that a user adds to it."""

import os
from collections.abc import Iterable
from pathlib import Path

from conformance.errors import UserError

VARIABLE = "BATCH_CONFORMANCE_SPECS"
"""The environment variable that names further folders like `specs/`, separated as in PATH."""


_BEHIND = "BATCH_CONFORMANCE_SPECS_BEHIND"
"""Likewise, for the folders that settings name: processes that are started read it too."""


class SpecsError(UserError):
    """A folder of specs, or a record of a provider in it, cannot be used; the message is one line."""


def specs_dir() -> Path:
    """The project's own folder: `specs/` of a checkout, or the copy in an installed package."""
    packaged = Path(__file__).parent / "_specs"
    return packaged if packaged.is_dir() else Path(__file__).parents[1] / "specs"


def folders() -> tuple[Path, ...]:
    """Every folder, the user's first: what stands in an earlier one goes before what a later one has of that name.

    Those that settings name come last, and so replace nothing of the project's: a checkout of somebody else's must not
    decide where a key is sent.

    Raises:
        SpecsError: one that the user named is no folder.
    """
    added = _named(VARIABLE)
    for folder in added:
        if not folder.is_dir():
            raise SpecsError(f"{VARIABLE}: {folder} is not a folder")
    return (*added, specs_dir(), *_named(_BEHIND))


def add_behind(names: Iterable[Path]) -> None:
    """Add the folders that settings name, for this process and those that it starts."""
    os.environ[_BEHIND] = os.pathsep.join(map(str, names))


def _named(variable: str) -> list[Path]:
    return [Path(name) for name in os.environ.get(variable, "").split(os.pathsep) if name]
