"""What a generated client loses of a response that conforms to its contract."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from conformance.contract import Contract, Operation
from conformance.drift import Breach
from conformance.impact.received import Received
from conformance.providers import PROVIDERS
from conformance.sample import sample

if TYPE_CHECKING:
    import httpx

_Read = Callable[["httpx.Response"], Any]


def client_loss(contract: Contract, operation: Operation) -> Iterator[Breach]:
    """What the generated client drops of a conforming response: the response itself, or a documented field."""
    provider = PROVIDERS.get(contract.name)
    read = _generated(provider.client, operation.name) if provider and provider.client else None
    for key, response in operation.responses.items():
        if read is None or response.schema is None or not key.isdecimal():
            continue
        body = sample(response.schema)
        for pointer, observed in _lost(read, body, int(key)):
            yield Breach(
                rule="contract-generator-loss",
                pointer=pointer,
                expected=f"the {key} response, whole",
                observed=observed,
                location=response.location,
            )


@cache
def _generated(package: str, operation: str) -> _Read | None:
    """How the generated requests read an operation; None where the package or the operation is not there."""
    try:
        client = importlib.import_module(f"{package}.client").AuthenticatedClient(base_url="http://localhost", token="")
        folder = importlib.import_module(f"{package}.api")
    except ImportError:
        return None
    for found in pkgutil.walk_packages(folder.__path__, f"{folder.__name__}."):
        if found.name.rpartition(".")[2] == operation:
            module = importlib.import_module(found.name)
            return lambda response: module._parse_response(client=client, response=response)  # noqa: SLF001 - what its calls run
    return None


def _lost(read: _Read, body: Any, status: int) -> Iterator[tuple[str, str]]:
    import httpx  # noqa: PLC0415 - slow, and only where a client reads

    response: httpx.Response = Received(status, "application/json", orjson.dumps(body)).over(httpx)
    response.request = httpx.Request("GET", "http://localhost")
    try:
        parsed = read(response)
    except Exception as error:  # noqa: BLE001 - whatever the client raises is what is told
        yield "", f"raises {type(error).__name__}"
        return
    if parsed is None:
        yield "", "nothing is returned"
    elif hasattr(parsed, "to_dict"):
        back = parsed.to_dict()
        yield from ((f"/{key}", "the field is dropped") for key in body if key not in back)
