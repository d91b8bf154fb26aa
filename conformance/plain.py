"""YAML or JSON text as plain Python values, with the line of each.

YAML is read by the 1.2 core schema (OpenAPI's), so `on`, `2026-11-24` and `0123` stay what they are; merge keys (`<<`)
are followed, as most tools do. What cannot be a plain value (a tag, a key given twice, a number that JSON has not)
stands as NotPlain at its place: it is the business of those who need that place. Nothing here recurses, and an alias
is the value that it names, not a copy.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson
from attrs import define, field, frozen

from conformance.errors import UserError
from conformance.lazy import Lazy

if TYPE_CHECKING:
    import yaml
else:
    yaml = Lazy("yaml")  # contracts that are kept are not read as YAML

MAX_NODES = 1_500_000
MAX_DEPTH = 150

Marks: TypeAlias = "int | tuple[int, dict[str, Marks] | list[Marks]]"
"""The 1-based line of a value, and of a mapping or a list also those of what it holds: a key's line, an item's."""


class DocumentError(UserError):
    """A text cannot be read as one plain YAML or JSON document; the message names place and cause in one line."""


@frozen
class NotPlain:
    """Stands where a document holds no plain value; `text` says why, with file and line."""

    text: str


@frozen
class Built:
    """What a text holds. `size` counts values as often as aliases repeat them."""

    data: Any
    marks: Marks
    first: NotPlain | None
    size: int


def build(text: str, name: str) -> Built:
    """Read a text; `name` stands in messages.

    Raises:
        DocumentError: it is not one document, or too large.
    """
    builder = _Builder(name)
    if text.lstrip()[:1] in {"{", "["} and _is_json(text):
        _take_json(text, builder)
    else:
        _take_yaml(text, builder)
    whole = builder.whole
    if not whole.holds:
        raise DocumentError(f"{name}: empty")
    return Built(whole.holds[0], whole.lines[0], builder.first, whole.size)


@define(eq=False)
class _Frame:
    """A mapping or a list that is being read."""

    holds: Any
    lines: Any
    key: str | None = None
    key_line: int = 0
    wrong: str | None = None
    """What is wrong with the key."""
    merge: bool = False
    """Whether the key asks for the value's own keys."""
    is_key: bool = False
    merged: list[tuple[Any, Any]] = field(factory=list)
    size: int = 1

    @property
    def expects_key(self) -> bool:
        return self.key is None and isinstance(self.holds, dict)


@define(eq=False)
class _Builder:
    """Takes values in the order of the text. The lowest frame holds the document."""

    name: str
    first: NotPlain | None = None
    nodes: int = 0
    frames: list[_Frame] = field(factory=lambda: [_Frame([], [])])

    @property
    def whole(self) -> _Frame:
        return self.frames[0]

    def defect(self, line: int, text: str) -> NotPlain:
        found = NotPlain(f"{self.name}:{line}: {text}")
        self.first = self.first or found
        return found

    def key(self, key: str, line: int, *, merge: bool = False) -> None:
        frame = self.frames[-1]
        frame.key, frame.key_line, frame.merge = key, line, merge
        frame.wrong = f"duplicate key {key[:80]!r}" if key in frame.holds else None

    def value(self, value: Any, marks: Marks, size: int = 1) -> None:
        """A value of the frame that is open."""
        frame = self.frames[-1]
        self.nodes += 1
        frame.size += size
        line, below = marks if isinstance(marks, tuple) else (marks, None)
        if self.nodes > MAX_NODES:
            raise DocumentError(f"{self.name}:{line}: more than {MAX_NODES:,} values")
        if isinstance(frame.holds, list):
            frame.holds.append(value)
            frame.lines.append(marks)
            return
        key, frame.key = frame.key, None
        if frame.merge and frame.wrong is None and isinstance(value, dict | list):
            frame.merged.append((value, below))
            return
        if frame.wrong is not None:
            value, below = self.defect(frame.key_line, frame.wrong), None
        frame.holds[key] = value
        frame.lines[key] = frame.key_line if below is None else (frame.key_line, below)

    def start(self, holds: Any, line: int, wrong: str | None = None) -> _Frame:
        """Begin a mapping or a list; `wrong` says why it is no plain one."""
        frame = _Frame(holds, {} if isinstance(holds, dict) else [], is_key=self.frames[-1].expects_key)
        if len(self.frames) > MAX_DEPTH:
            wrong = f"deeper than {MAX_DEPTH} levels"
        if not frame.is_key:
            put: tuple[Any, Marks] = (holds, (line, frame.lines)) if wrong is None else (self.defect(line, wrong), line)
            self.value(*put, size=0)
        self.frames.append(frame)
        return frame

    def end(self, line: int) -> None:
        """End what was begun last."""
        frame = self.frames.pop()
        for value, lines in frame.merged:
            self._merge(frame, value, lines, line)
        self.frames[-1].size += frame.size
        if frame.is_key:
            self.key("?", line)
            self.frames[-1].wrong = "a key must be a plain value"

    def _merge(self, frame: _Frame, value: Any, lines: Any, line: int) -> None:
        """What stands in the mapping wins over what is merged, and the first that is merged over the next."""
        sources = zip(value, lines, strict=True) if isinstance(value, list) else [(value, (line, lines))]
        for source, marks in sources:
            if not isinstance(source, dict):
                frame.holds["<<"], frame.lines["<<"] = self.defect(line, "`<<` merges mappings only"), line
                continue
            for key, child in source.items():
                if key not in frame.holds:
                    frame.holds[key], frame.lines[key] = child, marks[1][key]


