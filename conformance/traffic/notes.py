"""What in a recording could not be judged, or not as it stands: counted, and named with its places."""

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from attrs import define, field, frozen

from conformance.exchange import Origin

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
class Notes:
    """Notes, adding up in any order: counts are exact, the places are the first."""

    _places: dict[tuple[str, str], list[Origin]] = field(factory=dict)
    _counts: dict[tuple[str, str], int] = field(factory=dict)
    _subjects: Counter[str] = field(factory=Counter)
    """How many subjects there are of a kind, OTHERS left out."""

    def add(self, kind: str, place: Origin, subject: str = "") -> None:
        """Count one."""
        self._add((kind, subject), 1, (place,))

    def merge(self, other: "Notes") -> None:
        """Add what another one holds."""
        for note in other:
            self._add((note.kind, note.subject), note.count, note.places)

    @property
    def lost(self) -> int:
        """How many entries, or files, could not be read."""
        return sum(count for (kind, _), count in self._counts.items() if kind in LOST)

    def _add(self, key: tuple[str, str], count: int, places: Iterable[Origin]) -> None:
        if key not in self._counts and key[1] != OTHERS:
            self._subjects[key[0]] += 1
        self._counts[key] = self._counts.get(key, 0) + count
        kept = self._places.setdefault(key, [])
        for place in places:
            if len(kept) < MAX_PLACES:
                insort(kept, place)
            elif place < kept[-1]:
                insort(kept, place)
                kept.pop()
        if self._subjects[key[0]] > 2 * MAX_SUBJECTS:
            self._prune(key[0])

    def _prune(self, kind: str) -> None:
        subjects = sorted(subject for one, subject in self._counts if one == kind and subject != OTHERS)
        self._subjects[kind] = min(len(subjects), MAX_SUBJECTS)
        for subject in subjects[MAX_SUBJECTS:]:
            key = (kind, subject)
            self._add((kind, OTHERS), self._counts.pop(key), self._places.pop(key))

    def __iter__(self) -> Iterator[Note]:
        for crowded in [kind for kind, count in self._subjects.items() if count > MAX_SUBJECTS]:
            self._prune(crowded)
        for kind, subject in sorted(self._counts, key=lambda key: (list(SENTENCES).index(key[0]), key[1])):
            key = (kind, subject)
            yield Note(kind, subject, self._counts[key], tuple(self._places[key]))
