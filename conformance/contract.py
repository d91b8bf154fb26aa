"""A contract: what a provider documents, read from an OpenAPI 3.0 or 3.1 document in `specs/`."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from attrs import define, frozen

from conformance.document import Document, DocumentError, Location, read
from conformance.schema import PayloadSchema, Place, at, resolve
from conformance.specs import folders, specs_dir

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
OPERATIONS = (
    "list_batches",
    "create_batch",
    "retrieve_batch",
    "cancel_batch",
    "upload_file",
    "list_files",
    "retrieve_file",
    "delete_file",
    "file_content",
)
"""The operations of a batch's life, by the names that every contract gives them (`operationId`)."""


HISTORY = "history"
"""The folder in `specs/` with a dated copy of each contract for every change of it."""


class ContractError(Exception):
    """A contract is missing or cannot be used; the message is one line."""


@frozen
class Parameter:
    """A documented parameter: `where` is query, path, header or cookie."""

    name: str
    where: str
    required: bool
    schema: PayloadSchema


@frozen
class Response:
    """A documented response: `status` as written (`200`, `4XX`, `default`); media types in lower case."""

    status: str
    location: Location
    media_types: frozenset[str]
    schema: PayloadSchema | None


@frozen(eq=False)
class Operation:
    """One operation. `path` is the template without the contract's own version prefix."""

    name: str
    method: str
    path: str
    location: Location
    parameters: tuple[Parameter, ...]
    body_media_types: tuple[str, ...]
    body: PayloadSchema | None
    body_required: bool
    responses: Mapping[str, Response]
    authenticated: bool

    @cached_property
    def answers(self) -> frozenset[str]:
        """The media types of its successes."""
        successes = (one.media_types for status, one in self.responses.items() if status.startswith("2"))
        return frozenset().union(*successes)

    @cache  # noqa: B019 - as many as there are status codes, and contracts live as long as the program
    def response(self, status: int) -> Response | None:
        """What is documented for a status code: the code itself, its range, then `default`."""
        for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
            if key in self.responses:
                return self.responses[key]
        return None

    def parameter(self, name: str, where: str = "query") -> Parameter | None:
        """The documented parameter of that name and place."""
        return next((one for one in self.parameters if (one.name, one.where) == (name, where)), None)


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
    def server(self) -> str:
        """The first server's URL, as written, without a trailing slash; empty where none is named."""
        servers = self.document.data.get("servers") or [{}]
        return str(servers[0].get("url", "")).rstrip("/")

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """The operations by name.

        Raises:
            DocumentError: the document is not the OpenAPI it says it is.
        """
        return {operation.name: operation for operation in _operations(self)}

    @cached_property
    def known_strings(self) -> frozenset[str]:
        """Strings that stand in the contract itself as a value, an example or a property's name.

        No secret of a user.
        """
        return frozenset(_strings(self.document.data))

    def schema(self, location: Location) -> PayloadSchema:
        """The schema at a location."""
        return PayloadSchema(self.document, location, nullable_keyword=self.version.startswith("3.0"))

    def line(self, place: Place | Location) -> int:
        """The line of the contract's file that speaks of a place."""
        location = place.location if isinstance(place, Place) else place
        return self.document.line(location)


def names() -> tuple[str, ...]:
    """The contracts that are known by name: the project's, and those of the folders that the user adds."""
    return tuple(sorted({path.stem for folder in folders() for path in folder.glob("*.yaml")}))


@cache
def load(name: str) -> Contract:
    """Read a contract by its name (`kimi`), as it was on a day (`kimi@2026-11-22`), or by the path of a file.

    A file is YAML or JSON.

    Raises:
        ContractError: there is none of that name, or the document cannot be used.
    """
    path, shown, short = _find(name)
    try:
        contract = Contract(short, shown, read(path))
        _require_openapi(contract)
        for operation in contract.operations.values():
            _compile(operation)
    except DocumentError as error:
        text = str(error)
        raise ContractError(text if text.startswith(str(path)) else f"{shown}: {text}") from None
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise ContractError(f"{shown}: not a well-formed OpenAPI document ({type(error).__name__}: {error})") from None
    return contract


