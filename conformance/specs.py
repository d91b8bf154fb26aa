"""Where contracts and the records of providers are: `specs/` of the project, and the folders that a user adds to it."""

import os
from pathlib import Path

from conformance.errors import UserError

VARIABLE = "BATCH_CONFORMANCE_SPECS"
"""The environment variable that names further folders like `specs/`, separated as in PATH."""


class SpecsError(UserError):
    """A folder of specs, or a record of a provider in it, cannot be used; the message is one line."""


def specs_dir() -> Path:
    """The project's own folder: `specs/` of a checkout, or the copy in an installed package."""
    packaged = Path(__file__).parent / "_specs"
    return packaged if packaged.is_dir() else Path(__file__).parents[1] / "specs"


def folders() -> tuple[Path, ...]:
    """Every folder, the user's first: what stands in an earlier one goes before what a later one has of that name.

    Raises:
        SpecsError: one that the user named is no folder.
    """
    added = [Path(name) for name in os.environ.get(VARIABLE, "").split(os.pathsep) if name]
    for folder in added:
        if not folder.is_dir():
            raise SpecsError(f"{VARIABLE}: {folder} is not a folder")
    return (*added, specs_dir())
