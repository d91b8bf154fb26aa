"""Documentation pages: which there are, and what `specs/sources` keeps of a saved one.

Of a Markdown page (form `openapi`) that is its OpenAPI block, byte for byte; of a whole document (`document`) the
operations of a batch's life, and what they reach; of a rendered page (`rendered`) its JSON samples, and the values and
limits that recipes in `sources.toml` name. No prose is kept.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

import tomlkit
from attrs import frozen

from conformance.document import DocumentError, parse
from scripts.blocks import BlockError, block, cut
from scripts.html_text import text_of_html
from scripts.yaml12 import dump

MAX_PAGE = 5_000_000
"""Bytes of a page; the largest published one is 8 kB."""

SUFFIXES: Mapping[str, str] = {"openapi": ".openapi.yaml", "document": ".openapi.yaml", "rendered": ".data.yaml"}
"""By the form of a page: what its kept file is called after the page's name."""

_EXPECTED = {"openapi": "Markdown with an OpenAPI block", "document": "an OpenAPI document, JSON or YAML"}
_PROSE = frozenset({"description", "summary", "title", "externalDocs"})
_NAMED = frozenset({"properties", "schemas", "responses", "parameters", "example", "default", "headers", "paths"})
"""What has names of the provider's own below it."""

_HTML = re.compile(r"(?i)\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b")
_LISTS = frozenset({"enum", "formats"})
MARK = re.compile(r"[\x20-\x7e]{1,200}")
"""What a server may call a state of a page."""
_SAMPLE = re.compile(r"(?m)(?:^|(?<='))(?=[{\[])")
_NEXT_SAMPLE = re.compile(r"[ \t]*\r?\n?(?=[{\[\"])")


class PageError(Exception):
    """A page or its entry in `sources.toml` is not as expected; the message is one line."""


@frozen
class Taken:
    """A page as it was taken; `content` is None where it is as it was kept. `marks` are the server's."""

    content: bytes | None
    marks: Mapping[str, str | None]


@frozen
class Recipe:
    """A value or limit of a rendered page: its name, the label it stands under, and what to look for."""

    name: str
    source: str
    pattern: str


@frozen
class Page:
    """One page. `samples` says in the page's order what its JSON samples are: `request`, or a response's status.

    `operation` is the one that it is about, `title` that of its document: they choose where a page has several.
    """

    name: str
    file: str
    address: str
    kept: date
    sha256: str
    form: str
    operation: str | None = None
    title: str | None = None
    samples: tuple[str, ...] = ()
    values: tuple[Recipe, ...] = ()
    limits: tuple[Recipe, ...] = ()
    etag: str | None = None
    """What the server called this state of the page, to ask whether it still is."""
    modified: str | None = None
    """When the server said that it was last modified."""

    @property
    def is_openapi(self) -> bool:
        """Whether OpenAPI is kept of it."""
        return self.form != "rendered"

    @property
    def kept_as(self) -> str:
        """The name of its file in `specs/sources/<provider>`."""
        return self.name + SUFFIXES[self.form]


@frozen
class _Listed:
    """What a `sources.toml` lists beside pages."""

    watched: Sequence[Mapping[str, Any]] = ()


def parse_pages(toml: str, name: str) -> tuple[Page, ...]:
    """The pages that the text of a `sources.toml` lists to be kept; `name` stands in messages.

    Raises:
        PageError: an entry is not as it should be.
    """
    try:
        listed = tomllib.loads(toml)
        entries = listed.pop("page", ()) if "watched" in listed else listed.pop("page")
        _Listed(**listed)
        return tuple(_page(entry) for entry in entries)
    except (KeyError, TypeError, ValueError) as error:
        raise PageError(f"{name}: not a list of pages: {error}") from None


def _page(entry: Mapping[str, Any]) -> Page:
    recipes = {key: tuple(Recipe(**recipe) for recipe in entry.get(key, ())) for key in ("values", "limits")}
    page = Page(**{**entry, **recipes, "samples": tuple(entry.get("samples", ()))})
    if page.form not in SUFFIXES:
        raise ValueError(f"page {page.name}: form is {page.form!r}, expected {' or '.join(SUFFIXES)}")
    return page