def _find(name: str) -> tuple[Path, str, str]:
    """Where a contract is, how reports name its file, and its short name."""
    path = Path(name)
    for folder in folders():
        if (folder / f"{name}.yaml").is_file() and name in names():
            return folder / f"{name}.yaml", _shown(folder, f"{name}.yaml"), name
    if path.suffix.lower() in {".yaml", ".yml", ".json"}:
        return path, name, path.stem
    if "@" in name:
        return _dated(*name.rsplit("@", 1))
    raise ContractError(
        f"{name}: no such contract; known are {', '.join(names())}, or name a .yaml or .json file, or NAME@DATE"
    )


def _shown(folder: Path, file: str) -> str:
    """How reports name a file of a folder of specs."""
    return f"specs/{file}" if folder == specs_dir() else str(folder / file)


def _dated(name: str, day: str) -> tuple[Path, str, str]:
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
    return copies[found], f"specs/{HISTORY}/{name}/{found}.yaml", f"{name}@{found}"


def _require_openapi(contract: Contract) -> None:
    data = contract.document.data
    if not isinstance(data, dict) or not str(data.get("openapi", "")).startswith(("3.0", "3.1")):
        raise DocumentError("not an OpenAPI 3.0 or 3.1 document (no such `openapi:`)")
    if not isinstance(data.get("paths"), dict):
        raise DocumentError("`paths` is missing or not a mapping")


def _compile(operation: Operation) -> None:
    """Build every validator once, so that a broken schema is found when the contract is read."""
    schemas = [one.schema for one in operation.parameters] + [one.schema for one in operation.responses.values()]
    for schema in [*schemas, operation.body]:
        if schema is not None:
            _ = schema.validator


def _operations(contract: Contract) -> Iterator[Operation]:
    document = contract.document
    for path, item in document.data["paths"].items():
        for method in METHODS:
            if method in item:
                yield _operation(contract, path, method, ("paths", path), document.data)


def _operation(contract: Contract, path: str, method: str, item: Location, data: Mapping[str, Any]) -> Operation:
    document, location = contract.document, (*item, method)
    node = at(document, location)
    body = resolve(document, (*location, "requestBody")) if "requestBody" in node else None
    content = at(document, body).get("content", {}) if body else {}
    security = node.get("security", data.get("security", []))
    return Operation(
        name=str(node.get("operationId", f"{method}_{path}")),
        method=method.upper(),
        path=path.removeprefix("/v1") or "/",
        location=location,
        parameters=tuple(_parameters(contract, item, location)),
        body_media_types=tuple(content),
        body=contract.schema((*body, "content", next(iter(content)), "schema")) if body and content else None,
        body_required=bool(body and at(document, body).get("required", False)),
        responses={str(status): _response(contract, (*location, "responses", status)) for status in node["responses"]},
        authenticated=any(scheme != {} for scheme in security),
    )


def _parameters(contract: Contract, item: Location, location: Location) -> Iterator[Parameter]:
    document, seen = contract.document, set()
    for owner in (location, item):
        for index in range(len(at(document, owner).get("parameters", ()))):
            place = resolve(document, (*owner, "parameters", index))
            node = at(document, place)
            key = (node["name"], node["in"])
            if key not in seen and "schema" in node:
                seen.add(key)
                yield Parameter(*key, bool(node.get("required", False)), contract.schema((*place, "schema")))


def _response(contract: Contract, location: Location) -> Response:
    resolved = resolve(contract.document, location)
    content = at(contract.document, resolved).get("content", {})
    typed = [media for media in content if is_json(media) and "schema" in content[media]]
    schema = contract.schema((*resolved, "content", typed[0], "schema")) if typed else None
    media_types = frozenset(media.split(";")[0].strip().lower() for media in content)
    return Response(str(location[-1]), location, media_types, schema)


def is_json(media_type: str) -> bool:
    """Whether a media type, with or without parameters, says JSON."""
    essence = media_type.split(";", maxsplit=1)[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def _strings(node: object) -> Iterator[str]:
    """Values, examples, and names of properties."""
    if isinstance(node, dict):
        for key, child in node.items():
            if key in {"enum", "const", "example", "examples", "default"}:
                yield from _leaves(child)
            elif key == "properties" and isinstance(child, dict):
                yield from child
            yield from _strings(child)
    elif isinstance(node, list):
        for child in node:
            yield from _strings(child)


def _leaves(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for child in node.values():
            yield from _leaves(child)
    elif isinstance(node, list):
        for child in node:
            yield from _leaves(child)
