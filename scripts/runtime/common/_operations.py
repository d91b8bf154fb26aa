"""The operations both providers have, as calls over the generated request builders and models."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import httpx

from ._call import Call
from ._model import Model
from ._provider import FILE_READERS
from ._reading import read
from .api.batch import cancel_batch, create_batch, list_batches, retrieve_batch
from .models import Batch, BatchList, CreateBatchRequest
from .types import UNSET

read_created = partial(read, Batch, needed="$.id")
read_batch = partial(read, Batch)
read_page = partial(read, BatchList, needed="$.data")

_READERS: Mapping[str, Callable[..., Model]] = {
    "list_batches": read_page,
    "create_batch": read_created,
    "retrieve_batch": read_batch,
    "cancel_batch": read_batch,
    **FILE_READERS,
}


def create_request(
    input_file_id: str,
    endpoint: str,
    completion_window: str,
    metadata: Mapping[str, str] | None,
    extra: Mapping[str, Any],
) -> CreateBatchRequest:
    """The body of a create; `extra` goes beside what both providers document."""
    pairs = {} if metadata is None else {"metadata": dict(metadata)}
    common = {"input_file_id": input_file_id, "endpoint": endpoint, "completion_window": completion_window}
    return CreateBatchRequest.from_dict({**common, **pairs, **extra})


def create(body: CreateBatchRequest, *, strict: bool) -> Call[Batch]:
    """Create a batch: never sent again where it may have been processed."""
    return Call(create_batch.get_kwargs(body=body), partial(read_created, strict=strict), repeatable=False)


def retrieve(batch_id: str, *, strict: bool) -> Call[Batch]:
    """Look at a batch."""
    return Call(retrieve_batch.get_kwargs(batch_id), partial(read_batch, strict=strict))


def cancel(batch_id: str, *, strict: bool) -> Call[Batch]:
    """Ask for a batch to be cancelled."""
    return Call(cancel_batch.get_kwargs(batch_id), partial(read_batch, strict=strict))


def page(limit: int | None, after: str | None, *, strict: bool) -> Call[BatchList]:
    """One page of batches."""
    arguments = list_batches.get_kwargs(
        limit=UNSET if limit is None else limit, after=UNSET if after is None else after
    )
    return Call(arguments, partial(read_page, strict=strict))


def read_answer(operation: str, response: httpx.Response, *, strict: bool = False) -> Model:
    """Read the response to an operation by its name, as the client's methods do; its body must be loaded.

    Raises:
        BatchError: what the method would raise.
        KeyError: there is no such operation, or its response is a file.
    """
    return _READERS[operation](response, strict=strict)
