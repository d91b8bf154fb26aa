"""Which OpenAPI document of a page or a site is meant, by its paths and title; and what is kept of it."""

import re
from typing import Any

from conformance.contract import METHODS
from conformance.document import Document, DocumentError, parse
from conformance.openapi import FoundOperation, find
from conformance.reach import reach
from scripts.yaml12 import dump

_BLOCK = re.compile(r"(?ms)^(?P<fence>`{3,})ya?ml\b[^\n]*\n(?P<block>openapi:.*?)^(?P=fence)[ \t]*\r?$")
_KEPT = ("openapi", "info", "servers", "security")


class BlockError(Exception):
    """The document that is meant is not there, or several may be it; the message is one line."""


def block(text: str, name: str, *, operation: str | None = None, title: str | None = None) -> str:
    """The OpenAPI block of a Markdown page, as it stands there.

    Args:
        text: The page.
        name: What messages call it.
        operation: The operation that the page is about, which the block must have.
        title: The title that the block must have.

    Raises:
        BlockError: there is none, or more than one that fits.
        DocumentError: one of several is not YAML.
    """
    blocks = [found["block"] for found in _BLOCK.finditer(text)]
    if not blocks:
        raise BlockError(f"{name}: expected a fenced YAML block that starts with `openapi:`, found none")
    if len(blocks) == 1 and (not (operation or title) or not _is_yaml(blocks[0])):
        return blocks[0]  # whoever builds from it says what is wrong with it, and where
    read = [parse(one, f"{name}: block {number}") for number, one in enumerate(blocks, 1)]
    fitting = [one for one, document in zip(blocks, read, strict=True) if _fits(document, operation, title)]
    if len(fitting) != 1:
        wanted = f"{operation or 'a Batch API'}{f' titled {title!r}' if title else ''}"
        titles = ", ".join(f"{_title(document)!r}"[:80] for document in read)
        raise BlockError(
            f"{name}: expected one OpenAPI block that has {wanted}, found {len(fitting)} among {titles}; "
            "say in sources.toml which: `title`, `operation`"
        )
    return fitting[0]


def _is_yaml(text: str) -> bool:
    try:
        parse(text, "")
    except DocumentError:
        return False
    return True


def _fits(document: Document, operation: str | None, title: str | None) -> bool:
    names = _operations(document)
    return (title is None or _title(document) == title) and (operation in names if operation else bool(names))


def _title(document: Document) -> str:
    info = document.data.get("info") if isinstance(document.data, dict) else None
    return str(info.get("title")) if isinstance(info, dict) else ""


def _operations(document: Document) -> dict[str, FoundOperation]:
    there = isinstance(document.data, dict) and isinstance(document.data.get("paths"), dict)
    return dict(find(document)) if there else {}


def cut(text: str, name: str, *, title: str | None = None) -> str:
    """What is kept of a whole document, JSON or YAML: the operations of a batch's life, and what they reach, as YAML.

    Raises:
        BlockError: it is not the document that is meant.
        DocumentError: it is no document.
    """
    document = parse(text, name)
    found = _operations(document)
    if not found:
        raise BlockError(f"{name}: no operation of a Batch API in it: expected paths like /v1/batches or /v1/files")
    if title is not None and _title(document) != title:
        raise BlockError(f"{name}: its title is {_title(document)[:80]!r}, expected {title!r} (sources.toml)")
    wanted = [one.location for one in found.values()] + [(*one.item, "parameters") for one in found.values()]
    beside = [(key,) for key in _KEPT] + [("components", "securitySchemes")]
    try:
        return dump(_in_order(reach(document, wanted, beside).data))
    except DocumentError as error:
        raise DocumentError(f"{name}: {error}") from None


def _in_order(data: dict[str, Any]) -> dict[str, Any]:
    """The same with what is said of all of it first, and methods in the usual order: a shuffled document is no news."""
    for path, item in data["paths"].items():
        methods = {key: item[key] for key in METHODS if key in item}
        data["paths"][path] = {**methods, **{key: one for key, one in item.items() if key not in methods}}
    return {key: data[key] for key in (*_KEPT, "paths", "components") if key in data}
