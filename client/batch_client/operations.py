"""The operations that are one request and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from batch_client.errors import BatchError
from batch_client.sending import send

if TYPE_CHECKING:
    from batch_client.defaults import Default, Timeout
    from batch_client.settings import Endpoint
    from batch_client.steps import Flow


def create_body(
    input_file_id: str,
    completion_window: str,
    metadata: Mapping[str, str] | None,
    endpoint: str,
    extra: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The body of a create; `extra` goes beside what all providers take.

    Raises:
        BatchError: the metadata are no pairs.
    """
    if metadata is not None and not isinstance(metadata, Mapping):
        raise BatchError(f"metadata are pairs of texts, not {type(metadata).__name__}")
    pairs = {} if metadata is None else {"metadata": dict(metadata)}
    common = {"input_file_id": input_file_id, "endpoint": endpoint, "completion_window": completion_window}
    return {**common, **pairs, **(extra or {})}


def create(endpoint: Endpoint, body: Mapping[str, Any], timeout: Timeout | Default) -> Flow[Any]:
    """Create a batch: never sent again where it may have been processed."""
    return send(endpoint, endpoint.call("create_batch", json=body, timeout=timeout, repeatable=False))


def retrieve(endpoint: Endpoint, batch_id: str, timeout: Timeout | Default) -> Flow[Any]:
    """Look at a batch."""
    return send(endpoint, endpoint.call("retrieve_batch", ids={"batch_id": batch_id}, timeout=timeout))


def cancel(endpoint: Endpoint, batch_id: str, timeout: Timeout | Default) -> Flow[Any]:
    """Ask for a batch to be cancelled."""
    return send(endpoint, endpoint.call("cancel_batch", ids={"batch_id": batch_id}, timeout=timeout))


def file(endpoint: Endpoint, file_id: str, timeout: Timeout | Default) -> Flow[Any]:
    """Look at one file's record."""
    return send(endpoint, endpoint.call("retrieve_file", ids={"file_id": file_id}, timeout=timeout))


def delete_file(endpoint: Endpoint, file_id: str, timeout: Timeout | Default) -> Flow[Any]:
    """Delete a file."""
    return send(endpoint, endpoint.call("delete_file", ids={"file_id": file_id}, timeout=timeout))
