"""The client of SiliconFlow: the face that all providers share, and what only it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._async_batches import AsyncBatches
from ._batches import Batches
from ._lazy import Lazy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from . import _provider
    from .models import Batch, File
else:
    _provider = Lazy("_provider")


class SiliconFlowBatches(Batches):
    """Batches of one account at SiliconFlow."""

    def create(
        self,
        input_file_id: str,
        completion_window: str = "24h",
        metadata: Mapping[str, str] | None = None,
        *,
        endpoint: str = "/v1/chat/completions",
        extra: Mapping[str, Any] | None = None,
        replace: Mapping[str, str] | None = None,
    ) -> Batch:
        """Create a batch; `replace`, as in `{"model": "…"}`, is put into each request of the file."""
        extra = _with(extra, replace)
        return super().create(input_file_id, completion_window, metadata, endpoint=endpoint, extra=extra)

    def files(self, purpose: str = "batch", limit: int | None = None) -> Sequence[File]:
        """Files of a purpose, at most `limit`; without it, what the provider has as default."""
        return self._session.call(_provider.list_files_call(purpose, limit, strict=self._strict)).data.data


class AsyncSiliconFlowBatches(AsyncBatches):
    """The async twin of `SiliconFlowBatches`."""

    async def create(
        self,
        input_file_id: str,
        completion_window: str = "24h",
        metadata: Mapping[str, str] | None = None,
        *,
        endpoint: str = "/v1/chat/completions",
        extra: Mapping[str, Any] | None = None,
        replace: Mapping[str, str] | None = None,
    ) -> Batch:
        """Create a batch; `replace`, as in `{"model": "…"}`, is put into each request of the file."""
        extra = _with(extra, replace)
        return await super().create(input_file_id, completion_window, metadata, endpoint=endpoint, extra=extra)

    async def files(self, purpose: str = "batch", limit: int | None = None) -> Sequence[File]:
        """Files of a purpose, at most `limit`; without it, what the provider has as default."""
        return (
            await self._session.call_async(_provider.list_files_call(purpose, limit, strict=self._strict))
        ).data.data


def _with(extra: Mapping[str, Any] | None, replace: Mapping[str, str] | None) -> Mapping[str, Any]:
    return {**(extra or {}), **({} if replace is None else {"replace": dict(replace)})}
