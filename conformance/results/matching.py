"""Which request which line is of: both sides sorted into buckets, and one bucket after the other looked at."""

from collections.abc import Sequence

from attrs import define, field, frozen

from conformance.lines.line import Line
from conformance.lines.reading import Taken
from conformance.results.buckets import BUCKETS, LONG, Buckets, short
from conformance.results.found import Counted

ANSWERED, FAILED, BLANK = 1, 2, 4
"""What is known of a line of the input, added up; BLANK: it is no request."""
_FILES = 1 << 10
"""Files that are told apart."""
_REASONS = 1 << 10
_BATCH = 2
"""Files of one batch, at most: its output and its errors."""


@define
class LineCount:
    """Something that is counted, and the first place of it: the file's number, the line's."""

    count: int = 0
    file: int = 0
    line: int = 0

    def add(self, file: int, line: int, count: int = 1) -> None:
        """Count some more."""
        if not self.count or (file, line) < (self.file, self.line):
            self.file, self.line = file, line
        self.count += count

    def told(self, file: str) -> Counted | None:
        """The same in words; None where nothing was counted."""
        return Counted(self.count, f"{file}, line {self.line}") if self.count else None


@frozen
class _Bucket:
    """The requests of a bucket: the first line of each by its name, and by that all lines of one that stands twice."""

    names: dict[str, int]
    alike: dict[int, list[int]]
    seen: set[int] = field(factory=set)
    """Requests and the files that tell of them."""


@define(eq=False)
class Matching:
    """Takes the names on both sides in any order, and brings them together.

    `files`: how many files of results there are. Up to two are those of one batch: in them a request stands once. Of
    more, what failed in one may have been sent again and be in another.
    """

    files: int
    marks: bytearray = field(factory=bytearray)
    """A byte for each line of the input."""
    reasons: list[str] = field(factory=list)
    failed: dict[int, LineCount] = field(factory=dict)
    """By the number of the reason: requests without a success, and the line that says so."""
    repeated: LineCount = field(factory=LineCount)
    unknown: LineCount = field(factory=LineCount)
    _asked: Buckets = field(factory=Buckets)
    _good: Buckets = field(factory=Buckets)
    _bad: Buckets = field(factory=Buckets)
    _numbers: dict[str, int] = field(factory=dict)

    def ask(self, names: Sequence[str | None]) -> None:
        """Take the names of some lines of the input, one after another.

        None where there is none to be read, an empty text for a blank line.
        """
        buckets, number = self._asked.loose, len(self.marks)
        self.marks.extend(bytes(len(names)))
        for name in names:
            if name:
                if len(name) > LONG or not name.isascii():
                    name = short(name)  # noqa: PLW2901 - the same, in short
                buckets[hash(name) % BUCKETS] += (name, number)
            elif name is not None:
                self.marks[number] = BLANK
            number += 1
        self._asked.settle(len(names))

    def answer(self, taken: Taken, file: int) -> None:
        """Take some lines of a file of results."""
        file = min(file, _FILES - 1)
        buckets = self._good.loose
        for number, row in zip(taken.numbers, taken.plain, strict=True):
            name = row.custom_id
            if len(name) > LONG:
                name = short(name)
            buckets[hash(name) % BUCKETS] += (name, number * _FILES + file)
        self._good.settle(len(taken.plain))
        for line in taken.others:
            self._answer(line, file)

    def _answer(self, line: Line, file: int) -> None:
        if line.custom_id is None:
            return
        name, place = short(line.custom_id), line.number * _FILES + file
        if line.ok:
            self._good.loose[hash(name) % BUCKETS] += (name, place)
            self._good.settle(1)
        else:
            self._bad.loose[hash(name) % BUCKETS] += (name, place * _REASONS + self._reason(line.reason))
            self._bad.settle(1)

    def _reason(self, reason: str) -> int:
        if reason not in self._numbers:
            if len(self.reasons) >= _REASONS - 1:
                reason = "other"
            if reason not in self._numbers:
                self._numbers[reason] = len(self.reasons)
                self.reasons.append(reason)
        return self._numbers[reason]

    def match(self) -> None:
        """Bring both sides together; nothing is taken after."""
        for index in range(BUCKETS):
            self._match(index)

    def _match(self, index: int) -> None:
        bucket = self._requests(index)
        names, marks, simple = bucket.names, self.marks, self.files <= _BATCH
        for name, place in self._good.bucket(index):
            first = names.get(name, -1)
            if simple and first >= 0 and not marks[first]:
                marks[first] = ANSWERED
            else:
                self._tell(bucket, first, place, ANSWERED)
        why: dict[int, tuple[int, int]] = {}
        for name, told in self._bad.bucket(index):
            place, reason = divmod(told, _REASONS)
            first = names.get(name, -1)
            self._tell(bucket, first, place, FAILED)
            if first >= 0:
                why[first] = (reason, place)
        for first, (reason, place) in why.items():
            if not marks[first] & ANSWERED:
                count = len(bucket.alike.get(first, (first,)))
                self.failed.setdefault(reason, LineCount()).add(place % _FILES, place // _FILES, count)
        for first, numbers in bucket.alike.items():
            for number in numbers:
                marks[number] |= marks[first]

    def _requests(self, index: int) -> _Bucket:
        found = _Bucket({}, {})
        for name, number in self._asked.bucket(index):
            first = found.names.setdefault(name, number)
            if first != number:
                found.alike.setdefault(first, [first]).append(number)
        return found

    def _tell(self, bucket: _Bucket, first: int, place: int, mark: int) -> None:
        """Note what a line says of a request; `first` is the line of that, or -1 where there is none."""
        line, file = divmod(place, _FILES)
        if first < 0:
            self.unknown.add(file, line)
            return
        here, marked = first * _FILES + file, self.marks[first]
        if self.files <= _BATCH:
            again = bool(marked)
        else:
            again = here in bucket.seen or bool(mark & marked & ANSWERED)
            bucket.seen.add(here)
        if again and first not in bucket.alike:
            self.repeated.add(file, line)
        self.marks[first] |= mark

    def count(self, *marks: int) -> int:
        """How many lines of the input have one of these marks."""
        return sum(map(self.marks.count, marks))
