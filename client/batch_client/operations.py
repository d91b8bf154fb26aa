"""The operations that are one request and its answer, or one that is asked again for what the first answer means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import httpx

from batch_client.errors import BatchError, Forbidden, NotFound, StatusError
from batch_client.property import value_of
from batch_client.retry import may_have_happened
from batch_client.sending import answered, send
from batch_client.steps import Flow, Pause, Send

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from batch_client.defaults import Default, Timeout
    from batch_client.settings import Endpoint

NEW = 60.0
"""Seconds after its creation in which a batch may not be there yet."""
UNSEEN = 15.0
"""Seconds that are waited for that."""
_FIRST_PAUSE = 0.5
_GROWTH = 1.5
_CANCELLED = re.compile(r"cancell?(?:ed|ing)", re.IGNORECASE)
_ALREADY = re.compile(r"already\W+(?:\w+\W+){0,3}cancel", re.IGNORECASE)
_ENDED = frozenset({"completed", "failed", "expired"})


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
    if metadata is not None and not hasattr(metadata, "keys"):
        raise BatchError(f"metadata are pairs of texts, not {type(metadata).__name__}")
    pairs = {} if metadata is None else {"metadata": dict(metadata)}
    common = {"input_file_id": input_file_id, "endpoint": endpoint, "completion_window": completion_window}
    return {**common, **pairs, **(extra or {})}


def create(endpoint: Endpoint, body: Mapping[str, Any], timeout: Timeout | Default) -> Flow[Any]:
    """Create a batch: never sent again where it may have been processed."""
    batch = yield from send(endpoint, endpoint.call("create_batch", json=body, timeout=timeout, repeatable=False))
    endpoint.memory.created.add(value_of(batch, "id"))
    return batch


def retrieve(endpoint: Endpoint, batch_id: str, timeout: Timeout | Default) -> Flow[Any]:
    """Look at a batch."""
    call = endpoint.call("retrieve_batch", ids={"batch_id": batch_id}, timeout=timeout)
    return _once_there(endpoint, batch_id, lambda: send(endpoint, call))


def cancel(endpoint: Endpoint, batch_id: str, timeout: Timeout | Default) -> Flow[Any]:
    """Ask for a batch to be cancelled; one that is refused because it is cancelled already has been."""
    call = endpoint.call("cancel_batch", ids={"batch_id": batch_id}, timeout=timeout, final={409})
    try:
        return (yield from _once_there(endpoint, batch_id, lambda: send(endpoint, call)))
    except StatusError as error:
        if not (error.status_code in _MAY_BE_DONE or isinstance(error, Forbidden)):
            raise
        refusal = error
    try:
        batch = yield from retrieve(endpoint, batch_id, timeout)
    except BatchError:
        raise refusal from None
    status = str(value_of(batch, "status"))
    said = _ALREADY.search(f"{refusal.message} {refusal.body}") and status not in _ENDED
    if said or _CANCELLED.fullmatch(status):
        return batch
    raise refusal


_MAY_BE_DONE = frozenset({200, 400, 405, 409, 410, 412, 422, 423})
"""Statuses of a refusal that may be one because there is nothing left to do."""


def file(endpoint: Endpoint, file_id: str, timeout: Timeout | Default) -> Flow[Any]:
    """Look at one file's record."""
    return send(endpoint, endpoint.call("retrieve_file", ids={"file_id": file_id}, timeout=timeout))


def delete_file(endpoint: Endpoint, file_id: str, timeout: Timeout | Default) -> Flow[Any]:
    """Delete a file; where it is not there any more because this client has deleted it, it is deleted."""
    call = endpoint.call("delete_file", ids={"file_id": file_id}, timeout=timeout)
    is_deleted = file_id in endpoint.memory.deleted

    def once() -> Flow[httpx.Response]:
        nonlocal is_deleted
        try:
            response: httpx.Response = yield Send(call.arguments)
        except httpx.HTTPError as error:
            is_deleted = is_deleted or may_have_happened(error)
            raise
        is_deleted = is_deleted or may_have_happened(response)
        return response

    response = yield from answered(endpoint, once, call.arguments, repeatable=True)
    if response.status_code in {404, 410} and is_deleted:
        model = endpoint.provider.model(endpoint.provider.operations["delete_file"].model)
        deleted: Any = model.from_dict({"id": file_id, "object": "file", "deleted": True})
    else:
        deleted = call.read(response)
    endpoint.memory.deleted.add(file_id)
    return deleted


def _once_there(endpoint: Endpoint, batch_id: str, look: Callable[[], Flow[Any]]) -> Flow[Any]:
    """What comes of a batch that may not be there yet, because this client has only just created it."""
    pause, waited = _FIRST_PAUSE, 0.0
    while True:
        try:
            return (yield from look())
        except NotFound:
            if waited >= UNSEEN or not endpoint.memory.created.is_new(batch_id, NEW):
                raise
        yield Pause(pause)
        waited, pause = waited + pause, pause * _GROWTH
