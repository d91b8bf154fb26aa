"""A contract: what a provider documents, read from an OpenAPI 3.0, 3.1 or 3.2 document; in `specs/`, or anybody's."""

import os
import re
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path

from attrs import define

from conformance.contract_files import HISTORY, ContractError, names
from conformance.contract_files import find as find_file
from conformance.document import Document, DocumentError, Location, NotPlain, read
from conformance.kept_contracts import kept
from conformance.openapi import LINES, METHODS, Operation, Parameter, Response, base_path, find, is_json, operations
from conformance.operations import OPERATIONS
from conformance.schema import PayloadSchema, Place
from conformance.specs import specs_dir

__all__ = [
    "HISTORY",
    "LINES",
    "METHODS",
    "OPERATIONS",
    "Contract",
    "ContractError",
    "Operation",
    "Parameter",
    "Response",
    "is_json",
    "load",
    "names",
    "read_contract",
    "real_path",
    "specs_dir",
]


@define(eq=False, slots=False)
class Contract:
    """One contract. `file` is how reports name it (`specs/kimi.yaml`)."""

    name: str
    file: str
    document: Document

    @property
    def version(self) -> str:
        """The version of OpenAPI."""
        return str(self.document.data["openapi"])

    @cached_property
    def base_path(self) -> str:
        """What the paths of all operations begin with, such as `/v1`; empty where there is nothing."""
        return "".join(f"/{step}" for step in base_path(self.document))

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """The operations of a batch's life that it has, by name, in the order of OPERATIONS.

        Raises:
            DocumentError: the document is not the OpenAPI it says it is.
        """
        return {operation.name: operation for operation in operations(self.document)}

    @cached_property
    def lines(self) -> Mapping[str, PayloadSchema]:
        """What it says of the lines of a batch's files, by what they are: `input`, `output`, `error` (`x-lines`).

        It stands at the operation that carries them, or, where the contract has none, at the one that names the file.
        """
        found: dict[str, PayloadSchema] = {}
        for operation in self.operations.values():
            for kind, schema in operation.lines.items():
                found.setdefault(kind, schema)
        return found

    def schema(self, location: Location) -> PayloadSchema:
        """The schema at a location."""
        return PayloadSchema(self.document, location)

    def line(self, place: Place | Location) -> int:
        """The line of the contract's file that speaks of a place."""
        location = place.location if isinstance(place, Place) else place
        return self.document.line(location)


@cache
def load(name: str) -> Contract:
    """Read a contract by its name (`kimi`), as it was on a day (`kimi@2026-11-22`), or by the path of a file.

    A file is YAML or JSON.

    Raises:
        ContractError: there is none of that name, or the document cannot be used.
    """
    found = find_file(name)
    return read_contract(found.path, found.shown, found.name)


def real_path(name: str) -> str:
    """Where the contract of a name, or of a file's path, lies on the disk; one file has one such path.

    Raises:
        ContractError: there is none of that name.
    """
    return os.path.realpath(find_file(name).path)


def read_contract(path: Path, shown: str, name: str, *, anew: bool = False) -> Contract:
    """Read a contract from a file; `shown` is how reports name the file, `anew` leaves alone what was kept of it.

    Raises:
        ContractError: the document cannot be used.
    """
    try:
        document = None if anew else kept(path)
        if document is not None:  # it was read before, and was whole
            return Contract(name, shown, document)
        contract = Contract(name, shown, _whole(path))
        _ = contract.operations, contract.lines
        if not path.is_relative_to(specs_dir()):  # the project's own are whole: its tests have seen that
            compile_all(contract)
    except DocumentError as error:
        text = str(error)
        raise ContractError(text if text.startswith(str(path)) else f"{shown}: {text}") from None
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise ContractError(f"{shown}: not a well-formed OpenAPI document ({type(error).__name__}: {error})") from None
    return contract


def _whole(path: Path) -> Document:
    """What a file holds that a batch's life reaches."""
    document = read(path, lenient=True)
    _require_openapi(document)
    return _reached(document)


_READ = re.compile(r"3\.[012](?:\.[0-9]+)?(?:[-+].*)?")
_BESIDE = ("openapi", "$self", "info", "servers", "security", "x-pages", "x-limits")
"""What is kept of a document besides its operations."""


def _require_openapi(document: Document) -> None:
    data = document.data if isinstance(document.data, dict) else {}
    for one in (document.data, data.get("openapi"), data.get("paths")):
        if isinstance(one, NotPlain):
            raise DocumentError(one.text)
    if isinstance(data.get("swagger"), str | float):
        raise DocumentError(
            f"a Swagger {data['swagger']} document; OpenAPI 3.0, 3.1 and 3.2 are read, so convert it first"
        )
    if not _READ.fullmatch(str(data.get("openapi", ""))):
        raise DocumentError("not an OpenAPI 3.0, 3.1 or 3.2 document (no such `openapi:`)")
    if not isinstance(data.get("paths"), dict):
        raise DocumentError("`paths` is missing or not a mapping")


def _reached(document: Document) -> Document:
    """The document with what the operations of a batch's life reach, and nothing else."""
    from conformance.reach import reach  # noqa: PLC0415 - contracts that are kept need it no more

    found = find(document)
    if not found:
        raise DocumentError("no operation of a Batch API in it: expected paths like /v1/batches or /v1/files")
    followed = [one.location for one in found.values()] + [(*one.item, "parameters") for one in found.values()]
    beside: list[Location] = [*((key,) for key in _BESIDE), ("components", "securitySchemes")]
    for one in found.values():
        beside += [("paths", one.template, "$ref"), (*one.item, "servers")]
    return reach(document, followed, beside)


def compile_all(contract: Contract) -> None:
    """Build every validator once, so that a broken schema is found when the contract is read.

    Raises:
        DocumentError: a schema is not valid.
    """
    for operation in contract.operations.values():
        _compile(operation)
    for schema in contract.lines.values():
        _ = schema.validator


def _compile(operation: Operation) -> None:
    schemas = [one.schema for one in operation.parameters] + [one.schema for one in operation.responses.values()]
    for schema in [*schemas, operation.body]:
        if schema is not None:
            _ = schema.validator
