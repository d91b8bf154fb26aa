"""Where a contract is: by name in a folder of specs, as it was on a day, or anywhere as a file."""

import os
from datetime import date
from pathlib import Path
from typing import NamedTuple

from conformance.errors import UserError
from conformance.nearest import meant
from conformance.specs import folders, specs_dir

HISTORY = "history"
"""The folder in `specs/` with a dated copy of each contract for every change of it."""


class ContractError(UserError):
    """A contract is missing or cannot be used; the message is one line."""


class ContractFile(NamedTuple):
    """A contract's file: where it is, how reports name it (`specs/kimi.yaml`), and the contract's short name."""

    path: Path
    shown: str
    name: str


def names() -> tuple[str, ...]:
    """The contracts that are known by name: the project's, and those of the folders that the user adds."""
    return tuple(sorted({path.stem for folder in folders() for path in folder.glob("*.yaml")}))


def find(name: str) -> ContractFile:
    """Where the contract is of a name, of a name with a day (`kimi@2026-11-22`), or of a file's path.

    Raises:
        ContractError: there is none of that name.
    """
    path = Path(name)
    for folder in folders():
        if (folder / f"{name}.yaml").is_file() and name in names():
            return ContractFile(folder / f"{name}.yaml", _shown(folder, f"{name}.yaml"), name)
    if path.suffix.lower() in {".yaml", ".yml", ".json"} or os.path.lexists(path):
        return ContractFile(path, name, name if path.stem in names() else path.stem)
    if "@" in name:
        return _dated(*name.rsplit("@", 1))
    raise ContractError(
        f"{name}: no such contract; known are {', '.join(names())}, or name a .yaml or .json file, or NAME@DATE"
        f"{meant(name, names())}"
    )


def _shown(folder: Path, file: str) -> str:
    """How reports name a file of a folder of specs."""
    return f"specs/{file}" if folder == specs_dir() else str(folder / file)


def _dated(name: str, day: str) -> ContractFile:
    """The copy that was in force on a day: the latest that is not younger, or else the first that was kept."""
    known = names()
    copies = (
        {path.stem: path for path in sorted((specs_dir() / HISTORY / name).glob("*.yaml"))} if name in known else {}
    )
    if not copies:
        kept = ", ".join(one for one in known if (specs_dir() / HISTORY / one).is_dir())
        raise ContractError(f"{name}@{day}: no dated copies of {name!r} are kept; there are some of {kept or 'none'}")
    try:
        wanted = date.fromisoformat(day).isoformat()
    except ValueError:
        raise ContractError(f"{name}@{day}: {day!r} is no date; expected one like {name}@{max(copies)}") from None
    found = max((one for one in copies if one <= wanted), default=min(copies))
    return ContractFile(copies[found], f"specs/{HISTORY}/{name}/{found}.yaml", f"{name}@{found}")
