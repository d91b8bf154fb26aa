"""The clients of Kimi (Moonshot AI): the face that all providers share, with the models of this one."""

from typing import TYPE_CHECKING

from batch_client.async_face import AsyncFace
from batch_client.face import SyncFace
from batch_client.lazy import Lazy

if TYPE_CHECKING:
    from . import client as _client
    from . import models as _models
else:
    _client, _models = Lazy("kimi_batch.client"), Lazy("kimi_batch.models")


class KimiBatches(SyncFace["_models.Batch", "_models.File", "_models.File", "_models.DeletedFile"]):
    """Batches of one account at Kimi (Moonshot AI)."""

    _package = "kimi_batch"

    @property
    def client(self) -> "_client.AuthenticatedClient":
        """The generated client, for the calls in `api`."""
        made: _client.AuthenticatedClient = self._generated(_client.AuthenticatedClient)
        return made


class AsyncKimiBatches(AsyncFace["_models.Batch", "_models.File", "_models.File", "_models.DeletedFile"]):
    """Batches of one account at Kimi (Moonshot AI)."""

    _package = "kimi_batch"

    @property
    def client(self) -> "_client.AuthenticatedClient":
        """The generated client, for the calls in `api`."""
        made: _client.AuthenticatedClient = self._generated(_client.AuthenticatedClient)
        return made
