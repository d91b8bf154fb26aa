"""Writes docs/contracts.md: the operations and the batch object of all contracts, side by side, and where each stands.

`--check` writes nothing and exits 1 if the page is stale.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from conformance.contract import OPERATIONS, Contract, ContractError, Operation, load
from conformance.document import Location
from conformance.schema import PayloadSchema, Place, at, resolve
from scripts.committed import ROOT, settle

PAGE = "docs/contracts.md"
CONTRACTS = ("kimi", "siliconflow", "openai")

_INTRODUCTION = """# The contracts side by side

Made from `specs/*.yaml` by `python scripts/contract_table.py`: not to be edited. Every cell ends with where it stands:
**page** is the provider's documentation page that the contract is built from, **elsewhere** another public document of
the provider's, **seen** what was seen in the wild.
"""
_LABELS: Mapping[str, str] = {"page": "page", "documented-elsewhere": "elsewhere", "seen-in-the-wild": "seen"}
_BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "minProperties", "maxProperties", "pattern")
_NONE = "–"
_LINK = re.compile(r"\]\((https?://[^)]+)\)")


def contract_table(contracts: Sequence[Contract]) -> str:
    """The page as Markdown."""
    lines = "\n".join(
        [
            _INTRODUCTION,
            "## Operations",
            "",
            *_table("Operation", contracts, OPERATIONS, _operation_cell),
            "",
            *_fields("The batch object", contracts, _response("retrieve_batch")),
            "",
            *_fields("A page of batches", contracts, _response("list_batches"), below="/data/*"),
            "",
            *_fields(
                "The body of `create_batch`", contracts, lambda contract: contract.operations["create_batch"].body
            ),
            "",
            "## Notes on the sources",
            "",
            *(f"- {contract.name}, `{place}`: {note}" for contract in contracts for place, note in _notes(contract)),
            "",
        ]
    )
    return _by_reference(lines)


def _by_reference(markdown: str) -> str:
    """The links numbered and gathered at the end, so that tables can be read as text too."""
    addresses = list(dict.fromkeys(_LINK.findall(markdown)))
    numbered = _LINK.sub(lambda link: f"][{addresses.index(link[1]) + 1}]", markdown)
    return numbered + "\n" + "".join(f"[{number}]: {address}\n" for number, address in enumerate(addresses, 1))


def _table(
    title: str, contracts: Sequence[Contract], rows: Iterable[str], cell: Callable[[Contract, str], str]
) -> Iterator[str]:
    yield _row([title, *(contract.name for contract in contracts)])
    yield _row(["---"] * (len(contracts) + 1))
    for row in rows:
        yield _row([f"`{row}`", *(cell(contract, row) for contract in contracts)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _operation_cell(contract: Contract, name: str) -> str:
    operation = contract.operations.get(name)
    if operation is None:
        return _NONE
    path, statuses = operation.template, " ".join(operation.responses)
    return f"`{operation.method} {path}` {statuses} {_source(contract, operation.location)}"


def _response(name: str) -> Callable[[Contract], PayloadSchema | None]:
    def success(contract: Contract) -> PayloadSchema | None:
        operation: Operation = contract.operations[name]
        return operation.responses["200"].schema

    return success


def _fields(
    title: str, contracts: Sequence[Contract], schema_of: Callable[[Contract], PayloadSchema | None], below: str = ""
) -> Iterator[str]:
    """A table of every place in a payload; those below a pointer, which have their own table, are left out."""
    schemas = {contract.name: schema_of(contract) for contract in contracts}
    places = {
        name: {
            place.pointer: place for place in schema.places() if not below or not place.pointer.startswith(f"{below}/")
        }
        for name, schema in schemas.items()
        if schema is not None
    }
    rows = list(dict.fromkeys(pointer for found in places.values() for pointer in found))

    def cell(contract: Contract, pointer: str) -> str:
        place = places[contract.name].get(pointer)
        return _NONE if place is None else _field_cell(contract, place)

    yield f"## {title}"
    yield ""
    yield from _table("Field", contracts, sorted(rows, key=lambda row: _family(row, rows)), cell)


def _family(row: str, rows: Sequence[str]) -> tuple[int, ...]:
    """Fields in the order of the first contract that has them, each followed by what is inside it."""
    steps = row.split("/")
    outer = ("/".join(steps[: end + 1]) for end in range(1, len(steps)))
    return tuple(rows.index(pointer) for pointer in outer if pointer in rows)


def _field_cell(contract: Contract, place: Place) -> str:
    document = contract.document
    node = at(document, resolve(document, place.location))
    kinds = [node["type"]] if isinstance(node.get("type"), str) else list(node.get("type", ()))
    nullable = "null" in kinds or node.get("nullable") is True
    type_words = " or ".join([kind for kind in kinds if kind != "null"] + (["null"] if nullable else []))
    words = [type_words or "anything", *_required(contract, place.location), *_values(node)]
    return f"{', '.join(words)} {_source(contract, place.location)}"


def _required(contract: Contract, location: Location) -> Iterator[str]:
    if location[-2] == "properties" and location[-1] in at(contract.document, location[:-2]).get("required", ()):
        yield "required"


def _values(node: Mapping[str, Any]) -> Iterator[str]:
    values = [node["const"]] if "const" in node else node.get("enum", [])
    if values:
        yield " ".join(f"`{value}`" for value in values)
    for bound in _BOUNDS:
        if bound in node:
            yield f"{bound} `{node[bound]}`"


def _source(contract: Contract, location: Location) -> str:
    """The nearest `x-source` at or above a location, as a link."""
    document = contract.document
    for end in range(len(location), -1, -1):
        node = at(document, location[:end])
        if isinstance(node, dict) and "x-source" in node:
            source = node["x-source"]
            address = document.data.get("x-pages", {}).get(source["ref"], {}).get("address", source["ref"])
            return f"[{_LABELS[source['kind']]}]({address})"
    return ""


def _notes(contract: Contract) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for place, node in _walk(contract.document.data, ()):
        note = node.get("x-source", {}).get("note")
        if note is not None and note not in seen:
            seen.add(note)
            yield ".".join(str(step) for step in place), note


def _walk(node: Any, place: Location) -> Iterator[tuple[Location, dict[str, Any]]]:
    if isinstance(node, dict):
        yield place, node
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in items:
        yield from _walk(child, (*place, key))


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """The command; see the module. Returns the exit code."""
    parser = argparse.ArgumentParser(description=f"Writes {PAGE} from specs/*.yaml.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the page is stale")
    options = parser.parse_args(arguments)
    try:
        contracts = [load(str(root / f"specs/{name}.yaml")) for name in CONTRACTS]
    except ContractError as error:
        click.echo(f"contract_table: {error}", err=True)
        return 1
    return settle(root, {PAGE: contract_table(contracts).encode()}, check=options.check)


if __name__ == "__main__":
    sys.exit(main())
