"""What one exchange tells of the files of batches: which a batch names, what their lines say, what was sent in one.

Tellers: what they give is kept beside the observation, small and plain, for `several/lines.py`, which knows which file
is which. Of lines nothing is kept but numbers, what is wrong with them, and eight bytes for each name.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from itertools import islice
from typing import Any

from attrs import define, evolve, field
from msgspec import Struct

from conformance import multipart
from conformance.batches import BATCHES, FILES
from conformance.checks.case import Case
from conformance.checks.items import MAX_ITEMS, Items, names_told, spread
from conformance.checks.lines import LineBreaches, takes_plain
from conformance.checks.names import Names, brief, names_in
from conformance.checks.several.trace import NAME, Observation
from conformance.drift import Breach
from conformance.exchange import PayloadPath, header
from conformance.lines.line import Line
from conformance.lines.reading import LinesOf

MAX_NAMES = 50_000
"""Names of a file that are kept, in brief: a file of more is not held against another."""
MAX_BATCHES = 1000
"""Batches of one body."""
MAX_COUNT = 1 << 60
"""Beyond, a number counts nothing."""
_KINDS = 100
"""Different breaches of one file that are told."""
_COLUMNS = ("id", "status", *FILES, "request_counts")
_COUNTS = ("total", "completed", "failed")

Columns = Sequence[Sequence[Any]]
"""Of batches, one after another: ids, statuses, input, output and error files, counts. Of a page in which nothing is to
be found the first two are left out: they stand in its observation."""


def batches(case: Case) -> Columns | None:
    """The batches in a body, by column, if it is one that may name files."""
    root, items = BATCHES[case.operation.name], case.items
    if not case.is_settled:
        return None
    columns: Columns
    if root and items is not None:
        columns = [items.column(name) for name in _COLUMNS]
    else:
        every = islice((batch for _, batch in spread(case.payload, root)), MAX_ITEMS)
        columns = list(zip(*(map(partial(_field, one), _COLUMNS) for one in every), strict=True))
    if not columns or not columns[0]:
        return None
    if not _told_by_column(items):  # a page too long to keep, or no page
        rows = islice(filter(_names_results, zip(*columns, strict=True)), MAX_BATCHES)
        columns = list(zip(*rows, strict=True))
    elif items is not None and items.is_clean:
        return [(), (), *columns[2:]]
    return [*map(_texts, columns[:-1]), list(map(_plain, columns[-1]))] if columns else None


def _told_by_column(items: Items | None) -> bool:
    return items is not None and len(items.items) <= MAX_BATCHES


def _texts(column: Iterable[Any]) -> list[str]:
    return [brief(one) if isinstance(one, str) else "" for one in column]


def _plain(counts: Any) -> Any:
    """Counts that can be kept."""
    return counts if isinstance(counts, Struct) else {name: _count(counts, name) for name in _COUNTS}


def statuses(case: Case) -> tuple[Names | None, Names]:
    """Ids and statuses of the batches in a success body, aligned with the items; "" where none conforms.

    The ids are None where they are those of the page.
    """
    root, items = BATCHES.get(case.operation.name), case.items
    if root is None:
        return (), ()
    if root and items is not None and _are_plain(items, case.broken):
        return None, tuple(items.column("status")[:MAX_ITEMS])
    pairs = [
        (_field(batch, "id"), _field(batch, "status") if (*path, "status") not in case.broken else "")
        for path, batch in islice(spread(case.payload, root), MAX_ITEMS)
    ]
    named = [tuple(map(brief, pair)) if all(pair) and set(map(type, pair)) == {str} else ("", "") for pair in pairs]
    return tuple([name for name, _ in named]), tuple([status for _, status in named])


def _are_plain(items: Items, broken: Collection[PayloadPath]) -> bool:
    """Whether all items have an id and a status, as they should be."""
    if items.is_clean:
        return True
    if any(len(path) < 3 or path[-1] in {"id", "status"} for path in broken):
        return False
    both = [*items.column("id"), *items.column("status")]
    return set(map(type, both)) == {str} and all(both)


def told_beside(case: Case) -> Names:
    """The names that a body tells besides the ids of a page, and those that `batches` gives."""
    items = case.items
    return names_told(case.payload, None if _told_by_column(items) else items)


def names_beside(one: Observation) -> Iterator[str]:
    """All names that a response tells besides the ids of a page, some of them twice."""
    yield from one.told
    for column in one.extra.get("batches", ())[2:-1]:
        yield from names_in(column)


def _names_results(row: Sequence[Any]) -> bool:
    """Whether a batch, as a row of the columns, names a file of results."""
    return bool(row[-2] or row[-3])


def naming(one: Observation, extra: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Of the batches that name results: id, status, input, output, errors, and the three counts."""
    ids, states, *columns = extra.get("batches") or [()] * len(_COLUMNS)
    rows = zip(ids or one.ids, states or one.states, *columns, strict=bool(columns[-1]))
    for *texts, counts in filter(_names_results, rows):
        if texts[0]:
            yield [*(text or "" for text in texts), *(_count(counts, name) for name in _COUNTS)]


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)


