"""The files that batches name as output or errors: what is wrong with their lines, and whether all of them are there.

The content of other files is left alone. It may have been asked for before or after the batch that names it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from attrs import define, field, frozen

from conformance.batches import FINAL, RANK
from conformance.checks.batch_columns import naming
from conformance.checks.content import unpacked
from conformance.checks.lines import counts_breach, line_breach
from conformance.checks.several.sequel import Sequel, Several
from conformance.checks.several.trace import NAME, Observation

MOST = 1000
"""Files and batches of a host that are remembered; of more, those that came first are forgotten."""
MAX_NAMES = 32_000_000
"""Bytes of names of all hosts that are kept; of what comes later, none are."""


@frozen
class _Batch:
    """A batch that names files, as it was last seen."""

    id: str
    status: str
    input: str
    output: str
    errors: str
    total: int | None
    completed: int | None
    failed: int | None

    @property
    def is_final(self) -> bool:
        """Whether its numbers are its last ones."""
        return RANK.get(self.status.lower()) == FINAL


@frozen
class _Content:
    """What a file was found to hold, and where that was seen."""

    seen: Observation
    told: dict[str, Any]

    def number(self, name: str) -> int:
        """One of the numbers."""
        return int(self.told[name])

    @property
    def names(self) -> set[bytes] | None:
        """The names in it, in brief; None where they are too many."""
        return _names(self.told["names"])


@define
class _Host:
    """What one host told."""

    batches: dict[str, _Batch] = field(factory=dict)
    named: dict[str, str] = field(factory=dict)
    """Files of results, and the batch that each is of."""
    contents: dict[str, _Content] = field(factory=dict)
    inputs: dict[str, bytes | None] = field(factory=dict)


@define(eq=False)
class Lines(Several):
    """Follows files from upload to results."""

    _hosts: defaultdict[str, _Host] = field(factory=lambda: defaultdict(_Host))
    _bytes: int = 0
    """Of names that are kept."""

    _found: list[Sequel] = field(factory=list)
    _is_asked: bool = False
    """Whether any file's content was seen."""

    def take(self, one: Observation) -> Iterable[Sequel]:
        """The next one in time: what is in it is asked for only where a file's content is among them."""
        self._is_asked |= one.operation == "file_content" and bool(one.packed)
        return ()

    @property
    def is_doubtful(self) -> bool:
        """Whether there are files to be held against their batches."""
        return self._is_asked

    def again(self, one: Observation) -> None:
        """The next one of the second reading."""
        if one.packed:
            self._found += self._follow(one)

    def _follow(self, one: Observation) -> Iterator[Sequel]:
        host = self._hosts[one.scope]
        extra = one.extra
        if sent := extra.get("uploaded"):
            _remember(host.inputs, sent["file"], self._kept(sent["names"]))
        for row in naming(one, extra):
            batch = _Batch(*row)
            _remember(host.batches, batch.id, batch)
            for file in filter(None, (batch.output, batch.errors)):
                if file not in host.named:
                    _remember(host.named, file, batch.id)
                    yield from self._of(host.contents.get(file))
        if told := extra.get("lines"):
            seen = msgspec.structs.replace(one, packed=b"")
            content = _Content(seen, {**told, "names": self._kept(told["names"])})
            _remember(host.contents, told["file"], content)
            if told["file"] in host.named:
                yield from self._of(content)

    def _kept(self, names: bytes | None) -> bytes | None:
        if names is None or self._bytes + len(names) > MAX_NAMES:
            return None
        self._bytes += len(names)
        return names

    def _of(self, content: _Content | None) -> Iterator[Sequel]:
        """What is wrong with the lines of a file."""
        for told in content.told["breaches"] if content else ():
            yield Sequel(content.seen, unpacked(told))  # type: ignore[union-attr]  # there are none without it

    def settle(self) -> Iterator[Sequel]:
        """What is wrong with lines, and whether those of a batch that has ended are all there, and no others."""
        yield from self._found
        for host in self._hosts.values():
            for batch in host.batches.values():
                if batch.is_final:
                    yield from self._whole(batch, host)
        self._hosts, self._found, self._bytes = defaultdict(_Host), [], 0  # whoever reads again begins anew

    def _whole(self, batch: _Batch, host: _Host) -> Iterator[Sequel]:
        output, errors = (host.contents.get(file) for file in (batch.output, batch.errors))
        seen = errors or output
        if seen is None:
            return
        location = self._location()
        wrong = _disagreement(batch, output, errors)
        if wrong is not None:
            name, stated, there = wrong
            told = (errors or seen) if name == "failed" else (output or seen)
            yield Sequel(told.seen, counts_breach(name, stated, there, location))
        sent = _names(host.inputs.get(batch.input)) or (
            host.contents[batch.input].names if batch.input in host.contents else None
        )
        held = [content for content in (output, errors) if content is not None]
        if sent is None or any(content.names is None for content in held):
            return
        yield from self._matched(sent, held, all_there=_all_there(batch, output, errors))

    def _matched(self, sent: set[bytes], held: Sequence[_Content], *, all_there: bool) -> Iterator[Sequel]:
        left, location = set(sent), self._location()
        for content in held:
            names = content.names or set()
            if unknown := len(names - sent):
                yield Sequel(content.seen, line_breach("result-custom-id-unknown", "another one", unknown, location))
            if again := len(names & (sent - left)):
                yield Sequel(content.seen, line_breach("result-custom-id-repeated", "another line", again, location))
            left -= names
        if left and all_there:
            yield Sequel(held[-1].seen, line_breach("result-absent", "no line", len(left), location))

    def _location(self) -> tuple[str | int, ...]:
        operation = self.operations["file_content"]
        schema = operation.lines.get("output")
        return schema.location if schema else operation.location


def _names(told: bytes | None) -> set[bytes] | None:
    return None if told is None else {told[start : start + NAME] for start in range(0, len(told), NAME)}


def _all_there(batch: _Batch, output: _Content | None, errors: _Content | None) -> bool:
    """Whether the content of all files of a batch is known, in which every request has its line."""
    seen = (not batch.output or output is not None) and (not batch.errors or errors is not None)
    return seen and batch.status.lower() in {"completed", "expired"}


def _disagreement(batch: _Batch, output: _Content | None, errors: _Content | None) -> tuple[str, int, int] | None:
    """The number that tells most of those that the files do not show: its name, what is stated, what is there.

    Whether requests that the batch did not come to are counted as failed is documented nowhere: both agree.
    """
    there: dict[str, tuple[int, ...]] = {}
    """What may be stated of each number that the files tell."""
    if errors is not None:
        there["failed"] = (errors.number("lines"), errors.number("lines") - errors.number("expired"))
    if output is not None:
        there["completed"] = (output.number("good"),)
    if output is not None and batch.status.lower() == "completed" and (errors is not None or not batch.errors):
        lines = output.number("lines") + (errors.number("lines") if errors is not None else 0)
        untold = 0 if batch.errors else batch.failed or 0  # without a file of errors, what failed need not have a line
        there["total"] = (lines, lines + untold)
    stated = {"failed": batch.failed, "completed": batch.completed, "total": batch.total}
    for name, right in there.items():
        if (said := stated[name]) is not None and said not in right:
            return name, said, right[0]
    return None


def _remember(among: dict[str, Any], name: str, value: Any) -> None:
    """Keep the last of each name, and of names no more than MOST."""
    among.pop(name, None)
    among[name] = value
    if len(among) > MOST:
        del among[next(iter(among))]
