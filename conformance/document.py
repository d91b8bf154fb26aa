"""A YAML or JSON document as plain data that remembers the line of every place in it.

YAML is read by the 1.2 core schema (OpenAPI's), so `on`, `2026-11-24` and `0123` stay what they are.
What a contract never needs is refused: tags, duplicate keys, endless or exploding aliases.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from attrs import frozen

Location: TypeAlias = tuple[str | int, ...]
"""The keys and indexes that lead to a place in a document."""

MAX_BYTES = 20_000_000
MAX_NODES = 500_000
MAX_DEPTH = 150


class DocumentError(Exception):
    """The text cannot be read as one plain YAML or JSON document; the message names place and cause in one line."""


@frozen
class Document:
    """What was read: `data` is plain Python; `lines` gives the 1-based line of the key or item at a location."""

    data: Any
    lines: Mapping[Location, int]

    def line(self, location: Location) -> int:
        """The line of a location, or of the nearest enclosing one that the text has."""
        while location not in self.lines:
            location = location[:-1]
        return self.lines[location]


class _CoreLoader(yaml.CSafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own hook


_CORE_SCHEMA = {
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": (r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    "float": (
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        list("-+0123456789."),
    ),
}
for _tag, (_pattern, _first) in _CORE_SCHEMA.items():
    _CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)


def _int(text: str) -> int:
    return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)


def _float(text: str) -> float:
    return float(
        text.replace(".inf", "inf").replace(".Inf", "inf").replace(".INF", "inf").lower().replace(".nan", "nan")
    )


_SCALARS: Mapping[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:bool": lambda text: text.lower() == "true",
    "tag:yaml.org,2002:int": _int,
    "tag:yaml.org,2002:float": _float,
    "tag:yaml.org,2002:str": str,
}

_COLLECTIONS = {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


def read(path: Path) -> Document:
    """Read a file.

    Raises:
        DocumentError: it is missing, unreadable, too large or not one plain document.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DocumentError(f"{path}: larger than {MAX_BYTES} bytes")
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path}: not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise DocumentError(f"{path}: {error.strerror or error}") from None
    return parse(text, str(path))


def parse(text: str, name: str) -> Document:
    """Read a text; `name` stands in messages.

    Raises:
        DocumentError: it is not one plain YAML or JSON document.
    """
    try:
        root = yaml.compose(text, Loader=_CoreLoader)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise DocumentError(f"{name}{line}: not YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise DocumentError(f"{name}: not YAML: {' '.join(str(error).split())}") from None
    if root is None:
        raise DocumentError(f"{name}: empty")
    lines: dict[Location, int] = {(): 1}
    return Document(_construct(root, (), lines, name), lines)


def _construct(node: yaml.Node, location: Location, lines: dict[Location, int], name: str) -> Any:
    where = f"{name}:{node.start_mark.line + 1}"
    if len(lines) > MAX_NODES or len(location) > MAX_DEPTH:
        raise DocumentError(f"{where}: too large or too deep (aliases that grow without end?)")
    if node.tag not in _SCALARS and node.tag not in _COLLECTIONS:
        raise DocumentError(f"{where}: tag {node.tag} is not allowed")
    match node:
        case yaml.ScalarNode():
            return _SCALARS[node.tag](node.value)
        case yaml.SequenceNode():
            for index, item in enumerate(node.value):
                lines[(*location, index)] = item.start_mark.line + 1
            return [_construct(item, (*location, index), lines, name) for index, item in enumerate(node.value)]
        case yaml.MappingNode():
            return dict(_pairs(node, location, lines, name))
    raise DocumentError(f"{where}: unexpected {type(node).__name__}")


def _pairs(
    node: yaml.MappingNode, location: Location, lines: dict[Location, int], name: str
) -> Iterator[tuple[str, Any]]:
    for key, value in node.value:
        where = f"{name}:{key.start_mark.line + 1}"
        if not isinstance(key, yaml.ScalarNode):
            raise DocumentError(f"{where}: a key must be a plain value")
        place = (*location, key.value)
        if place in lines:
            raise DocumentError(f"{where}: duplicate key {key.value!r}")
        lines[place] = key.start_mark.line + 1
        yield key.value, _construct(value, place, lines, name)
