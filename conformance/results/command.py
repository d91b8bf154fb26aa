"""Results held against their input: every file read once, every request accounted for."""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from attrs import define, evolve, field, frozen

from conformance import contract, files, known
from conformance.checks.lines import LineBreaches, takes_plain
from conformance.contract import Contract
from conformance.drawing import Progress
from conformance.input_rules import Report
from conformance.lines.line import Line
from conformance.lines.reading import LinesOf
from conformance.outcome import Result
from conformance.providers import PROVIDERS
from conformance.results.batch import StatedBatch, batch_of
from conformance.results.found import Account, CountDisagreement, Tally, Tokens
from conformance.results.input import Pieces, ResultsError, read_input, spool, write_rest
from conformance.results.matching import ANSWERED, BLANK, FAILED, LineCount, Matching
from conformance.results.report import result
from conformance.rules import Severity


@frozen
class ResultsOptions:
    """What was asked for. `known` is the file of accepted drift, None for none."""

    outputs: Sequence[str]
    input: str
    provider: str
    batch: str | None = None
    rest: Path | None = None
    url: str | None = None
    known: Path | None = None
    fail_on: Severity = "warning"


def results(options: ResultsOptions, progress: Callable[[Progress], None] = lambda _: None) -> tuple[Account, Result]:
    """Hold the results of a batch against its input; `progress` is told how far the reading is.

    Raises:
        ResultsError: a file cannot be read or written.
        UserError: the batch, the contract or the known drift cannot be had.
    """
    _refuse(options)
    started = time.time()
    provider = PROVIDERS[options.provider]
    own = contract.load(provider.contract)
    accepted = known.read_known(options.known) if options.known else ()
    batch = None if options.batch is None else batch_of(options.batch, provider, options.url)
    work = _Work(options, own, progress)
    for number, name in enumerate(options.outputs):
        work.read(number, name)
    found = work.against_input(batch)
    told = result(
        found,
        work.breaches.all(),
        own,
        provider=options.provider,
        files=len(options.outputs),
        known=accepted,
        fail_on=options.fail_on,
        started=started,
    )
    return found, told


def _refuse(options: ResultsOptions) -> None:
    """Refuse what would lose something.

    Raises:
        ResultsError: the same file stands for two things.
    """
    named = [*options.outputs, options.input]
    if named.count(files.STDIN) > 1:
        raise ResultsError("standard input can be read once: - stands for one file only")
    if options.rest is None:
        return
    if str(options.rest) == files.STDIN:
        raise ResultsError("--rest: a file is expected; standard output is the report's")
    if options.rest.is_dir():
        raise ResultsError(f"{options.rest}: is a folder; name a file")
    for name in named:
        with suppress(OSError):
            if os.path.samefile(name, options.rest):  # noqa: PTH121 - one may be standard input
                raise ResultsError(f"--rest: {options.rest} is {name}, which it would replace; name another file")


@define
class _Work:
    options: ResultsOptions
    contract: Contract
    progress: Callable[[Progress], None]
    total: int | None = field(init=False)
    done: int = 0
    matching: Matching = field(init=False)
    breaches: LineBreaches = field(init=False)
    tokens: Tokens = field(factory=Tokens)
    broken: Tally = field(factory=Tally)
    missing: Tally = field(factory=Tally)
    empty: Tally = field(factory=Tally)
    blank: int = 0
    lines: int = 0
    notes: list[str] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.total = _size([*self.options.outputs, self.options.input])
        self.matching = Matching(len(self.options.outputs))
        self.breaches = LineBreaches(self.contract.lines)

    def read(self, number: int, name: str) -> None:
        """Take in a file of results."""
        pieces, reading = Pieces(name, tell=self._tell), LinesOf(quick=takes_plain(self.contract.lines))
        matching, tokens = self.matching, self.tokens
        for taken in reading.all(pieces):
            matching.answer(taken, number)
            tokens.add(taken.plain)
            for line in taken.others:
                self._look_at(line, name)
        self.blank += reading.blank
        self.lines += reading.number - reading.blank
        self._told(pieces)

    def _tell(self, size: int) -> None:
        self.done += size
        self.progress(Progress(self.done, self.total))

    def _told(self, pieces: Pieces) -> None:
        if pieces.broken:
            self.notes.append(f"{pieces.name}: not read to its end: {pieces.broken}")

    def _look_at(self, line: Line, name: str) -> None:
        place = f"{name}, line {line.number}"
        if line.broken is not None or line.row is None:
            self.broken.add(line.broken or "", place)
            return
        if line.custom_id is None:
            self.missing.add(line.named, place)
        if line.why_empty:
            self.empty.add(line.why_empty, place)
        self.breaches.add(line)

    def against_input(self, batch: StatedBatch | None) -> Account:
        """Read the input, and bring both sides together."""
        options, matching = self.options, self.matching
        again = options.rest is not None and not Path(options.input).is_file()
        pieces = Pieces(options.input, copy=spool() if again else None, tell=self._tell)
        preflight = read_input(pieces, options.provider, matching)
        self._told(pieces)
        matching.match()
        found = self._found(preflight)
        found = evolve(found, disagreements=_disagreements(found, batch))
        if options.rest is not None:
            if self.notes:
                self.notes.append("nothing was written to be sent again: what was not read may have its answer")
            else:
                found = evolve(found, left=write_rest(pieces, matching, options.rest))
        return evolve(found, notes=tuple(self.notes))

    def _found(self, preflight: Report) -> Account:
        matching, options = self.matching, self.options
        first = matching.marks.find(0) + 1
        absent = matching.count(0)
        failed = Tally()
        for number, place in sorted(matching.failed.items(), key=lambda one: -one[1].count):
            failed.add(matching.reasons[number], self._named(place), place.count)
        return Account(
            sent=len(matching.marks) - matching.count(BLANK),
            answered=matching.count(ANSWERED, ANSWERED | FAILED),
            failed=failed.found,
            absent=LineCount(absent, 0, first).told(options.input),
            repeated=matching.repeated.told(self._file(matching.repeated)),
            unknown=matching.unknown.told(self._file(matching.unknown)),
            missing=self.missing.found,
            broken=self.broken.found,
            empty=self.empty.found,
            blank=self.blank,
            lines=self.lines,
            tokens=self.tokens,
            disagreements=None,
            preflight=preflight,
        )

    def _file(self, place: LineCount) -> str:
        return self.options.outputs[place.file]

    def _named(self, place: LineCount) -> str:
        return f"{self._file(place)}, line {place.line}"


def _size(names: Iterable[str]) -> int | None:
    """The bytes of all files; None where one is no file of the disk."""
    paths = [Path(name) for name in names]
    with suppress(OSError):
        return sum(path.stat().st_size for path in paths) if all(path.is_file() for path in paths) else None
    return None


def _disagreements(found: Account, batch: StatedBatch | None) -> Sequence[CountDisagreement] | None:
    """Where the batch says other numbers than its files show; None where it says none.

    Whether requests that the batch did not come to are counted as failed is documented nowhere: both agree.
    """
    if batch is None or not batch.counts:
        return None
    failed, expired = sum(one.count for one in found.failed.values()), found.expired
    seen: dict[str, Iterable[int]] = {
        "total": (found.sent,),
        "completed": (found.answered,),
        "failed": (failed, failed - expired),
    }
    return [
        CountDisagreement(name, stated, next(iter(seen[name])))
        for name, stated in batch.counts.items()
        if stated not in tuple(seen[name])
    ]
