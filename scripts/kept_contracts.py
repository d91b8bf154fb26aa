"""Keeps what each contract in `specs/` holds as JSON in `specs/read/`, which is read faster than YAML.

`--check` writes nothing and exits 1 where something would be written.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence

from conformance.contract import Contract, read_contract
from conformance.kept_contracts import FOLDER, written
from scripts.committed import ROOT, settle

KEPT = f"specs/{FOLDER}"


def files(contracts: Mapping[str, tuple[bytes, Contract]]) -> Mapping[str, bytes]:
    """The files, by their paths from the checkout, of contracts' texts and of what was read of them, by name."""
    return {
        f"{KEPT}/{name}.json": written(content, contract.document) for name, (content, contract) in contracts.items()
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; see the module. Returns the exit code."""
    parser = argparse.ArgumentParser(description=f"Keeps in {KEPT} what the contracts hold.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if something is stale")
    check = parser.parse_args(arguments).check
    found = {
        path.stem: (path.read_bytes(), read_contract(path, f"specs/{path.name}", path.stem, anew=True))
        for path in sorted((ROOT / "specs").glob("*.yaml"))
    }
    return settle(ROOT, files(found), (KEPT,), check=check)


if __name__ == "__main__":
    sys.exit(main())
