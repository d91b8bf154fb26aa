"""What specs/sources keeps of the documentation pages → reference → overlay → the contract."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from attrs import evolve, frozen

from conformance import contract
from conformance.contract import Contract
from conformance.document import Document, DocumentError, parse
from conformance.input_rules.table import input_rules
from conformance.providers import PROVIDERS
from conformance.references import pointer
from scripts.origin import origin
from scripts.overlay import apply_overlay
from scripts.pages import Page, PageError, parse_pages
from scripts.reference import REFERENCE, add, annotate, beside, name_operations, name_parameters
from scripts.safety import refuse_document, refuse_text
from scripts.valid import fault
from scripts.windows import derive_window
from scripts.yaml12 import dump

PAGES = "x-pages"
"""Where a document holds what is kept of the other pages while an overlay is applied; after, where each page is."""


class ContractError(Exception):
    """A contract cannot be built; the message is one line."""


@frozen
class Built:
    """A contract as its file holds it, and a line for each overlay action that is no longer needed or does not fit."""

    content: bytes
    idle: tuple[str, ...]


def providers(root: Path) -> tuple[str, ...]:
    """The providers whose contracts are built from pages.

    Raises:
        PageError: a `sources.toml` is not as it should be.
    """
    listed = sorted(path.parent.name for path in (root / "specs/sources").glob("*/sources.toml"))
    return tuple(provider for provider in listed if pages_of(root, provider)[1])


def pages_of(root: Path, provider: str) -> tuple[str, tuple[Page, ...]]:
    """The text of a provider's `sources.toml`, and the pages that it lists.

    Raises:
        PageError: it is missing or not as it should be.
    """
    text = _text(root / toml_path(provider))
    return text, parse_pages(text, toml_path(provider))


def stored(root: Path, provider: str) -> Mapping[str, bytes]:
    """What `specs/sources` holds of a provider's pages, by path from the root.

    Raises:
        PageError: a file is missing, or `sources.toml` is not as it should be.
    """
    text, pages = pages_of(root, provider)
    kept = {kept_path(provider, page): read(root / kept_path(provider, page)) for page in pages}
    return {toml_path(provider): text.encode(), **kept}


def build(root: Path, provider: str, sources: Mapping[str, bytes]) -> Built:
    """The contract of a provider, from its sources (as `stored` gives them) and its overlay.

    The first OpenAPI page is what it starts from; what other OpenAPI pages have beside it is added, and where they say
    something else of the same thing the first one counts (`contract-pages-disagree` names such places).

    Raises:
        ContractError: the pages do not make a contract, or it is not valid OpenAPI.
        DocumentError: a file is not YAML.
        OverlayError: the overlay does not fit the pages.
        PageError: the overlay is missing.
        UnsafePageError: a page holds what must not reach the generator.
    """
    toml = toml_path(provider)
    pages = parse_pages(sources[toml].decode(), toml)
    parts = {page: _load(sources, kept_path(provider, page)).data for page in pages}
    base = next((page for page in pages if page.is_openapi), None)
    if base is None:
        raise ContractError(f"{toml}: no page of form `openapi` or `document` to start from")
    for page, part in parts.items():
        if page.is_openapi and not isinstance(part.get("paths"), dict):
            raise ContractError(f"{kept_path(provider, page)}: `paths` is missing or not a mapping")
    document = parts.pop(base)
    for page, part in parts.items():
        if page.is_openapi:
            add(document, part)
    name_parameters(document)
    reference = f"specs/sources/{provider}/{REFERENCE}"
    other = _reference(root, reference)
    if other is not None:
        add(document, beside(document, other))
    document[PAGES] = {page.name: part for page, part in parts.items() if not page.is_openapi}
    overlay = f"specs/overlays/{provider}.yaml"
    idle: list[str] = []
    apply_overlay(document, parse(_text(root / overlay), overlay), overlay, idle)
    idle += _complete(document, provider, other)
    document[PAGES] = {page.name: {"address": page.address} for page in pages}
    whence = f"specs/sources/{provider}/ and {overlay}"
    text = f"# Built from {whence} by `python scripts/refresh_specs.py`: edit those, not this.\n{dump(document)}"
    built = Document(parse(text, f"specs/{provider}.yaml").data)
    refuse_document(built.data, f"specs/{provider}.yaml", hosts(root, provider))
    if (wrong := fault(built.data)) is not None:
        said = {kept_path(provider, page): _load(sources, kept_path(provider, page)) for page in pages}
        said |= {reference: other} if other is not None else {}
        said[overlay] = parse(_text(root / overlay), overlay)
        found = origin(wrong.location, built, said)
        where = f"{found.file}:{found.line}" if found else f"specs/{provider}.yaml"
        told = evolve(wrong, location=found.location) if found else wrong
        raise ContractError("; ".join([f"{where}: {told}", *idle[:1]]))
    try:
        input_rules(provider, Contract(provider, f"specs/{provider}.yaml", built))
    except contract.ContractError as error:
        raise ContractError(str(error)) from None
    return Built(text.encode(), tuple(idle))


def _complete(document: Any, provider: str, other: Document | None) -> list[str]:
    """Add what follows from what a document says; a line for each part of the reference that nobody needs."""
    idle: list[str] = []
    try:
        if other is not None:
            idle += (f"specs/sources/{provider}/{REFERENCE}:{line}" for line in annotate(document, other))
        name_operations(document)
        derive_window(document)
    except DocumentError as error:  # which knows the place, and not of what
        raise ContractError(f"specs/{provider}.yaml: {error}") from None
    return idle


def hosts(root: Path, provider: str) -> Collection[str] | None:
    """The hosts that a provider's API has; None where nobody has said so yet."""
    if provider in PROVIDERS:
        return PROVIDERS[provider].hosts
    try:
        servers = parse(_text(root / f"specs/{provider}.yaml"), provider).data["servers"]
        return {urlsplit(server["url"]).hostname or "" for server in servers} or None
    except (DocumentError, KeyError, PageError, TypeError):
        return None


def toml_path(provider: str) -> str:
    """Where a provider's pages are listed, from the root."""
    return f"specs/sources/{provider}/sources.toml"


def kept_path(provider: str, page: Page) -> str:
    """Where what is kept of a page lies, from the root."""
    return f"specs/sources/{provider}/{page.kept_as}"


def read(path: Path) -> bytes:
    """The content of a file.

    Raises:
        PageError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise PageError(f"{path}: {error.strerror}") from None


def _text(path: Path) -> str:
    try:
        return read(path).decode()
    except UnicodeDecodeError as error:
        raise PageError(f"{path}: not UTF-8 text (byte {error.start})") from None


def _reference(root: Path, path: str) -> Document | None:
    if not (root / path).is_file():
        return None
    document = parse(_text(root / path), path)
    if not isinstance(document.data, dict) or not isinstance(document.data.get("paths"), dict):
        raise ContractError(f"{path}: `paths` is missing or not a mapping")
    return document


def _load(sources: Mapping[str, bytes], path: str) -> Document:
    text = sources[path].decode().rstrip() + "\n"
    refuse_text(text, path)
    document = parse(text, path)
    kinds = ("schemas", "responses", "parameters", "requestBodies", "headers", "securitySchemes")
    for steps in ((), ("paths",), ("components",), *(("components", kind) for kind in kinds)):
        node = document.data
        for step in steps:
            node = node.get(step, {})
        if not isinstance(node, dict):
            raise ContractError(f"{path}:{document.line(steps)}: #{pointer(steps)}: expected an object")
    return document
