"""The clients whose reading of a response is tried.

Those generated from the contracts, and the `openai` SDK where it is installed.
"""

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import httpx

from conformance.contract import Contract, Operation, is_json
from conformance.providers import PROVIDERS

_REQUEST = httpx.Request("GET", "http://localhost")
"""What the responses that clients read are answers to."""

Read = Callable[[httpx.Response], Any]
"""Gives a response to a client and returns what the client makes of it, or raises what the client raises."""


def answered(status: int, body: bytes, media_type: str = "application/json") -> httpx.Response:
    """A response that a client can read."""
    return httpx.Response(status, headers={"content-type": ascii(media_type)[1:-1]}, content=body, request=_REQUEST)


def readers(contract: Contract, operation: Operation, *, sdk: bool) -> Mapping[str, Read]:
    """The clients that can read an operation's responses, by the name that reports give them.

    `sdk`: the `openai` SDK too, which takes half a second to import.
    """
    provider = PROVIDERS.get(contract.name)
    found: dict[str, Read | None] = {}
    if provider is not None and provider.client is not None:
        found[provider.client] = _face(provider.client, operation, strict=False)
        found[f"{provider.client} (strict)"] = _face(provider.client, operation, strict=True)
    if sdk:
        found["openai"] = _openai(operation.name)
    return {name: read for name, read in found.items() if read is not None}


@cache
def generated(package: str, operation: str) -> Read | None:
    """How a generated client reads an operation; None where the package or the operation is not there."""
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


def _face(package: str, operation: Operation, *, strict: bool) -> Read | None:
    """How the face of a client reads an operation: errors raise, and drift too where it is strict."""
    if not all(is_json(media_type) for media_type in operation.answers):
        return generated(package, operation.name)  # a download, which the face streams
    try:
        provider = importlib.import_module(f"{package}._provider").PROVIDER
    except ImportError:
        return None
    return lambda response: provider.read(operation.name, response, strict=strict)


_SDK_CALLS: Mapping[str, Callable[[Any], Any]] = {
    "list_batches": lambda client: client.batches.list(),
    "create_batch": lambda client: client.batches.create(
        completion_window="24h", endpoint="/v1/chat/completions", input_file_id="file"
    ),
    "retrieve_batch": lambda client: client.batches.retrieve("batch"),
    "cancel_batch": lambda client: client.batches.cancel("batch"),
    "upload_file": lambda client: client.files.create(file=b"{}", purpose="batch"),
    "list_files": lambda client: client.files.list(),
    "retrieve_file": lambda client: client.files.retrieve("file"),
    "delete_file": lambda client: client.files.delete("file"),
}


def _openai(operation: str) -> Read | None:
    call = _SDK_CALLS.get(operation)
    if call is None or importlib.util.find_spec("openai") is None:
        return None

    def read(response: httpx.Response) -> Any:
        import openai  # noqa: PLC0415 - slow, and only where a drift is new

        # The SDK has changed its HTTP library once; whichever it is built on answers here.
        library: Any = importlib.import_module(openai.DefaultHttpxClient.__mro__[1].__module__.partition(".")[0])

        def answer(_: Any) -> Any:
            return library.Response(response.status_code, headers=dict(response.headers), content=response.content)

        with library.Client(transport=library.MockTransport(answer)) as http:
            return call(openai.OpenAI(api_key="none", base_url="http://localhost/v1", max_retries=0, http_client=http))

    return read
