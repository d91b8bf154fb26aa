"""Makes the requests that a run sends beyond the usual ones, from each contract in `specs/`, into `specs/requests/`.

What is made depends on the contract and on the versions of what makes it, and is made anew where one of them changed.
`--check` makes nothing and exits 1 where something would be.
"""

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import orjson

from conformance.contract import Contract, read_contract
from conformance.suite.generated import FOLDER, GeneratedRequest, fingerprint, make, makers, premade, varies
from scripts.committed import ROOT, settle

SPECS = f"specs/{FOLDER}"


def made_of(contract: Contract, *, check: bool = False) -> bytes:
    """The file of a contract: what holds of the one that is there, and what is missing made anew.

    With `check`, what is missing is left out, which makes the file another one too.
    """
    there = premade(contract.name) if _makers(contract.name) == makers() else {}
    operations: dict[str, tuple[str, Iterable[GeneratedRequest]]] = {}
    for name, operation in contract.operations.items():
        if not varies(operation):
            continue
        key = fingerprint(contract, operation)
        kept = there.get(name)
        if kept is not None and kept.fingerprint == key:
            requests = kept.requests
        elif check:
            continue
        else:
            requests = make(contract, operation)
        operations[name] = key, requests
    return _written(operations)


def _written(operations: Mapping[str, tuple[str, Iterable[GeneratedRequest]]]) -> bytes:
    """A request a line, so that a change of them can be read."""
    blocks = []
    for name, (key, requests) in operations.items():
        lines = ",\n".join(orjson.dumps(one.written()).decode() for one in requests)
        blocks.append(f'"{name}": {{"fingerprint": "{key}", "requests": [\n{lines}\n]}}')
    inner = ",\n".join(blocks)
    return f'{{"made_with": "{makers()}", "operations": {{\n{inner}\n}}}}\n'.encode()


def _makers(name: str) -> str:
    path = ROOT / SPECS / f"{name}.json"
    return str(orjson.loads(path.read_bytes()).get("made_with")) if path.is_file() else ""


def files(contracts: Iterable[Contract], *, check: bool = False) -> Mapping[str, bytes]:
    """The files, by their paths from the checkout."""
    return {f"{SPECS}/{one.name}.json": made_of(one, check=check) for one in contracts}


def _contracts(folder: Path) -> list[Contract]:
    return [read_contract(path, f"specs/{path.name}", path.stem) for path in sorted(folder.glob("*.yaml"))]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; see the module. Returns the exit code."""
    parser = argparse.ArgumentParser(description=f"Makes {SPECS} from the contracts.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if something is stale")
    check = parser.parse_args(arguments).check
    return settle(ROOT, files(_contracts(ROOT / "specs"), check=check), (SPECS,), check=check)


if __name__ == "__main__":
    sys.exit(main())
