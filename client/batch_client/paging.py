"""Walking the pages of a list: what comes next, and when it is over."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field

from batch_client.drift import Drift, described, is_array, is_object
from batch_client.errors import UnreadableResponse
from batch_client.model import Model, value_of
from batch_client.sending import send
from batch_client.steps import Flow, Items

if TYPE_CHECKING:
    from collections.abc import Sequence

    from batch_client.defaults import Default, Timeout
    from batch_client.settings import Endpoint

_log = logging.getLogger(__package__)


def batches(endpoint: Endpoint, limit: int | None, after: str | None, timeout: Timeout | Default) -> Flow[None]:
    """Every batch, page by page."""
    paging = Paging(endpoint.provider.model(endpoint.provider.operations["list_batches"].item), after, endpoint.strict)
    while not paging.over:
        query = {"limit": limit, "after": paging.after}
        page = yield from send(endpoint, endpoint.call("list_batches", query=query, timeout=timeout))
        yield Items(paging.take(page))


def files(
    endpoint: Endpoint, purpose: str | None, limit: int | None, timeout: Timeout | Default
) -> Flow[Sequence[Any]]:
    """The files that there are; those of one purpose also where the endpoint does not select."""
    documented = endpoint.provider.operations["list_files"]
    query = {"purpose": purpose or ("batch" if "purpose" in documented.required else None), "limit": limit}
    page = yield from send(endpoint, endpoint.call("list_files", query=query, timeout=timeout))
    found = [as_model(item, endpoint.provider.model(documented.item)) for item in _items(page)]
    if purpose is not None and "purpose" not in documented.query:
        found = [file for file in found if value_of(file, "purpose") == purpose]
    return found


@define
class Paging:
    """A walk. It ends when nothing new comes, whatever `has_more` says: some endpoints ignore the cursor."""

    model: type[Model]
    after: str | None
    strict: bool
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
        self.over = more is False or not items or known[-1] or not isinstance(ids[-1], str) or all(known)
        self._seen.update(one for one in ids if isinstance(one, str))
        self.after = None if self.over else ids[-1]
        if self.over and more is True:
            self._miss()
        return [item for item, is_known in zip(items, known, strict=True) if not is_known]

    def _miss(self) -> None:
        error = UnreadableResponse("$.has_more", "false after the last batch", "true, with nothing new", 200)
        if self.strict:
            raise error
        _log.warning("the list ends after %d batches, though the endpoint says that there are more", len(self._seen))


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
