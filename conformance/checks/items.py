"""What a body tells of a sequence: the items of its list by field, its page, names, and statuses of batches."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from operator import ge
from typing import Any, NamedTuple

from attrs import define, field
from msgspec import Struct
from msgspec.structs import astuple

from conformance.batches import BATCHES
from conformance.checks.names import Names, names_in
from conformance.contract import Operation
from conformance.exchange import PayloadPath


@define(eq=False)
class Items:
    """The items of a list. `fields`: the names that those have which are structs, in their order.

    Those are batches in which nothing is to be found: each has an id, all names are short, and no file's is empty.
    `is_clean`: all are.
    """

    items: list[Any]
    fields: Sequence[str] = ()
    is_clean: bool = False
    _columns: dict[str, Sequence[Any]] = field(factory=dict)

    def column(self, name: str) -> Sequence[Any]:
        """What each object holds under a name; None where there is nothing."""
        found = self._columns.get(name)
        return self._take(name) if found is None else found

    def _take(self, name: str) -> Sequence[Any]:
        if self.fields and not self._columns:
            rows = map(astuple, self.items) if self.is_clean else self._rows()
            self._columns.update(zip(self.fields, zip(*rows, strict=True), strict=False))
            self._columns["status"] = [one.status for one in self.items] if self.is_clean else self._each("status")
        return self._columns.get(name) or self._columns.setdefault(name, self._each(name))

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        for one in self.items:
            if isinstance(one, Struct):
                yield astuple(one)
            elif isinstance(one, dict):
                yield tuple([one.get(name) for name in self.fields])

    def _each(self, name: str) -> list[Any]:
        return [
            one.get(name) if isinstance(one, dict) else getattr(one, name, None)
            for one in self.items
            if isinstance(one, dict | Struct)
        ]


PAGES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "list_batches": ((), ("data",), ("data", "data")),
    "list_files": ((), ("data",), ("data", "data")),
}
"""Operations that answer in pages, and where the items usually stand: at once, in a page, in an envelope around it."""

MAX_ITEMS = 50_000
"""Items of a page that are remembered: what comes later on it counts as not told."""


class Page(NamedTuple):
    """One page as it was answered. `ids` are the items'; `size` is None if there is no page; `has_more`: what it says.

    `falls`: whether the items come from new to old; None where all are of one time, or say no time.
    """

    ids: Names
    size: int | None
    has_more: bool | None
    falls: bool | None


NO_PAGE = Page((), None, None, None)


def read_page(payload: Any, operation: Operation, listed: Items | None) -> Page:
    """The page in a success body, whose `data` may be a list and then is given in columns."""
    for path in _lists(operation):
        holder, items = None, payload
        for step in path:
            holder, items = items, items.get(step) if isinstance(items, dict) else None
        if isinstance(items, list):
            found = listed if listed is not None and listed.items is items else Items(items)
            return Page(_ids(found), len(items), _more(holder), _falls(found.column("created_at")))
    return NO_PAGE


def _more(holder: Any) -> bool | None:
    said = holder.get("has_more") if isinstance(holder, dict) else None
    return said if isinstance(said, bool) else None


def _falls(times: Sequence[Any]) -> bool | None:
    if len(times) < 2 or set(map(type, times)) != {int}:
        return None
    falls = all(map(ge, times, times[1:]))
    return None if falls and times[0] == times[-1] else falls


@cache
def _lists(operation: Operation) -> tuple[tuple[str, ...], ...]:
    """Where the items may stand: where the contract has them, and where others do."""
    usual = PAGES.get(operation.name, ())
    own = operation.items if usual else None
    return usual if own is None else tuple(dict.fromkeys((own, *usual)))


def _ids(listed: Items) -> Names:
    found = listed.column("id")[:MAX_ITEMS]
    return tuple(found) if listed.is_clean else names_in(found)


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
