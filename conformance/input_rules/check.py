"""One pass over a file."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import orjson
from attrs import define, field, frozen

from conformance import files
from conformance.input_rules.lines import InputLines
from conformance.input_rules.table import RULES, InputRules
from conformance.lines.text import NOT_JSON, BrokenLine, encoding, not_utf8, read, repeated

if TYPE_CHECKING:
    from batch_client.lines import Lines as Splitter

KEYS = (b'"custom_id"', b'"method"', b'"body"', b'"messages"')
"""Of two values of the same key two readers take different ones."""
SHOWN = 20
"""How many offences a report spells out; the rest is counted."""
_PIECE = 1 << 17
"""Bytes that are looked at together: so few that Python's collector of cycles has little reason to run."""
_LONGEST = 1 << 26
"""Bytes of a line, at most: a longer one is not read on."""
_MOST = 1 << 33
"""Bytes of a file that are read where its provider names no bound."""
_BOM = b"\xef\xbb\xbf"


@frozen
class Offence:
    """One breach of a rule, or a remark. `line` counts from 1; None where the file as a whole is meant.

    `code` is what the provider's own server calls it, where that is known.
    """

    rule: str
    message: str
    line: int | None = None
    code: str | None = None

    def __str__(self) -> str:
        place = "file" if self.line is None else f"line {self.line}"
        return f"{place}: {self.message} [{self.rule}{f', {self.code}' if self.code else ''}]"


