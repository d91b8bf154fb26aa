"""Builds the contracts: documentation pages → specs/sources → overlay → specs/<provider>.yaml.

`--from DIR` reads saved pages again; without it, what specs/sources keeps of them is built from. `--check` writes
nothing, exits 1 and names each stale file.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import openapi_spec_validator
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError

from conformance.document import DocumentError, parse
from scripts.committed import ROOT, settle
from scripts.overlay import OverlayError, apply_overlay
from scripts.pages import Page, PageError, keep, parse_pages, restate
from scripts.yaml12 import YamlError, dump, load

PAGES = "x-pages"
"""Where a document holds what is kept of the other pages while an overlay is applied; after, where each page is."""


class ContractError(Exception):
    """A contract cannot be built; the message is one line."""


def providers(root: Path) -> tuple[str, ...]:
    """The providers whose contracts are built from pages."""
    return tuple(sorted(path.parent.name for path in (root / "specs/sources").glob("*/sources.toml")))


def stored(root: Path, provider: str) -> Mapping[str, bytes]:
    """What `specs/sources` holds of a provider's pages, by path from the root.

    Raises:
        PageError: a file is missing, or `sources.toml` is not as it should be.
    """
    toml = _toml(provider)
    text = _text(root / toml)
    pages = parse_pages(text, toml)
    return {toml: text.encode(), **{(path := _path(provider, page)): _read(root / path) for page in pages}}


def reread(root: Path, provider: str, saved: Path, today: date) -> Mapping[str, bytes]:
    """As `stored`, but taken anew from the saved pages in a folder; a page that changed is said to be kept today.

    Raises:
        PageError: a page is missing, or does not hold what `sources.toml` says.
    """
    toml = _toml(provider)
    text = _text(root / toml)
    kept: dict[str, bytes] = {}
    for page in parse_pages(text, toml):
        content = _read(saved / page.file)
        kept[_path(provider, page)] = keep(page, content)
        text = restate(text, page, content, today)
    return {toml: text.encode(), **kept}


def build(root: Path, provider: str, sources: Mapping[str, bytes]) -> bytes:
    """The contract of a provider, from its sources (as `stored` gives them) and its overlay.

    Raises:
        ContractError: the pages do not make a contract, or it is not valid OpenAPI.
        DocumentError, YamlError: a file is not YAML.
        OverlayError: the overlay does not fit the pages.
        PageError: the overlay is missing.
    """
    toml = _toml(provider)
    pages = parse_pages(sources[toml].decode(), toml)
    parts = {page: _load(sources, _path(provider, page)) for page in pages}
    base = next((page for page in pages if page.form == "openapi"), None)
    if base is None:
        raise ContractError(f"{toml}: no page of form `openapi` to start from")
    document = parts.pop(base)
    document[PAGES] = {page.name: part for page, part in parts.items()}
    overlay = f"specs/overlays/{provider}.yaml"
    apply_overlay(document, parse(_text(root / overlay), overlay), overlay)
    document[PAGES] = {page.name: {"address": page.address, "kept": page.kept.isoformat()} for page in pages}
    origin = f"specs/sources/{provider}/ and {overlay}"
    text = f"# Built from {origin} by `python scripts/refresh_specs.py`: edit those, not this.\n{dump(document)}"
    _validate(text, f"specs/{provider}.yaml")
    return text.encode()


def _toml(provider: str) -> str:
    return f"specs/sources/{provider}/sources.toml"


def _path(provider: str, page: Page) -> str:
    return f"specs/sources/{provider}/{page.kept_as}"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PageError(f"{path}: {error.strerror}") from None


def _text(path: Path) -> str:
    try:
        return _read(path).decode()
    except UnicodeDecodeError as error:
        raise PageError(f"{path}: not UTF-8 text (byte {error.start})") from None


def _load(sources: Mapping[str, bytes], path: str) -> Any:
    return load(sources[path].decode().rstrip() + "\n", path)


def _validate(text: str, name: str) -> None:
    try:
        openapi_spec_validator.validate(parse(text, name).data)
    except OpenAPIValidationError as error:
        raise ContractError(f"{name}: not valid OpenAPI: {str(error).splitlines()[0]}") from None


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """The command; see the module. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Builds specs/*.yaml from documentation pages and overlays.")
    parser.add_argument("--from", dest="saved", type=Path, metavar="DIR", help="read the saved pages in DIR again")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and name each stale file")
    options = parser.parse_args(arguments)
    today = datetime.now(UTC).date()
    files: dict[str, bytes] = {}
    try:
        for provider in providers(root):
            saved: Path | None = options.saved
            sources = stored(root, provider) if saved is None else reread(root, provider, saved, today)
            files |= {**sources, f"specs/{provider}.yaml": build(root, provider, sources)}
    except (ContractError, DocumentError, OverlayError, PageError, YamlError) as error:
        click.echo(f"refresh_specs: {error}", err=True)
        return 1
    return settle(root, files, check=options.check)


if __name__ == "__main__":
    sys.exit(main())
