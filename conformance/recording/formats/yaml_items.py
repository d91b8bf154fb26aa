"""The items of lists in YAML documents, one by one: what is held at a time is one of them.

Texts of any size are read, as the events of libyaml come. What an alias repeats is the very value that it names, and
counts at every place towards the size of its item. Objects of a language are never made: tags are passed over.
"""

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import yaml
from attrs import define, field, frozen

from conformance.recording.formats.breaks import BreaksOffError
from conformance.recording.formats.values import ROOT, UNREADABLE, PlainScalar, from_base64
from conformance.recording.scan import Loss

_OVERHEAD = 32
"""Bytes that a value counts besides its characters: so few values are held that memory stays within bounds."""
_MAX_ANCHORS = 10_000

_BINARY = frozenset({"tag:yaml.org,2002:binary", "!binary"})
_BREAK = re.compile(rb"\r\n|[\n\r]|\xc2\x85|\xe2\x80[\xa8\xa9]")
"""What ends a line for libyaml."""
_BEGUN = (b"\xe2\x80", b"\xe2", b"\xc2", b"\r")
"""What may be the beginning of that."""
_Started = yaml.MappingStartEvent | yaml.SequenceStartEvent
_Ended = yaml.MappingEndEvent | yaml.SequenceEndEvent


@frozen
class YamlItem:
    """An item of a list, and the list's key; where there is a loss, it has no value."""

    offset: int
    key: str
    value: Any
    loss: Loss | None = None


def scan_items(pieces: Iterable[bytes], keys: Collection[str], longest: int) -> Iterator[YamlItem]:
    """What stands in the lists under certain keys of documents, and in documents that are lists.

    An item that holds more than `longest` bytes is passed over.

    Raises:
        BreaksOffError: it is no YAML from some place on, or a single text is too long.
    """
    text = _Text(pieces, longest)
    reader = _Reader(text, frozenset(keys), longest)
    try:
        yield from reader.documents()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f", line {mark.line + 1}" if mark is not None else ""
        raise BreaksOffError(reader.at, f"it is no YAML throughout ({_words(error.problem)}{line})") from None
    except yaml.YAMLError:
        raise BreaksOffError(reader.at, "it holds characters that YAML has not") from None


def _words(problem: str | None) -> str:
    """What libyaml says, without what it repeats of the text."""
    return re.split(r"['\"]", problem or "")[0].strip() or "a mistake"


@define(eq=False)
class _Text:
    """What libyaml reads: the bytes, and at which of them its lines begin."""

    pieces: Iterable[bytes]
    longest: int
    line: int = 0
    """The line that was asked for last."""
    since: int = 0
    """How many bytes had been read when the last event came."""
    count: int = 0
    ended: bool = False
    ends_line: bool = True
    """Whether the last piece ends in the end of a line."""
    _iterator: Iterator[bytes] = field(init=False)
    _rest: bytes = b""
    _starts: deque[int] = field(factory=lambda: deque([0]))
    _held: bytes = b""
    """The last bytes, if they may be the beginning of what ends a line."""

    def __attrs_post_init__(self) -> None:
        """Start with the first piece."""
        self._iterator = iter(self.pieces)

    def read(self, size: int) -> bytes:
        """The next bytes.

        Raises:
            BreaksOffError: a single text takes more than anybody reads.
        """
        if self.count - self.since > self.longest:
            raise BreaksOffError(self.start, f"a text in it is longer than {self.longest >> 20} MB")
        while not self._rest:
            piece = next(self._iterator, None)
            if piece is None:
                self.ended = True
                return b""
            self._rest = piece
            self.ends_line = piece.endswith((b"\n", b"\r"))
        taken, self._rest = self._rest[:size], self._rest[size:]
        begun, seen = self.count - len(self._held), self._held + taken
        self.count += len(taken)
        self._held = next((one for one in _BEGUN if seen.endswith(one)), b"")
        self._starts.extend(begun + one.end() for one in _BREAK.finditer(seen, 0, len(seen) - len(self._held)))
        return taken

    def advance(self, line: int) -> None:
        """An event has come that begins in a line; lines come in their order."""
        self.since = self.count
        while self.line < line and len(self._starts) > 1:
            self._starts.popleft()
            self.line += 1

    @property
    def start(self) -> int:
        """The byte at which the line begins that was asked for last."""
        return self._starts[0]


