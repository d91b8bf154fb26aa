"""The batch that results are of, and what it says of their number: a file with it, or the endpoint's own answer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from attrs import field, frozen

from conformance import contract, files
from conformance.errors import UserError
from conformance.providers import Provider

_MOST = 16_000_000
"""Bytes of a file that holds one batch."""
_COUNTS = ("total", "completed", "failed")
_INSIDE = ("data", "batch", "job")
"""Where an envelope holds it."""


class BatchError(UserError):
    """There is no such batch to be had; the message is one line."""


@frozen
class StatedBatch:
    """What a batch says: its status, and its numbers by name, those that it tells."""

    status: str | None
    counts: Mapping[str, int] = field(factory=dict)


def batch_of(named: str, provider: Provider, url: str | None = None) -> StatedBatch:
    """The batch of a file's name, or of an id: then the provider is asked, where it is or at `url`.

    Raises:
        BatchError: it is not there, or is no batch.
        EndpointError: there is no key for the provider, or no such address.
    """
    is_file = named == files.STDIN or Path(named).is_file()
    if not is_file and ("/" in named or named.endswith((".json", ".jsonl"))):
        raise BatchError(f"--batch {named}: no such file")
    return _read(named) if is_file else _asked(named, provider, url)


def _read(named: str) -> StatedBatch:
    try:
        payload = orjson.loads(files.read(named, _MOST))
    except OSError as error:
        raise BatchError(f"--batch {named}: {error.strerror or error}") from None
    except orjson.JSONDecodeError:
        raise BatchError(f"--batch {named}: not JSON; a batch as it was retrieved is expected") from None
    return _batch(payload, named)


def _asked(name: str, provider: Provider, url: str | None) -> StatedBatch:
    from conformance.endpoint import Endpoint, askable, live_limits  # noqa: PLC0415 - a file needs no HTTP
    from conformance.target import live_key, live_url  # noqa: PLC0415 - a file needs no HTTP

    own = contract.load(provider.contract)
    operation = own.operations.get("retrieve_batch")
    if operation is None or not askable(name):
        raise BatchError(f"--batch {name}: no file of that name, and no id that could be asked for")
    (parameter,) = (one.name for one in operation.parameters if one.where == "path")
    with Endpoint(
        f"live:{provider.name}",
        live_url(provider, own, url),
        live_key(provider),
        False,  # noqa: FBT003 - nothing is written
        live_limits(None, None),
        lambda _: None,
        authorization=provider.authorization,
    ) as endpoint:
        exchange = endpoint.send(operation, path_parameters={parameter: name})
    answer = exchange.answer
    if answer is None or answer.status != operation.success_status:
        why = exchange.failure or "no answer" if answer is None else f"status {answer.status}"
        raise BatchError(f"--batch {name}: live:{provider.name} was asked for it: {why}")
    return _batch(answer.json, name)


def _batch(payload: Any, named: str) -> StatedBatch:
    found = next((one for one in _candidates(payload) if "status" in one), None)
    if found is None:
        raise BatchError(f"--batch {named}: holds no batch: an object with a status is expected")
    counts = found.get("request_counts")
    stated = counts if isinstance(counts, dict) else found
    numbers = {name: stated[name] for name in _COUNTS if _is_count(stated.get(name))}
    if _is_count(counts):
        numbers.setdefault("total", counts)
    status = found["status"]
    return StatedBatch(status.lower() if isinstance(status, str) else None, numbers)


def _candidates(payload: Any) -> list[dict[str, Any]]:
    inside = [payload.get(name) for name in _INSIDE] if isinstance(payload, dict) else []
    return [one for one in (payload, *inside) if isinstance(one, dict)]


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
