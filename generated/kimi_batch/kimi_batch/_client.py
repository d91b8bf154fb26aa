"""The client of Kimi (Moonshot AI): the face that all providers share, and the file operations that only it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._async_batches import AsyncBatches
from ._batches import Batches
from ._lazy import Lazy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from . import _provider
    from .models import DeletedFile, File
else:
    _provider = Lazy("_provider")


class KimiBatches(Batches):
    """Batches of one account at Kimi; the key is that of the site: platform.kimi.com and platform.kimi.ai differ."""

    def files(self) -> Sequence[File]:
        """Every file there is."""
        return self._session.call(_provider.list_files_call(strict=self._strict)).data

    def file(self, file_id: str) -> File:
        """One file's record."""
        return self._session.call(_provider.retrieve_file_call(file_id, strict=self._strict))

    def delete_file(self, file_id: str) -> DeletedFile:
        """Delete a file: there may be at most 1000 for batches."""
        return self._session.call(_provider.delete_file_call(file_id, strict=self._strict))


class AsyncKimiBatches(AsyncBatches):
    """The async twin of `KimiBatches`."""

    async def files(self) -> Sequence[File]:
        """Every file there is."""
        return (await self._session.call_async(_provider.list_files_call(strict=self._strict))).data

    async def file(self, file_id: str) -> File:
        """One file's record."""
        return await self._session.call_async(_provider.retrieve_file_call(file_id, strict=self._strict))

    async def delete_file(self, file_id: str) -> DeletedFile:
        """Delete a file: there may be at most 1000 for batches."""
        return await self._session.call_async(_provider.delete_file_call(file_id, strict=self._strict))
