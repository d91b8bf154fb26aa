"""The `openai` SDK, where it is installed: what most programs that speak to such an API are written with."""

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from typing import Any

from attrs import define, field

from conformance.impact.received import Received

NAME = "openai"

_CALLS: Mapping[str, Callable[[Any], Any]] = {
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
    "file_content": lambda client: client.files.content("file").content,
}


@define
class Sdk:
    """The SDK's client, made when it is first used: it takes half a second to import."""

    _client: Any = None
    _received: list[Received] = field(factory=list)

    @classmethod
    def of(cls) -> "Sdk | None":
        """The SDK; None where it is not installed."""
        return cls() if importlib.util.find_spec(NAME) else None

    def reads(self, operation: str) -> bool:
        """Whether it has a call for an operation."""
        return operation in _CALLS

    def read(self, operation: str, received: Received, last_page: bytes) -> Any:  # noqa: ARG002 - as faces; pages are asked for by whoever walks
        """What the call of an operation returns, or raises."""
        if self._client is None:
            self._make()
        self._received[:] = [received]
        return _CALLS[operation](self._client)

    def _make(self) -> None:
        openai = importlib.import_module(NAME)
        # The SDK has changed its HTTP library once; whichever it is built on answers here.
        library: Any = importlib.import_module(openai.DefaultHttpxClient.__mro__[1].__module__.partition(".")[0])
        http = library.Client(transport=library.MockTransport(lambda _: self._received[0].over(library)))
        self._client = openai.OpenAI(api_key="none", base_url="http://localhost/v1", max_retries=0, http_client=http)
