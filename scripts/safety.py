"""What a documentation site serves ends in generated Python: what could do harm there is refused before it gets so far.

A contract needs no YAML aliases or tags, no reference out of the page, no server of anybody else, and no name or text
that could end a string, a docstring or an identifier. What is refused is named with its place and the reason, in one
line.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import yaml

from conformance.document import Location
from conformance.references import pointer

MAX_TEXT = 1_000_000
"""Bytes of an OpenAPI block; the largest published one is 8 kB."""
MAX_DEPTH = 60
MAX_STRING = 20_000
"""Characters of one text."""
MAX_ENTRIES = 500
"""Of one list or mapping; the longest published list has 30."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_BREAKS_OUT = re.compile(r'"""|\'\'\'|\\\Z')
MAX_NAME = 200
_KEY = re.compile(rf"[^\x00-\x1f\x7f\"'`\\<>|%^]{{1,{MAX_NAME}}}")
_WORD = re.compile(r"[^\x00-\x1f\x7f\"'`\\]{0,200}")
_WORDS = frozenset(
    {"operationId", "tags", "enum", "const", "name", "title", "required", "in", "type", "format", "version"}
)
"""Keys whose strings become names and literals of the generated code."""
_ADDRESSES = frozenset({"authorizationUrl", "tokenUrl", "refreshUrl", "openIdConnectUrl"})
_FREE = frozenset({"example", "examples", "default"})
"""Keys below which anything may be a key."""


class UnsafePageError(Exception):
    """A page holds what must not reach the generator; the message is one line."""


def refuse_text(text: str, name: str) -> None:
    """Refuse a YAML text that is too large or uses what could make it grow or come alive.

    Raises:
        UnsafePageError: it does.
    """
    if len(text.encode()) > MAX_TEXT:
        raise UnsafePageError(f"{name}: the OpenAPI block is larger than {MAX_TEXT} bytes")
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            where = f"{name}:{event.start_mark.line + 1 if event.start_mark else 1}"
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise UnsafePageError(f"{where}: YAML anchors and aliases are not taken")
            if tag := getattr(event, "tag", None):
                raise UnsafePageError(f"{where}: the YAML tag {str(tag)[:60]!r} is not taken")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise UnsafePageError(f"{where}: nested deeper than {MAX_DEPTH}")
    except yaml.YAMLError:
        return  # whoever reads it says what is wrong, and where


def refuse_document(document: Any, name: str, hosts: Collection[str] | None) -> None:
    """Refuse an OpenAPI document with a name, text, reference or server that must not reach the generator.

    Args:
        document: The document as data.
        name: How messages name it.
        hosts: The hosts that its servers may have; None for any.

    Raises:
        UnsafePageError: it has one.
    """
    for location, reason in _reasons(document, (), hosts):
        raise UnsafePageError(f"{name}: #{pointer(location)}: {reason}")


def _reasons(node: Any, location: Location, hosts: Collection[str] | None) -> Iterator[tuple[Location, str]]:
    if isinstance(node, str):
        if reason := _text(node, location):
            yield location, reason
    elif isinstance(node, list | dict) and len(node) > MAX_ENTRIES:
        yield location, f"{len(node)} values, more than {MAX_ENTRIES}"
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _reasons(item, (*location, index), hosts)
    elif isinstance(node, dict):
        for key, child in node.items():
            here = (*location, str(key)[:80])
            if reason := _entry(str(key), child, location, hosts):
                yield here, reason
                return
            yield from _reasons(child, here, hosts)


def _text(text: str, location: Location) -> str | None:
    if len(text) > MAX_STRING:
        return f"a text of {len(text)} characters, more than {MAX_STRING}"
    if _CONTROL.search(text):
        return "a text with control characters"
    if _BREAKS_OUT.search(text):
        return "a text that could end a docstring"
    owner = next((step for step in reversed(location) if isinstance(step, str)), "")
    if owner in _WORDS and location[-2:-1] != ("properties",) and not _WORD.fullmatch(text):
        return f"{owner} with quotes, backslashes or line breaks"
    return None


def _entry(key: str, child: Any, location: Location, hosts: Collection[str] | None) -> str | None:
    """What is wrong with a key, or with what only its key explains."""
    named = location[-1:] == ("properties",)
    if reason := _name(key, free=bool(_FREE & {*map(str, location)}) or location[-1:] == ("patternProperties",)):
        return reason
    if key == "$ref" and not named and not (isinstance(child, str) and child.startswith("#/")):
        return f"the reference {str(child)[:80]!r} leads out of the page"
    if key.startswith("$") and key not in {"$ref", "$comment"} and not named:
        return "a keyword that a contract does not need"
    if key == "servers" and not named and isinstance(child, list):
        addresses = [server.get("url") for server in child if isinstance(server, Mapping)]
        return next((reason for one in addresses if (reason := _address(one, hosts))), None)
    return _address(child, hosts) if key in _ADDRESSES and not named else None


def _name(key: str, *, free: bool) -> str | None:
    if not free and not _KEY.fullmatch(key):
        if not 0 < len(key) <= MAX_NAME:
            return f"a name of {len(key)} characters; expected 1 to {MAX_NAME}"
        return "a name with quotes, backslashes, angle brackets or control characters"
    if key.startswith("__"):
        return "a name that Python keeps for itself"
    if unicodedata.normalize("NFKC", key) != key:
        return "a name that Python would read as another one"
    return None


def _address(address: Any, hosts: Collection[str] | None) -> str | None:
    try:
        parts = urlsplit(str(address))
    except ValueError:
        return f"the address {str(address)[:80]!r} is not a URL"
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        return f"the address {str(address)[:80]!r} is not https"
    if hosts is not None and parts.hostname not in hosts:
        return f"the host {parts.hostname} is not one of the provider's: {', '.join(sorted(hosts))}"
    return None
