"""An upload that nobody answered: whether the file is there all the same."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from attrs import define, field

from batch_client.errors import BatchError
from batch_client.paging import files
from batch_client.property import value_of

if TYPE_CHECKING:
    from batch_client.defaults import Default, Timeout
    from batch_client.settings import Endpoint
    from batch_client.steps import Flow

_MILLISECONDS = 1e11
"""A time beyond this is in milliseconds: in seconds it is the year 5138."""


@define
class Lost:
    """One upload: what would be looked for, and whether there is reason to."""

    _endpoint: Endpoint
    _name: str
    _size: int
    _purpose: str
    _timeout: Timeout | Default
    is_lost: bool = field(default=False, init=False)
    """Whether an answer was lost."""
    _began: float = field(factory=time.time, init=False)

    def found(self) -> Flow[Any]:
        """The file; None where it is certain that it did not arrive.

        Raises:
            BatchError: that cannot be told.
        """
        try:
            there = yield from files(self._endpoint, self._purpose, None, self._timeout, remembered=False)
        except BatchError as error:
            raise BatchError(f"{self._said} cannot be looked up: {error}") from error
        possible = [(one, is_it) for one in there if (is_it := self._is_it(one)) is not False]
        if not possible:
            return None
        if len(possible) == 1 and possible[0][1]:
            return self._as_uploaded(possible[0][0])
        ids = ", ".join(str(value_of(one, "id"))[:60] for one, _ in possible[:5])
        raise BatchError(f"{self._said} cannot be told: it may be {ids}")

    @property
    def _said(self) -> str:
        return f"the upload of {self._name[:60]!r} got no answer, and whether it arrived"

    def _is_it(self, file: Any) -> bool | None:
        """Whether a file is the one; None where the listing does not say enough."""
        name, size, created = (value_of(file, field) for field in ("filename", "bytes", "created_at"))
        if name is not None and name != self._name:
            return False
        if size is not None and size != self._size:
            return False
        if value_of(file, "id") in self._endpoint.memory.files:
            return False
        if isinstance(created, (int, float)) and not isinstance(created, bool):
            seconds = created / 1000 if created > _MILLISECONDS else created
            if seconds < int(self._endpoint.memory.there(self._began)):
                return False
            return True if name is not None and size is not None else None
        return None

    def _as_uploaded(self, file: Any) -> Any:
        """A file of the list as what an upload gives."""
        documented = self._endpoint.provider.operations["upload_file"]
        return self._endpoint.provider.model(documented.inner or documented.model).from_dict(file.wire)
