"""The clients of SiliconFlow: the face that all providers share, with the models of this one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from batch_client.async_face import AsyncFace
from batch_client.defaults import DEFAULT, Default, Timeout
from batch_client.face import SyncFace
from batch_client.lazy import Lazy

if TYPE_CHECKING:
    from batch_client import model as _model

    from . import client as _client
    from . import models as _models
else:
    _client, _models = Lazy("siliconflow_batch.client"), Lazy("siliconflow_batch.models")
    _model = Lazy("batch_client.model")


class SiliconFlowBatches(SyncFace["_models.Batch", "_models.File", "_models.UploadedFile", "_model.Undocumented"]):
    """Batches of one account at SiliconFlow."""

    _package = "siliconflow_batch"

    @property
    def client(self) -> "_client.AuthenticatedClient":
        """The generated client, for the calls in `api`."""
        made: _client.AuthenticatedClient = self._generated(_client.AuthenticatedClient)
        return made

    def create(
        self,
        input_file_id: str,
        completion_window: str = "24h",
        metadata: Mapping[str, str] | None = None,
        *,
        endpoint: str = "/v1/chat/completions",
        extra: Mapping[str, Any] | None = None,
        timeout: Timeout | Default = DEFAULT,
        replace: Mapping[str, Any] | None = None,
    ) -> "_models.Batch":
        """Create a batch of the requests in a file that was uploaded.

        It is sent again only where the endpoint cannot have created it: after any other failure, `list` tells.

        Args:
            input_file_id: The uploaded file.
            completion_window: How long it may take, as in `24h`.
            metadata: Pairs of your own.
            endpoint: What the requests are for.
            extra: Fields of the request that are not documented.
            timeout: Of this call.
            replace: What to put into every request of the file
        """
        own = {"replace": replace}
        documented = {name: value for name, value in own.items() if value is not None}
        return super().create(
            input_file_id,
            completion_window,
            metadata,
            endpoint=endpoint,
            extra={**documented, **(extra or {})},
            timeout=timeout,
        )


class AsyncSiliconFlowBatches(
    AsyncFace["_models.Batch", "_models.File", "_models.UploadedFile", "_model.Undocumented"]
):
    """Batches of one account at SiliconFlow."""

    _package = "siliconflow_batch"

    @property
    def client(self) -> "_client.AuthenticatedClient":
        """The generated client, for the calls in `api`."""
        made: _client.AuthenticatedClient = self._generated(_client.AuthenticatedClient)
        return made

    async def create(
        self,
        input_file_id: str,
        completion_window: str = "24h",
        metadata: Mapping[str, str] | None = None,
        *,
        endpoint: str = "/v1/chat/completions",
        extra: Mapping[str, Any] | None = None,
        timeout: Timeout | Default = DEFAULT,
        replace: Mapping[str, Any] | None = None,
    ) -> "_models.Batch":
        """Create a batch of the requests in a file that was uploaded.

        It is sent again only where the endpoint cannot have created it: after any other failure, `list` tells.

        Args:
            input_file_id: The uploaded file.
            completion_window: How long it may take, as in `24h`.
            metadata: Pairs of your own.
            endpoint: What the requests are for.
            extra: Fields of the request that are not documented.
            timeout: Of this call.
            replace: What to put into every request of the file
        """
        own = {"replace": replace}
        documented = {name: value for name, value in own.items() if value is not None}
        return await super().create(
            input_file_id,
            completion_window,
            metadata,
            endpoint=endpoint,
            extra={**documented, **(extra or {})},
            timeout=timeout,
        )