_LITERALS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
_JSON = re.compile(r'[\[\]{},:]|"(?:[^"\\]+|\\.)*"|[-+0-9.eE]+|true|false|null')


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _take_json(text: str, builder: _Builder) -> None:
    """Take a text that is known to be JSON."""
    breaks = [match.start() for match in re.finditer("\n", text)]
    for match in _JSON.finditer(text):
        token, line = match[0], bisect_right(breaks, match.start()) + 1
        match token[0]:
            case "{":
                builder.start({}, line)
            case "[":
                builder.start([], line)
            case "}" | "]":
                builder.end(line)
            case "," | ":":
                pass
            case '"':
                string = orjson.loads(token) if "\\" in token else token[1:-1]
                builder.key(string, line) if builder.frames[-1].expects_key else builder.value(string, line)
            case _:
                plain = _LITERALS[token] if token in _LITERALS else _number(token)
                builder.value(builder.defect(line, plain.text) if isinstance(plain, NotPlain) else plain, line)


def _take_yaml(text: str, builder: _Builder) -> None:
    """Take a text as YAML."""
    try:
        _take_events(yaml.parse(text, Loader=yaml.CSafeLoader), builder)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        problem = " ".join((error.problem or error.context or "").split())
        raise DocumentError(f"{builder.name}{line}: not YAML: {problem}") from None
    except yaml.YAMLError as error:
        raise DocumentError(f"{builder.name}: not YAML: {' '.join(str(error).split())}") from None


def _take_events(events: "Iterator[yaml.Event]", builder: _Builder) -> None:
    anchors: dict[str | None, _Anchor] = {}
    for event in events:
        line, frame = event.start_mark.line + 1 if event.start_mark else 1, builder.frames[-1]
        match event:
            case yaml.ScalarEvent() if frame.expects_key:
                builder.key(event.value, line, merge=event.value == "<<" and event.implicit[0])
                anchors[event.anchor] = _Anchor(event.value, line)
            case yaml.ScalarEvent():
                plain = _scalar(event)
                plain = builder.defect(line, plain.text) if isinstance(plain, NotPlain) else plain
                builder.value(plain, line)
                anchors[event.anchor] = _Anchor(plain, line)
            case yaml.MappingStartEvent():
                opened = builder.start({}, line, _foreign(event.tag, "map"))
                anchors[event.anchor] = _Anchor(opened.holds, (line, opened.lines), opened)
            case yaml.SequenceStartEvent():
                opened = builder.start([], line, _foreign(event.tag, "seq"))
                anchors[event.anchor] = _Anchor(opened.holds, (line, opened.lines), opened)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                builder.end(line)
            case yaml.AliasEvent():
                _take_alias(anchors.get(event.anchor), builder, line)
            case yaml.DocumentStartEvent() if builder.whole.holds:
                raise DocumentError(f"{builder.name}:{line}: a second document begins; one is expected")


@frozen
class _Anchor:
    """What an alias stands for; `frame` is where a mapping or list is read."""

    value: Any
    marks: Marks
    frame: _Frame | None = None


def _take_alias(anchor: _Anchor | None, builder: _Builder, line: int) -> None:
    if anchor is None:
        builder.value(builder.defect(line, "an alias of nothing"), line)
    elif builder.frames[-1].expects_key:
        builder.key(str(anchor.value), line)
        builder.frames[-1].wrong = None if isinstance(anchor.value, str) else "a key must be a plain value"
    elif anchor.frame in builder.frames:
        builder.value(builder.defect(line, "an alias of what it stands in"), line)
    else:
        builder.value(anchor.value, anchor.marks, anchor.frame.size if anchor.frame else 1)


_CORE = "tag:yaml.org,2002:"


def _foreign(tag: str | None, kind: str) -> str | None:
    """Why a tag is not plain; None where it is."""
    return None if tag in {None, "!", f"{_CORE}{kind}"} else f"tag {str(tag)[:80]} is not allowed"


_PLAIN = (
    ("null", re.compile(r"~|null|Null|NULL|")),
    ("bool", re.compile(r"true|True|TRUE|false|False|FALSE")),
    ("int", re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")),
    (
        "float",
        re.compile(
            r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
        ),
    ),
)


def _scalar(event: "yaml.ScalarEvent") -> Any:
    """A scalar by its tag, or, where it is plain, by its form."""
    text = event.value
    kind = "str"
    if event.tag is not None and event.tag != "!":
        kind = event.tag.removeprefix(_CORE)
    elif event.tag is None and event.implicit[0]:
        kind = next((kind for kind, form in _PLAIN if form.fullmatch(text)), "str")
    match kind:
        case "str":
            return text
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int" | "float":
            return _number(text)
    return NotPlain(f"tag {kind[:80]} is not allowed")


_INTEGERS = range(-(2**63), 2**64)
"""What JSON readers keep exact; beyond, a number is a float."""
_MAX_DIGITS = 400


def _number(text: str) -> int | float | NotPlain:
    """A number as JSON has it."""
    try:
        if text[:2] in {"0o", "0x"}:
            whole = int(text, 0) if len(text) <= _MAX_DIGITS else 10**_MAX_DIGITS
        elif len(text) <= _MAX_DIGITS and text.lstrip("-+").isdecimal():
            whole = int(text)
        else:
            number = float(text)
            return number if isfinite(number) else NotPlain(f"{text[:40]} is not a number that JSON has")
        return whole if whole in _INTEGERS else float(whole)
    except (ValueError, OverflowError):
        return NotPlain(f"{text[:40]} is not a number that JSON has")
