"""The batches in a body, and the names that it tells: what is kept beside an observation, small and plain."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any

from msgspec import Struct

from conformance.batches import BATCHES, FILES
from conformance.checks.case import Case
from conformance.checks.items import MAX_ITEMS, Items, spread
from conformance.checks.names import Names, brief, names_in
from conformance.checks.several.trace import Observation
from conformance.exchange import PayloadPath

MAX_BATCHES = 1000
"""Batches of one body whose files are kept."""
MAX_COUNT = 1 << 60
"""Beyond, a number counts nothing."""
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
    return _names_told(case.payload, None if _told_by_column(items) else items)


def _names_told(payload: Any, listed: Items | None) -> Names:
    """The names that a body tells besides the ids of a page; `listed` is its `data` if that is a list."""
    around = payload.values() if isinstance(payload, dict) else payload if isinstance(payload, list) else ()
    holders = [payload, *around] if isinstance(payload, dict) else around
    names = [
        value
        for holder in holders
        if isinstance(holder, dict)
        for key, value in holder.items()
        if key == "id" or key.endswith("_id")
    ]
    if listed is not None:
        names += chain.from_iterable(listed.column(name)[:MAX_ITEMS] for name in FILES)
    return names_in(names)


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


def _count(value: Any, name: str) -> int | None:
    found = _field(value, name)
    return found if type(found) is int and abs(found) <= MAX_COUNT else None