@frozen
class Report:
    """What one pass over a file found.

    `offences` are the first SHOWN; `counts` has all, by rule; `size` is in bytes. `remarks` and `remark_counts` are
    what is to be said besides, and fails no file.
    """

    provider: str
    lines: int
    size: int
    offences: tuple[Offence, ...]
    counts: Mapping[str, int]
    remarks: tuple[Offence, ...] = ()
    remark_counts: Mapping[str, int] = field(factory=dict)

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
    scan = Scan(rules, InputLines(rules, frozenset(models), model))
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
class Scan:
    """Lines that are in order are recognised many at a time; only the others are looked at one by one, rule by rule."""

    rules: InputRules
    judge: InputLines
    lines: int = 0
    size: int = 0
    ended: bool = False
    """Whether what follows is of no matter: it cannot save the file, and may have no end."""
    is_other: bool = False
    """Whether the file is something else than lines that can be read."""
    offences: list[Offence] = field(factory=list)
    counts: Counter[str] = field(factory=Counter)
    remarks: list[Offence] = field(factory=list)
    remark_counts: Counter[str] = field(factory=Counter)
    whole: bool = False
    """Whether to read on all the same, for the names of what follows."""
    _splitter: "Splitter" = field(factory=lambda: _splitting())  # noqa: PLW0108 - it is made below

    def offend(self, rule: str, message: str, line: int | None = None) -> None:
        """Note an offence."""
        self.counts[rule] += 1
        if len(self.offences) < SHOWN:
            self.offences.append(Offence(rule, message, line, self.rules.codes.get(rule)))

    def remark(self, rule: str, message: str, line: int) -> None:
        """Note a remark."""
        self.remark_counts[rule] += 1
        if len(self.remarks) < SHOWN:
            self.remarks.append(Offence(rule, message, line))

    def look_at_name(self, name: str) -> None:
        """Hold the file's name to the rules."""
        if not name.endswith(self.rules.extension):
            self.offend("file-extension", f"{name!r} does not end in {self.rules.extension}")

    def read(self, stream: IO[bytes]) -> None:
        """Hold a file to the rules, as far as it can still be saved."""
        read1 = getattr(stream, "read1", stream.read)
        for piece in iter(partial(read1, _PIECE), b""):
            self.feed(piece)
            if self.ended or self.size > (self.rules.max_bytes or _MOST):
                break
        else:
            self.end()
        self.look_at_whole()

    def feed(self, piece: bytes) -> Sequence[str | None]:
        """Take a piece of the file; the custom_ids of the lines that it completes.

        None where none can be read, an empty text for a blank line.
        """
        if not self.size:
            self._look_at_start(piece)
        self.size += len(piece)
        return self._look_at(self._splitter.feed(piece))

    def end(self) -> Sequence[str | None]:
        """Take what stands behind the last line feed."""
        last = self._splitter.rest()
        return self._look_at([last]) if last else ()

    def _look_at_start(self, piece: bytes) -> None:
        if piece.startswith(_BOM):
            self.offend("line-not-json", "the file starts with a byte order mark; save it without", 1)
        if (found := encoding(piece)) is not None:
            self.offend("file-not-utf8", f"the file is {found}; save it as UTF-8")
            self.ended = self.is_other = True

    def _look_at(self, lines: list[bytes]) -> Sequence[str | None]:
        if not lines or self.is_other:
            return [None] * len(lines)
        found: list[str | None] = []
        if not self.lines:  # which tells what the others have to agree with
            found.append(self._look_at_line(lines[0]))
            lines = lines[1:]
        plain = self.judge.in_order(lines) if lines else []
        if plain is None:
            found += [self._look_at_line(line) for line in lines]
        else:
            self.lines += len(lines)
            found += plain
        return found

    def _look_at_line(self, line: bytes) -> str | None:
        """Hold a line to every rule, and say its custom_id."""
        self.lines += 1
        if not line or line.isspace():
            self.offend("line-blank", "the line is blank", self.lines)
            return ""
        if self.is_other or (self.ended and not self.whole):
            return None
        row = self._parsed(line)
        if isinstance(row, BrokenLine):
            return None
        for rule, message in self.judge.offences(row):
            self.offend(rule, message, self.lines)
        for rule, message in self.judge.remarks(row):
            self.remark(rule, message, self.lines)
        if (twice := repeated(line, KEYS)) is not None:
            self.remark("key-repeated", f"{twice} stands twice in an object", self.lines)
        name = row.get("custom_id") if isinstance(row, dict) else None
        return name if isinstance(name, str) and name else None

    def _parsed(self, line: bytes) -> Any:
        """A line as data; BrokenLine, if it is none, which then is an offence."""
        if line.__class__ is not bytes:  # the beginning of a line that is too long
            self.offend("line-not-json", f"not JSON: the line has more than {_LONGEST} bytes (column 1)", self.lines)
            self.ended = True
            return BrokenLine(NOT_JSON)
        try:
            return orjson.loads(line)
        except orjson.JSONDecodeError as error:
            if isinstance(found := read(line), dict):
                return found  # of halves of surrogate pairs, say, which JSON has
            if self.lines == 1 and (kind := _spread(line)) is not None:
                self.offend("file-not-lines", f"the file is {kind}; write an object a line")
                self.ended = self.is_other = True
            else:
                self.offend("line-not-json", _unreadable(line, error), self.lines)
        return BrokenLine(NOT_JSON)

    def look_at_whole(self) -> None:
        """Hold the file as a whole to the rules."""
        if not self.size:
            self.offend("file-empty", "the file is empty")
        if self.rules.max_bytes is not None and self.size > self.rules.max_bytes:
            self.offend("file-too-large", f"more than {self.rules.max_bytes} bytes")
        if self.rules.max_lines is not None and self.lines > self.rules.max_lines:
            self.offend("line-count", f"{self.lines} lines, at most {self.rules.max_lines}")

    def report(self) -> Report:
        """What was found."""
        return Report(
            self.rules.provider,
            self.lines,
            self.size,
            tuple(self.offences),
            dict(self.counts),
            tuple(self.remarks),
            dict(self.remark_counts),
        )


def _splitting() -> "Splitter":
    from batch_client.lines import Lines as Splitter  # noqa: PLC0415 - only who reads a file needs it

    return Splitter(_LONGEST)


def _spread(line: bytes) -> str | None:
    """What a file is, by its first line, if that begins what goes on in the next ones."""
    start, rest = line.strip()[:1], line.strip()[1:].lstrip()[:1]
    if start == b"[" and rest in {b"", b"{"}:
        return "one JSON array"
    return "one JSON object over several lines" if start == b"{" and not rest else None


def _unreadable(line: bytes, error: orjson.JSONDecodeError) -> str:
    """Why a line is not JSON; orjson has no text for one that is not UTF-8."""
    return f"not JSON: {error.msg} (column {error.colno})" if error.doc else f"not JSON: {not_utf8(line)}"
