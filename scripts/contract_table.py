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
from conformance.providers import PROVIDERS
from conformance.references import at, pointer, resolve
from conformance.schema import PayloadSchema, Place
from scripts.committed import ROOT, settle

PAGE = "docs/contracts.md"
CONTRACTS = tuple(dict.fromkeys(one.contract for one in PROVIDERS.values()))
"""Those of the providers, in the order of their records."""

_INTRODUCTION = """# The contracts side by side

Made from `specs/*.yaml` by `python scripts/contract_table.py`: not to be edited. Contracts that say the same stand
together, and each name leads to where it stands: a bare name to a documentation page that the contract is built from,
one with ° to another public document of the provider's, one with * to what was seen in the wild. **open** lists types
that no source names, and that are let through all the same; **known** are values that are sent, of an open list.
"""
_MARKS: Mapping[str, str] = {"page": "", "documented-elsewhere": "°", "seen-in-the-wild": "*"}
_BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "minProperties", "maxProperties", "pattern", "format")
_LINES: Mapping[str, str] = {
    "input": "A line of an input file",
    "output": "A line of an output file",
    "error": "A line of an error file",
}
_NONE = "–"
_LINK = re.compile(r"\]\((https?://[^)]+)\)")

Cell = Callable[[Contract, str], tuple[str, Location] | None]
"""What a contract says in a row, and where; None where it says nothing."""


def contract_table(contracts: Sequence[Contract]) -> str:
    """The page as Markdown."""
    lines = "\n".join(
        [
            _INTRODUCTION,
            "## Operations",
            "",
            *_table("Operation", contracts, OPERATIONS, _operation_cell),
            "",
            *_fields("The batch object", contracts, _success("retrieve_batch")),
            "",
            *_fields("A page of batches", contracts, _success("list_batches"), page=True),
            "",
            *_fields(
                "The body of `create_batch`", contracts, lambda contract: contract.operations["create_batch"].body
            ),
            "",
            *(line for kind, title in _LINES.items() for line in (*_fields(title, contracts, _lines(kind)), "")),
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


def _table(title: str, contracts: Sequence[Contract], rows: Iterable[str], cell: Cell) -> Iterator[str]:
    """A row a subject; in it a line for each thing that is said, and by whom."""
    yield f"| {title} | What it is | In |"
    yield "| --- | --- | --- |"
    for row in rows:
        said: dict[str, list[str]] = {}
        for contract in contracts:
            words, location = cell(contract, row) or (_NONE, ())
            said.setdefault(words, []).append(_named(contract, location) if words != _NONE else contract.name)
        for index, (words, names) in enumerate(sorted(said.items(), key=lambda pair: pair[0] == _NONE)):
            shown = f"`{row}`" if index == 0 else ""
            yield f"| {shown} | {words.replace('|', chr(92) + '|')} | {', '.join(names)} |"


def _named(contract: Contract, location: Location) -> str:
    """The contract's name, leading to the nearest `x-source` at or above a location."""
    document = contract.document
    for end in range(len(location), -1, -1):
        node = at(document, location[:end])
        if isinstance(node, dict) and "x-source" in node:
            source = node["x-source"]
            address = document.data.get("x-pages", {}).get(source["ref"], {}).get("address", source["ref"])
            return f"[{contract.name}]({address}){_MARKS[source['kind']]}"
    return contract.name


def _operation_cell(contract: Contract, name: str) -> tuple[str, Location] | None:
    operation = contract.operations.get(name)
    if operation is None:
        return None
    return f"`{operation.method} {operation.path}` {' '.join(operation.responses)}", operation.location


def _success(name: str) -> Callable[[Contract], PayloadSchema | None]:
    def schema(contract: Contract) -> PayloadSchema | None:
        operation: Operation = contract.operations[name]
        response = operation.response(operation.success_status)
        return response.schema if response else None

    return schema


def _create(contract: Contract) -> PayloadSchema | None:
    return contract.operations["create_batch"].body


def _lines(kind: str) -> Callable[[Contract], PayloadSchema | None]:
    return lambda contract: contract.lines.get(kind)


def _fields(
    title: str,
    contracts: Sequence[Contract],
    schema_of: Callable[[Contract], PayloadSchema | None],
    *,
    page: bool = False,
) -> Iterator[str]:
    """A table of every place in a payload; of a page without its items, which have their own table."""
    places: dict[str, dict[str, Place]] = {}
    for contract in contracts:
        schema = schema_of(contract)
        items = f"{pointer(schema.list_place() or ())}/*" if schema and page else ""
        found = () if schema is None else (schema.place(()), *schema.places()) if page else schema.places()
        places[contract.name] = {
            one.pointer or "(the whole)": one
            for one in found
            if not items or (one.pointer != items and not one.pointer.startswith(f"{items}/"))
        }
    rows = list(dict.fromkeys(row for found in places.values() for row in found))

    def cell(contract: Contract, row: str) -> tuple[str, Location] | None:
        place = places[contract.name].get(row)
        return None if place is None else (_words(contract, place), place.location)

    yield f"## {title}"
    yield ""
    yield from _table("Field", contracts, sorted(rows, key=lambda row: _family(row, rows)), cell)


def _family(row: str, rows: Sequence[str]) -> tuple[int, ...]:
    """Fields in the order of the first contract that has them, each followed by what is inside it."""
    steps = row.split("/")
    outer = ("/".join(steps[: end + 1]) for end in range(1, len(steps)))
    return tuple(rows.index(pointer) for pointer in outer if pointer in rows)


def _words(contract: Contract, place: Place) -> str:
    document = contract.document
    node = at(document, resolve(document, place.location))
    if isinstance(node, bool):
        return "anything" if node else "nothing"
    kinds = [node["type"]] if isinstance(node.get("type"), str) else list(node.get("type", ()))
    opened = list(node.get("x-open", ()))
    branches = [one for key in ("anyOf", "oneOf") for one in node.get(key, ())]
    nullable = node.get("nullable") is True or "null" in kinds or {"type": "null"} in branches
    named = [kind for kind in kinds if kind != "null" and kind not in opened]
    named += ["object"] if branches and not named else []
    named += ["null"] if nullable and "null" not in opened else []
    words = [" or ".join(named) or "anything", *_required(contract, place.location), *_values(node)]
    return ", ".join([*words, *([f"open: {' '.join(opened)}"] if opened else [])])


def _required(contract: Contract, location: Location) -> Iterator[str]:
    if location[-2:-1] == ("properties",) and location[-1] in at(contract.document, location[:-2]).get("required", ()):
        yield "required"


def _values(node: Mapping[str, Any]) -> Iterator[str]:
    values = [node["const"]] if "const" in node else node.get("enum", [])
    if values:
        yield " ".join(f"`{value}`" for value in values)
    known = [str(one["value"]) for one in node.get("x-values", ())]
    if known:
        yield f"known: {' '.join(f'`{value or chr(34) * 2}`' for value in known)}"
    for bound in _BOUNDS:
        if bound in node:
            yield f"{bound} `{node[bound]}`"


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
        files = {name: f"specs/{name}.yaml" for name in CONTRACTS}
        contracts = [Contract(name, file, load(str(root / file)).document) for name, file in files.items()]
    except ContractError as error:
        click.echo(f"contract_table: {error}", err=True)
        return 1
    return settle(root, {PAGE: contract_table(contracts).encode()}, check=options.check)


if __name__ == "__main__":
    sys.exit(main())