def restate(toml: str, page: Page, content: bytes, today: date, marks: Mapping[str, str | None] | None = None) -> str:
    """The text of a `sources.toml` with a page's hash and, if that is new, when it was kept and the server's marks.

    `marks` are its `etag` and when it was `modified`.
    """
    digest = sha256(content).hexdigest()
    if digest == page.sha256:
        return toml
    document = tomlkit.parse(toml)
    entry = next(one for one in document["page"] if one["name"] == page.name)
    for key in ("etag", "modified"):
        entry.pop(key, None)
    entry["kept"], entry["sha256"] = today, digest
    entry.update({key: mark for key, mark in (marks or {}).items() if mark and MARK.fullmatch(mark)})
    return tomlkit.dumps(document)


def keep(page: Page, content: bytes) -> bytes:
    """What is kept of a saved page.

    Raises:
        PageError: the page does not hold what `sources.toml` says it holds.
    """
    if len(content) > MAX_PAGE:
        raise PageError(f"{page.file}: larger than {MAX_PAGE} bytes")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise PageError(f"{page.file}: not UTF-8 text (byte {error.start})") from None
    if is_html(text):
        if page.is_openapi:
            raise PageError(f"{page.file}: an HTML page, expected {_EXPECTED[page.form]}")
        text = text_of_html(text)
    try:
        match page.form:
            case "openapi":
                return block(text, page.file, operation=page.operation, title=page.title).encode()
            case "document":
                return cut(text, page.file, title=page.title).encode()
    except BlockError as error:
        raise PageError(str(error)) from None
    except DocumentError as error:
        said = str(error)
        raise PageError(said if said.startswith(page.file) else f"{page.file}: {said}") from None
    return _data(page, text).encode()


def facts(kept: bytes, name: str) -> Any:
    """What is kept of a page, without its prose; `name` stands in messages.

    Raises:
        DocumentError: it is not YAML.
    """
    return _without_prose(parse(kept.decode(), name).data)


def _without_prose(node: Any, *, named: bool = False) -> Any:
    """A document without descriptions; below `properties` and the like, where names are free, nothing is one."""
    if isinstance(node, list):
        return [_without_prose(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _without_prose(child, named=not named and key in _NAMED)
        for key, child in node.items()
        if named or key not in _PROSE or not isinstance(child, str | dict)
    }


def is_html(text: str) -> bool:
    """Whether a page is HTML, by how it begins."""
    return _HTML.match(text) is not None


def _data(page: Page, text: str) -> str:
    kept = {
        "samples": _samples(page, text),
        "values": [_apply(page, recipe, text) for recipe in page.values],
        "limits": [_apply(page, recipe, text) for recipe in page.limits],
    }
    header = f"# Kept of {page.address} by `python scripts/refresh_specs.py --from DIR`: not to be edited.\n"
    return header + dump({key: value for key, value in kept.items() if value})


def _samples(page: Page, text: str) -> list[dict[str, Any]]:
    bodies: list[Any] = []
    for body in _json_values(text):
        if body not in bodies:  # a page may show the same sample in several places
            bodies.append(body)
    if len(bodies) != len(page.samples):
        raise PageError(f"{page.file}: expected {len(page.samples)} JSON samples (sources.toml), found {len(bodies)}")
    return [
        {"operation": page.operation, "kind": "request", "body": body}
        if sample == "request"
        else {"operation": page.operation, "kind": "response", "status": int(sample), "body": body}
        for sample, body in zip(page.samples, bodies, strict=True)
    ]


def _json_values(text: str) -> Iterator[Any]:
    """JSON objects and arrays at the start of a line or in the quotes of a command, and any JSON right after one."""
    decoder, position = json.JSONDecoder(), 0
    while found := _SAMPLE.search(text, position):
        following: re.Match[str] | None = found
        while following:
            try:
                value, position = decoder.raw_decode(text, following.end())
            except (json.JSONDecodeError, RecursionError):  # a snippet of another language, or no sample of a page
                position = following.end() + 1
                break
            yield value
            following = _NEXT_SAMPLE.match(text, position)


def _apply(page: Page, recipe: Recipe, text: str) -> dict[str, Any]:
    found = re.search(recipe.pattern, text)
    if found is None:
        raise PageError(f"{page.file}: nothing matches the pattern of {recipe.name!r} in sources.toml")
    kept: dict[str, Any] = {"name": recipe.name, "source": recipe.source}
    if not found.re.groupindex:
        return {**kept, "value": True}
    for path, value in found.groupdict().items():
        *nest, key = path.split("__")
        node = kept
        for step in nest:
            node = node.setdefault(step, {})
        node[key] = _typed(key, value)
    return kept


def _typed(key: str, value: str) -> int | str | list[str]:
    if key in _LISTS:
        return value.split(", ")
    number = value.replace(",", "")
    return int(number) if number.isdigit() else value