@define(eq=False)
class _Frame:
    """A mapping or list that is being read; of a mapping, the key whose value comes next."""

    holds: Any
    anchor: str | None
    weight: int = _OVERHEAD
    key: str | None = None

    def add(self, value: Any) -> None:
        if isinstance(self.holds, list):
            self.holds.append(value)
        elif self.key is None:
            self.key = str(value) if isinstance(value, str) else ""
        else:
            key, self.key = self.key, None
            merged = value if isinstance(value, dict) and key == "<<" else {key: value}
            self.holds.update({name: one for name, one in merged.items() if key != "<<" or name not in self.holds})


@define(eq=False)
class _Reader:
    """Takes the events of a text."""

    text: _Text
    keys: frozenset[str]
    longest: int
    at: int = 0
    """The byte at which the item that was read last begins."""
    _events: Iterator[Any] = field(init=False)
    _anchors: dict[str, tuple[Any, int]] = field(factory=dict)
    _weight: int = 0
    """Of the value that is being read."""
    _anchored: int = 0
    _block: bool = False
    """Whether the last scalar was a block."""

    def __attrs_post_init__(self) -> None:
        """Start at the first event."""
        self._events = iter(yaml.parse(self.text, Loader=yaml.CSafeLoader))  # type: ignore[arg-type]  # `read` is enough

    def _next(self) -> Any:
        event = next(self._events)
        if event.start_mark is not None:
            self.text.advance(event.start_mark.line)
        return event

    def documents(self) -> Iterator[YamlItem]:
        """The items of one document after the other."""
        while not isinstance(event := self._next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors.clear()
                self._anchored = 0
            elif isinstance(event, yaml.SequenceStartEvent):
                yield from self._list(ROOT, event)
            elif isinstance(event, yaml.MappingStartEvent):
                yield from self._mapping()

    def _mapping(self) -> Iterator[YamlItem]:
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._value(event)
            event = self._next()
            if isinstance(event, yaml.SequenceStartEvent) and isinstance(key, str) and key in self.keys:
                yield from self._list(str(key), event)
            else:
                self._value(event)

    def _list(self, key: str, start: Any) -> Iterator[YamlItem]:
        column = None if start.flow_style else start.start_mark.column
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            self.at = at = self.text.start + (event.start_mark.column if column is None else column)
            value = self._value(event)
            loss: Loss | None = "too-long" if self._weight > self.longest else "truncated" if self._cut else None
            yield YamlItem(at, key, None if loss else value, loss)

    @property
    def _cut(self) -> bool:
        """Whether the text ends in the middle of a line of a block, which for YAML is none the less whole."""
        return self._block and self.text.ended and not self.text.ends_line

    def _value(self, event: Any) -> Any:
        """The value that begins with an event; nothing is kept of it from where it has become too heavy."""
        frames = list[_Frame]()
        self._weight = 0
        while True:
            done, value, weight, anchor = True, None, _OVERHEAD, None
            if isinstance(event, _Started):
                frames.append(_Frame({} if isinstance(event, yaml.MappingStartEvent) else [], event.anchor))
                done = False
            elif isinstance(event, _Ended):
                ended = frames.pop()
                value, weight, anchor = ended.holds, ended.weight, ended.anchor
                self._weight -= weight - _OVERHEAD
            elif isinstance(event, yaml.AliasEvent):
                value, weight = self._anchors.get(str(event.anchor), (None, self.longest + 1))  # none, or not yet whole
            else:
                value, anchor = _scalar(event), event.anchor
                self._block = event.style in {"|", ">"}
                weight += len(event.value)
            if done:
                self._keep(anchor, value, weight)
                self._weight += weight
                if not frames:
                    return value
                frames[-1].weight += weight
                if self._weight <= self.longest:
                    frames[-1].add(value)
                else:
                    for frame in frames:
                        frame.holds.clear()
            event = self._next()

    def _keep(self, anchor: str | None, value: Any, weight: int) -> None:
        if anchor is None:
            return
        self._anchored -= self._anchors.pop(anchor, (None, 0))[1]
        if self._weight + weight <= self.longest >= self._anchored + weight and len(self._anchors) < _MAX_ANCHORS:
            self._anchors[anchor] = (value, weight)
            self._anchored += weight


def _scalar(event: Any) -> Any:
    if event.tag in _BINARY:
        found = from_base64(event.value)
        return UNREADABLE if found is None else found
    return PlainScalar(event.value) if event.implicit[0] and not event.tag else event.value
