"""What in a recording could not be judged, or not as it stands: counted, and named with its places."""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from attrs import define, field, frozen

from conformance.exchange import Origin
from conformance.smallest import beyond

SENTENCES: Mapping[str, str] = {
    "unmatched": "fits no operation of the contracts",
    "broken": "is not JSON",
    "truncated": "breaks off: the recording ends in the middle of it",
    "too-long": "is longer than 64 MB",
    "not-an-entry": "is JSON, but no HAR entry with request and response",
    "no-exchange": "is no request with its answer",
    "body-missing": "has no response body, although there was one",
    "body-unreadable": "has a response body whose encoding cannot be undone",
    "body-excessive": "has a response body of more values, or nested deeper, than is read",
    "body-base64": "has its response body in base64; it was judged",
    "body-compressed": "has its response body compressed; it was judged",
    "time-missing": "does not say when it started; it counts as earliest",
    "time-by-place": "does not say when it started; its place in its file counts",
    "file-unreadable": "the rest of the file cannot be read",
    "file-foreign": "is no recording",
    "file-empty": "the file holds no entry",
    "hosts-together": "of more than a hundred hosts those first in the alphabet are told apart",
    "too-many-alike": "only the first thousand kinds are told apart",
}
"""Every kind of note, in the words that follow the entry's place."""

LOST = frozenset(
    {
        *("broken", "truncated", "too-long", "not-an-entry", "no-exchange"),
        *("body-missing", "body-unreadable", "body-excessive", "file-unreadable", "file-foreign", "file-empty"),
    }
)
"""Kinds of notes after which nobody can say what the recording would have shown."""

MAX_PLACES = 5
MAX_SUBJECTS = 100
"""How many subjects of one kind are told apart: those that are first in the alphabet, which no split changes."""
OTHERS = "others"
"""What the rest is counted as."""


@frozen(order=True)
class Note:
    """One kind of note about one subject (a method and path, where there is one), with its first places."""

    kind: str
    subject: str
    count: int
    places: tuple[Origin, ...]

    def __str__(self) -> str:
        """One line, as the terminal shows it."""
        where = ", ".join(f"{file} at byte {offset}" for file, offset in self.places)
        more = ", …" if self.count > len(self.places) else ""
        subject = f"{self.subject} " if self.subject else ""
        return f"{self.count} × {subject}{SENTENCES[self.kind]} ({where}{more})"


@define(eq=False)
class _Counted:
    """How often something was noted, and the first places of it."""

    count: int = 0
    places: list[Origin] = field(factory=list)

    def add(self, count: int, places: Iterable[Origin]) -> None:
        self.count += count
        for place in places:
            insort(self.places, place)
            del self.places[MAX_PLACES:]


@define(eq=False)
class Notes:
    """Notes, adding up in any order: counts are exact, the places are the first."""

    _kinds: defaultdict[str, dict[str, _Counted]] = field(factory=lambda: defaultdict(dict))
    """By kind and subject."""
    _others: dict[str, _Counted] = field(factory=dict)
    """By kind, what is counted as OTHERS."""

    def add(self, kind: str, place: Origin, subject: str = "") -> None:
        """Count one."""
        self._add(kind, subject, 1, (place,))

    def merge(self, other: "Notes") -> None:
        """Add what another one holds."""
        for note in other:
            self._add(note.kind, note.subject, note.count, note.places)

    @property
    def lost(self) -> int:
        """How many entries, or files, could not be read."""
        return sum(note.count for note in self if note.kind in LOST)

    def _add(self, kind: str, subject: str, count: int, places: Iterable[Origin]) -> None:
        among, name = (self._others, kind) if subject == OTHERS else (self._kinds[kind], subject)
        if name not in among:
            among[name] = _Counted()
        among[name].add(count, places)
        self._settle(kind, slack=2)

    def _settle(self, kind: str, slack: int = 1) -> None:
        for _, one in beyond(self._kinds[kind], MAX_SUBJECTS, str, slack):
            self._others.setdefault(kind, _Counted()).add(one.count, one.places)

    def __iter__(self) -> Iterator[Note]:
        for kind in SENTENCES:
            self._settle(kind)
            others = {OTHERS: self._others[kind]} if kind in self._others else {}
            for subject, one in sorted({**self._kinds[kind], **others}.items()):
                yield Note(kind, subject, one.count, tuple(one.places))
