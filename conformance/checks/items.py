"""What a body tells of a sequence: the items of its list by field, its page, names, and statuses of batches."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, islice
from operator import attrgetter
from typing import Any

from attrs import define, field, frozen

from conformance.batches import BATCHES
from conformance.checks.several.trace import join
from conformance.contract import Operation
from conformance.exchange import PayloadPath

FILES = ("input_file_id", "output_file_id", "error_file_id")
"""Fields of a batch that name a file."""
TOLD = ("id", "status", *FILES)


@define(eq=False)
class Items:
    """The items of a list. `fields`: the names that all of them have, where they are structs."""

    items: list[Any]
    fields: Collection[str] | None = None
    _taken: dict[str, Sequence[Any]] = field(factory=dict)

    def column(self, name: str) -> Sequence[Any]:
        """What each object holds under a name; None where there is nothing."""
        if name not in self._taken:
            self._taken[name] = self._take(name)
        return self._taken[name]

    def _take(self, name: str) -> Sequence[Any]:
        if self.fields is None:
            return [item.get(name) for item in self.items if isinstance(item, dict)]
        if name not in self.fields:
            return [None] * len(self.items)
        if name in TOLD and self.items:  # what is asked of every page is taken in one pass
            names = [one for one in TOLD if one in self.fields]
            rows = map(attrgetter(*names, name), self.items)
            self._taken.update(zip((*names, name), zip(*rows, strict=True), strict=True))
        return self._taken.get(name) or list(map(attrgetter(name), self.items))


PAGES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "list_batches": ((), ("data",), ("data", "data")),
    "list_files": ((), ("data",), ("data", "data")),
}
"""Operations that answer in pages, and where the items usually stand: at once, in a page, in an envelope around it."""

MAX_ITEMS = 50_000
"""Items of a page that are remembered: what comes later on it counts as not told."""


@frozen
class Page:
    """One page as it was answered. `ids` are the items', joined; `after` the cursor asked for.

    `has_more`: what the page says of it, if anything, and if any item was asked for. `falls`: whether the items come
    from new to old; None where all are of one time, or say no time. `sound`: the request was not invalid, and asked
    for at least one item if for a number of them.
    """

    ids: str
    size: int
    after: str | None
    limit: int | None
    has_more: bool | None
    falls: bool | None
    sound: bool


def read_page(
    payload: Any,
    operation: Operation,
    query: Mapping[str, str],
    listed: Items | None,
    *,
    sound: bool,
) -> Page | None:
    """The page in a success body, whose `data` may be a list and then is given in columns; None where there is none."""
    for path in _lists(operation):
        holder, items = None, payload
        for step in path:
            holder, items = items, items.get(step) if isinstance(items, dict) else None
        if isinstance(items, list):
            text = query.get("limit")
            limit = int(text) if text and _WHOLE.fullmatch(text) else None
            found = listed if listed is not None and listed.items is items else Items(items)
            return Page(
                _names(found.column("id")[:MAX_ITEMS]),
                len(items),
                query.get("after"),
                limit,
                None if limit == 0 and not items else _more(holder),
                _falls(found.column("created_at")),
                sound and (text is None or (limit is not None and limit > 0)),
            )
    return None


_WHOLE = re.compile(r"-?[0-9]{1,9}", re.ASCII)


def _more(holder: Any) -> bool | None:
    said = holder.get("has_more") if isinstance(holder, dict) else None
    return said if isinstance(said, bool) else None


def _falls(times: Sequence[Any]) -> bool | None:
    if len(times) < 2 or not set(map(type, times)) <= {int}:
        return None
    if times[0] == times[-1] and len(set(times)) == 1:
        return None
    return list(times) == sorted(times, reverse=True)


@cache
def _lists(operation: Operation) -> tuple[tuple[str, ...], ...]:
    """Where the items may stand: where the contract has them, and where others do."""
    usual = PAGES.get(operation.name, ())
    own = operation.items if usual else None
    return usual if own is None else tuple(dict.fromkeys((own, *usual)))


def _names(values: Iterable[Any]) -> str:
    """The strings among them, joined."""
    values = list(filter(None, values))
    try:
        return join(values)
    except TypeError:
        return join([value for value in values if isinstance(value, str)])


def names_told(payload: Any, listed: Items | None) -> str:
    """The names that a body tells besides the ids of a page, joined; `listed` is its `data` if that is a list."""
    around = list(payload.values()) if isinstance(payload, dict) else payload if isinstance(payload, list) else []
    holders = [holder for holder in (payload, *around) if isinstance(holder, dict)]
    names = [value for holder in holders for key, value in holder.items() if key.endswith("_id") or key == "id"]
    if listed is not None:
        names += chain.from_iterable(listed.column(name)[:MAX_ITEMS] for name in FILES)
    return _names(names)


def statuses(
    payload: Any,
    operation: str,
    listed: Items | None,
    broken: Collection[PayloadPath],
) -> tuple[str | None, str]:
    """Ids and statuses of the batches in a success body, joined, aligned with the items; "" where none conforms.

    The ids are None where they are those of the page.
    """
    root = BATCHES.get(operation)
    if root is None:
        return "", ""
    if root and listed is not None and not any(len(path) < 3 or path[-1] in {"id", "status"} for path in broken):
        try:
            ids = listed.column("id")
            if all(ids) and set(map(type, ids)) == {str}:
                return None, join(listed.column("status")[:MAX_ITEMS])
        except TypeError:
            pass  # a contract that leaves them open
    if listed is not None and listed.fields is not None:
        columns = (listed.column(name)[:MAX_ITEMS] for name in ("id", "status"))
        pairs: Iterable[tuple[Any, Any]] = zip(*columns, strict=True)
    else:
        pairs = [
            (_field(batch, "id"), _field(batch, "status") if (*path, "status") not in broken else "")
            for path, batch in islice(spread(payload, root), MAX_ITEMS)
        ]
    named = [pair if all(pair) and set(map(type, pair)) == {str} else ("", "") for pair in pairs]
    return join([name for name, _ in named]), join([status for _, status in named])


def spread(payload: Any, path: PayloadPath, among: Collection[int] | None = None) -> Iterator[tuple[PayloadPath, Any]]:
    """The concrete paths and values that a path with `*` for indexes (`among` these, if not None) reaches."""
    found: list[tuple[PayloadPath, Any]] = [((), payload)]
    for step in path:
        if step == "*":
            lists = [(at, node) for at, node in found if isinstance(node, list)]
            found = [((*at, i), node[i]) for at, node in lists for i in (range(len(node)) if among is None else among)]
        else:
            found = [((*at, step), node[step]) for at, node in found if isinstance(node, dict) and step in node]
    yield from found


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def status_path(operation: str, index: int) -> PayloadPath:
    """The path of the status of one of the batches in a body."""
    return (*(index if step == "*" else step for step in BATCHES[operation]), "status")
