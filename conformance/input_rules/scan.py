"""One pass over a file."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from itertools import islice
from os import SEEK_END
from pathlib import Path
from typing import IO, Any

import orjson
from attrs import define, field, frozen

from conformance import files
from conformance.input_rules.lines import Lines
from conformance.input_rules.table import RULES, InputRules

SHOWN = 20
"""How many offences a report spells out; the rest is counted."""
_ROWS = 100
"""How many lines are looked at together: so few that Python's collector of cycles has little reason to run."""
_BYTES = 1 << 17
"""And about how many bytes of lines."""
_LONGEST = 1 << 26
"""Bytes of a line, at most: a longer one is not read on."""
_MOST = 1 << 33
"""Bytes of a file that are read where its provider names no bound."""


@frozen
class Offence:
    """One breach of a rule. `line` counts from 1; None where the file as a whole is meant."""

    rule: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        place = "file" if self.line is None else f"line {self.line}"
        return f"{place}: {self.message} [{self.rule}]"


@frozen
class Report:
    """What one pass over a file found.

    `offences` are the first SHOWN; `counts` has all, by rule; `size` is in bytes.
    """

    provider: str
    lines: int
    size: int
    offences: tuple[Offence, ...]
    counts: Mapping[str, int]

    @property
    def ok(self) -> bool:
        """Whether the file keeps every rule."""
        return not self.counts


def check_input(
    source: Path | str | IO[bytes],
    provider: str,
    *,
    models: Collection[str] = (),
    model: str | None = None,
    name: str | None = None,
) -> Report:
    """Hold a batch input file to a provider's rules, in one pass and without keeping its lines.

    Args:
        source: a path, or a binary stream. The extension is checked of `name`, or of a plain file's.
        provider: a key of RULES.
        models: the models that exist; empty where any does.
        model: the model that `replace` puts in every line; what lines say of theirs is then of no matter.
        name: the file's name, where it is not the path's.

    Raises:
        OSError: the file cannot be read.
        KeyError: there are no rules for that provider.
    """
    rules = RULES[provider]
    scan = _Scan(rules, Lines(rules, frozenset(models), model))
    if isinstance(source, Path | str):
        if (
            name is None and str(source) != files.STDIN and Path(source).is_file()
        ):  # a pipe has no name that a provider would see
            name = Path(source).name
        if name is not None:
            scan.look_at_name(name)
        with files.opened(source) as stream:
            scan.read(stream)
    else:
        if name is not None:
            scan.look_at_name(name)
        scan.read(source)
    return scan.report()


@define
class _Scan:
    """Lines that are in order are recognised many at a time; only the others are looked at one by one, rule by rule."""

    rules: InputRules
    judge: Lines
    lines: int = 0
    size: int = 0
    offences: list[Offence] = field(factory=list)
    counts: Counter[str] = field(factory=Counter)

    def offend(self, rule: str, message: str, line: int | None = None) -> None:
        self.counts[rule] += 1
        if len(self.offences) < SHOWN:
            self.offences.append(Offence(rule, message, line))

    def look_at_name(self, name: str) -> None:
        if not name.endswith(self.rules.extension):
            self.offend("file-extension", f"{name!r} does not end in {self.rules.extension}")

    def read(self, stream: IO[bytes]) -> None:
        position, lines = _positioned(stream)
        parsed = map(orjson.loads, lines)
        wanted = _ROWS
        # What comes after too many bytes cannot save a file, and may have no end.
        while wanted and position() <= (self.rules.max_bytes or _MOST):
            before = position()
            rows: list[Any] = []
            unreadable: orjson.JSONDecodeError | None = None
            try:
                # A list keeps what it was given before an error.
                rows.extend(islice(parsed, wanted))
            except orjson.JSONDecodeError as error:
                unreadable = error
            too_long = unreadable is not None and position() - before >= _LONGEST
            self.look_at(rows, _too_long() if too_long else unreadable)
            ended = too_long or (not rows and unreadable is None)
            wanted = 0 if ended else max(1, min(_ROWS, _BYTES * self.lines // position()))
            # Rows that live on while the next are read would cost a tenth of the speed.
            del rows
        self.size = position()
        self.look_at_whole()

    def look_at(self, rows: list[Any], unreadable: orjson.JSONDecodeError | None) -> None:
        """Hold some lines to every rule; `unreadable` is what came after them, if that was no JSON."""
        if not self.judge.in_order(rows):
            for number, row in enumerate(rows, self.lines + 1):
                for rule, message in self.judge.offences(row):
                    self.offend(rule, message, number)
        self.lines += len(rows)
        if unreadable is not None:
            self.lines += 1
            self.offend(*_unreadable(unreadable), self.lines)

    def look_at_whole(self) -> None:
        if not self.size:
            self.offend("file-empty", "the file is empty")
        if self.rules.max_bytes is not None and self.size > self.rules.max_bytes:
            self.offend("file-too-large", f"more than {self.rules.max_bytes} bytes")
        if self.rules.max_lines is not None and self.lines > self.rules.max_lines:
            self.offend("line-count", f"{self.lines} lines, at most {self.rules.max_lines}")

    def report(self) -> Report:
        return Report(self.rules.provider, self.lines, self.size, tuple(self.offences), dict(self.counts))


def _positioned(stream: IO[bytes]) -> tuple[Callable[[], int], Iterator[bytes]]:
    """The lines of a stream, and how many bytes of it they were so far."""
    lines = iter(partial(stream.readline, _LONGEST), b"")
    start, end = (stream.tell(), stream.seek(0, SEEK_END)) if stream.seekable() else (0, 0)
    if end > start:  # devices say that they are at 0, however much was read
        stream.seek(start)
        return lambda: stream.tell() - start, lines
    size = 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for line in lines:
            size += len(line)
            yield line

    return lambda: size, counted()


def _too_long() -> orjson.JSONDecodeError:
    return orjson.JSONDecodeError(f"the line has more than {_LONGEST} bytes", "?", 0)


def _unreadable(error: orjson.JSONDecodeError) -> tuple[str, str]:
    """The rule and the message for a line that is not JSON; orjson has no text for one that is not UTF-8."""
    if error.doc and not error.doc.strip():
        return "line-blank", "the line is blank"
    if error.doc.startswith("\ufeff"):
        return "line-not-json", "the file starts with a byte order mark; save it without"
    return "line-not-json", f"not JSON: {error.msg} (column {error.colno})"