def _text(value: Any, name: str) -> str:
    found = _field(value, name)
    return found if isinstance(found, str) else ""


def _count(value: Any, name: str) -> int | None:
    found = _field(value, name)
    return found if type(found) is int and abs(found) <= MAX_COUNT else None


def uploaded(case: Case) -> dict[str, Any] | None:
    """The names in a file that was uploaded, by the id that it was given."""
    if not case.is_success or not isinstance(case.payload, dict):
        return None
    holder = case.payload if "id" in case.payload else case.payload.get("data")
    body = case.exchange.request.body
    declared = header(case.exchange.request.headers, "content-type") or ""
    form = multipart.parts(body, declared) if body else None
    content = next((one.content for one in form or () if one.filename is not None), None)
    if content is None or not _text(holder, "id"):
        return None
    names = _Names()
    for taken in LinesOf().all([content]):
        names.add([row.custom_id for row in taken.plain])
        names.add([line.custom_id for line in taken.others if line.custom_id is not None])
    return {"file": _text(holder, "id"), "names": names.told}


def lines(case: Case) -> dict[str, Any] | None:
    """What a file's content says, read as lines of results; whether it is one, the batch tells that names it."""
    exchange, answer = case.exchange, case.answer
    whole = case.is_content and answer.status == 200 and answer.whole is None and exchange.unkept is None
    file = next((value for _, value in exchange.path_parameters), "")
    if not whole or exchange.request.method != "GET" or not file:
        return None
    found = _Content(LineBreaches(case.operation.lines))
    reading = LinesOf(quick=takes_plain(case.operation.lines))
    for taken in reading.all([answer.body]):
        found.good += len(taken.plain)
        found.names.add([row.custom_id for row in taken.plain])
        for line in taken.others:
            found.look_at(line)
    schema = case.operation.lines.get("output")
    location = schema.location if schema else case.operation.location
    told = [evolve(one, location=one.location or location) for one in found.breaches()]
    return {
        "file": file,
        "lines": reading.number - reading.blank,
        "good": found.good,
        "bad": found.bad,
        "expired": found.expired,
        "names": found.names.told,
        "breaches": [_packed(one) for one in told[:_KINDS]],
    }


@define
class _Names:
    """The names of a file, in brief."""

    found: set[bytes] = field(factory=set)
    twice: int = 0

    def add(self, names: Sequence[str]) -> None:
        """Take some; those that were there before are counted."""
        for name in names:
            brief = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=NAME).digest()
            if brief in self.found:
                self.twice += 1
            elif len(self.found) <= MAX_NAMES:
                self.found.add(brief)

    @property
    def told(self) -> bytes | None:
        """All, one after another; None where they are too many."""
        return b"".join(sorted(self.found)) if len(self.found) <= MAX_NAMES else None


@define
class _Content:
    """A file of results as it is read."""

    places: LineBreaches
    names: _Names = field(factory=_Names)
    good: int = 0
    bad: int = 0
    expired: int = 0
    broken: dict[tuple[str, str, str, str], int] = field(factory=dict)
    """By rule, pointer, and what is expected and there instead."""

    def look_at(self, line: Line) -> None:
        """Take a line that is not plain."""
        if line.broken is not None:
            self.bad += 1
            self._note("result-line-not-json", "/*", "an object of JSON", line.broken)
            return
        self.good += line.ok
        self.bad += not line.ok
        self.expired += line.expired
        if line.custom_id is None:
            self._note("result-custom-id-missing", "/*/custom_id", "a string that is not empty", line.named)
        else:
            self.names.add([line.custom_id])
        if line.why_empty:
            self._note("result-line-empty", "/*", "a body or an error, and a status", line.why_empty)
        elif line.status is not None and line.status < 300 and not line.ok:
            self._note("success-carries-error", "/*/response/body", "no error with a success status", "an error body")
        self.places.add(line)

    def _note(self, rule: str, pointer: str, expected: str, observed: str) -> None:
        key = (rule, pointer, expected, observed)
        self.broken[key] = self.broken.get(key, 0) + 1

    def breaches(self) -> Iterator[Breach]:
        """What is wrong with it, whatever batch it is of."""
        for (rule, pointer, expected, observed), count in self.broken.items():
            yield Breach(rule, pointer, expected, observed, items=count)
        if self.names.twice:
            yield Breach(
                *("result-custom-id-repeated", "/*/custom_id", "one line for each request", "another line"),
                items=self.names.twice,
            )
        yield from self.places.all()


def _packed(breach: Breach) -> list[Any]:
    """A breach as plain values."""
    return [breach.rule, breach.pointer, breach.expected, breach.observed, breach.value, breach.items, breach.location]


def unpacked(told: Sequence[Any]) -> Breach:
    """A breach out of plain values."""
    rule, pointer, expected, observed, value, items, location = told
    return Breach(rule, pointer, expected, observed, value, tuple(location), items)
