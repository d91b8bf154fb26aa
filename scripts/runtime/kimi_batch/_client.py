"""The client of Kimi (Moonshot AI): the face that all providers share, and the file operations that only it has."""

from collections.abc import Sequence
from functools import partial

from ._async_batches import AsyncBatches
from ._batches import Batches
from ._call import Call
from ._provider import read_deleted, read_file, read_files
from .api.files import delete_file, list_files, retrieve_file
from .models import DeletedFile, File, FileList


class KimiBatches(Batches):
    """Batches of one account at Kimi; the key is that of the site: platform.kimi.com and platform.kimi.ai differ."""

    def files(self) -> Sequence[File]:
        """Every file there is."""
        return self._session.call(_files(strict=self._strict)).data

    def file(self, file_id: str) -> File:
        """One file's record."""
        return self._session.call(_file(file_id, strict=self._strict))

    def delete_file(self, file_id: str) -> DeletedFile:
        """Delete a file: there may be at most 1000 for batches."""
        return self._session.call(_delete_file(file_id, strict=self._strict))


class AsyncKimiBatches(AsyncBatches):
    """The async twin of `KimiBatches`."""

    async def files(self) -> Sequence[File]:
        """Every file there is."""
        return (await self._session.call_async(_files(strict=self._strict))).data

    async def file(self, file_id: str) -> File:
        """One file's record."""
        return await self._session.call_async(_file(file_id, strict=self._strict))

    async def delete_file(self, file_id: str) -> DeletedFile:
        """Delete a file: there may be at most 1000 for batches."""
        return await self._session.call_async(_delete_file(file_id, strict=self._strict))


def _files(*, strict: bool) -> Call[FileList]:
    return Call(list_files.get_kwargs(), partial(read_files, strict=strict))


def _file(file_id: str, *, strict: bool) -> Call[File]:
    return Call(retrieve_file.get_kwargs(file_id), partial(read_file, strict=strict))


def _delete_file(file_id: str, *, strict: bool) -> Call[DeletedFile]:
    return Call(delete_file.get_kwargs(file_id), partial(read_deleted, strict=strict))
