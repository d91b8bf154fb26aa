"""Walking the pages of a list, without the requests: what comes next, and when it is over."""

import logging
from collections.abc import Sequence
from typing import Any

from attrs import define, evolve, field

from ._drift import Drift, described
from ._errors import UnreadableResponse
from .models import Batch, BatchList

_log = logging.getLogger(__package__)


@define
class Paging:
    """A walk. It ends when nothing new comes, whatever `has_more` says: some endpoints ignore the cursor."""

    after: str | None
    strict: bool
    over: bool = field(default=False, init=False)
    _seen: set[str] = field(factory=set[str], init=False)

    def take(self, page: BatchList) -> Sequence[Batch]:
        """The items of a page that were not on one before; moves the cursor on.

        Raises:
            UnreadableResponse: strict, and the page says that there is more although nothing new comes.
        """
        items = [as_batch(item) for item in page.data or ()]
        ids: list[Any] = [item.id for item in items]
        known = [isinstance(one, str) and one in self._seen for one in ids]
        self.over = page.has_more is False or not items or known[-1] or not isinstance(ids[-1], str) or all(known)
        self._seen.update(one for one in ids if isinstance(one, str))
        self.after = None if self.over else ids[-1]
        if self.over and page.has_more is True:
            self._miss()
        return [item for item, is_known in zip(items, known, strict=True) if not is_known]

    def _miss(self) -> None:
        error = UnreadableResponse("$.has_more", "false after the last batch", "true, with nothing new", 200)
        if self.strict:
            raise error
        _log.warning("the list ends after %d batches, though the endpoint says that there are more", len(self._seen))


def as_batch(item: Any) -> Batch:
    """An item of a page as a batch, also one that is no object, of which nothing can be read."""
    if isinstance(item, Batch):
        return item
    return evolve(Batch.from_dict({}), drift=(Drift("$", "an object", described(item)),))
