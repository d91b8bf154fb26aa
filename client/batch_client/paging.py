"""Walking the pages of a list: what comes next, and when it is over."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field

from batch_client.drift import Drift, described, is_array, is_object
from batch_client.errors import UnreadableResponse
from batch_client.property import value_of
from batch_client.sending import send
from batch_client.steps import Flow, Items

if TYPE_CHECKING:
    from collections.abc import Sequence

    from batch_client.defaults import Default, Timeout
    from batch_client.model import Model
    from batch_client.settings import Endpoint

ROUND = 10
"""A page of so many files, or a multiple, may be a full one, where nobody said how many one holds."""

_log = logging.getLogger(__package__)


def batches(endpoint: Endpoint, limit: int | None, after: str | None, timeout: Timeout | Default) -> Flow[None]:
    """Every batch, page by page."""
    paging = Paging(endpoint.provider.model(endpoint.provider.operations["list_batches"].item), after, endpoint.strict)
    while not paging.over:
        query = {"limit": limit, "after": paging.after}
        page = yield from send(endpoint, endpoint.call("list_batches", query=query, timeout=timeout))
        yield Items(paging.take(page))


def files(
    endpoint: Endpoint, purpose: str | None, limit: int | None, timeout: Timeout | Default, *, remembered: bool = True
) -> Flow[Sequence[Any]]:
    """The files that there are, of all pages; those of one purpose also where the endpoint does not select."""
    documented = endpoint.provider.operations["list_files"]
    query = {"purpose": purpose or ("batch" if "purpose" in documented.required else None), "limit": limit}
    paging = Paging(endpoint.provider.model(documented.item), None, endpoint.strict, "files", limit or ROUND)
    found: list[Any] = []
    while not paging.over:
        call = endpoint.call("list_files", query={**query, "after": paging.after}, timeout=timeout)
        found += paging.take((yield from send(endpoint, call)))
    for file in found if remembered else ():
        endpoint.memory.files.add(value_of(file, "id"))
    if purpose is not None and "purpose" not in documented.query:
        found = [file for file in found if value_of(file, "purpose") == purpose]
    return found


@define
class Paging:
    """A walk. It ends when nothing new comes, whatever `has_more` says: some endpoints ignore the cursor.

    Where `has_more` says nothing, it goes on after a `full` page: one of so many items, or of a multiple of that.
    """

    model: type[Model]
    after: str | None
    strict: bool
    items: str = "batches"
    full: int = 1
    over: bool = field(default=False, init=False)
    _seen: set[str] = field(factory=set[str], init=False)

    def take(self, page: Model) -> Sequence[Model]:
        """The items of a page that were not on one before; moves the cursor on.

        Raises:
            UnreadableResponse: strict, and the page says that there is more although nothing new comes.
        """
        items = [as_model(item, self.model) for item in _items(page)]
        ids: list[Any] = [value_of(item, "id") for item in items]
        known = [isinstance(one, str) and one in self._seen for one in ids]
        more = value_of(page, "has_more")
        is_last = more is False or (more is not True and len(items) % self.full > 0)
        self.over = is_last or not items or known[-1] or not isinstance(ids[-1], str) or all(known)
        self._seen.update(one for one in ids if isinstance(one, str))
        self.after = None if self.over else ids[-1]
        if self.over and more is True:
            self._miss()
        return [item for item, is_known in zip(items, known, strict=True) if not is_known]

    def _miss(self) -> None:
        error = UnreadableResponse("$.has_more", "false on the last page", "true, with nothing new", 200)
        if self.strict:
            raise error
        said = "the list ends after %d %s, though the endpoint says that there are more"
        _log.warning(said, len(self._seen), self.items)


def as_model(item: Any, model: type[Model]) -> Model:
    """An item of a page as what it should be, also one that is no object, of which nothing can be read."""
    if isinstance(item, model):
        return item
    if is_object(item):
        return model.from_dict(item)
    return evolve(model.from_dict({}), drift=(Drift("$", "an object", described(item)),))


def _items(page: Model) -> Sequence[Any]:
    data = value_of(page, "data")
    return data if is_array(data) else ()
