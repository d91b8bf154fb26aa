"""This project's own clients, by their public face: what a program that calls them gets of a response."""

import importlib
import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from conformance.impact.received import Received

if TYPE_CHECKING:
    import httpx

_CALLS: Mapping[str, Callable[[Any, str], Any]] = {
    "list_batches": lambda face, _: list(face.list()),
    "create_batch": lambda face, one: face.create(one),
    "retrieve_batch": lambda face, one: face.retrieve(one),
    "cancel_batch": lambda face, one: face.cancel(one),
    "upload_file": lambda face, _: face.upload(b"{}\n"),
    "list_files": lambda face, _: face.files(),
    "retrieve_file": lambda face, one: face.file(one),
    "delete_file": lambda face, one: face.delete_file(one),
    "file_content": lambda face, one: list(face.results(one)),
}
"""By operation, what a program calls; the id is one that was never used before, as faces remember what they did."""

_PAGES = frozenset({"list_batches", "list_files"})
_CONTENT = "file_content"
_NO_BATCH = Received(404, "application/json", b"{}")
"""Whether the id of a file is that of a batch: it is not."""


@frozen
class ListedItems:
    """What a face hands out of a list: its items, of all pages."""

    items: list[Any]


@define
class _Desk:
    """Answers a face: the first request of an operation with what was received, what it asks besides as is fit."""

    received: Received | None = None
    operation: str = ""
    last_page: bytes = b"{}"
    asked: int = 0

    def answer(self, request: "httpx.Request") -> "httpx.Response":
        """One response."""
        self.asked += 1
        received = self.received
        if self.operation == _CONTENT and not request.url.path.endswith("/content"):
            received = _NO_BATCH
        elif self.operation in _PAGES and self.asked > 1:
            received = Received(200, "application/json", self.last_page)
        assert received is not None
        response: httpx.Response = received.over(importlib.import_module("httpx"))
        return response


@define
class Face:
    """One client, made once."""

    envelopes: Mapping[str, str | None]
    """By operation, the property that holds what the face hands out, if it is not the payload itself."""
    _face: Any = None
    _desk: _Desk = field(factory=_Desk)

    @classmethod
    def of(cls, package: str, *, strict: bool) -> "Face | None":
        """The face of a package, `strict` or not; None where there is no such package, or it has no such face."""
        httpx, kind = importlib.import_module("httpx"), importlib.import_module("batch_client.face").SyncFace
        try:
            module = importlib.import_module(package)
            found = [getattr(module, name) for name in module.__all__]
            record = importlib.import_module(f"{package}._provider").PROVIDER
        except (ImportError, AttributeError):
            return None
        made = next((one for one in found if isinstance(one, type) and issubclass(one, kind)), None)
        if made is None:
            return None
        face = cls({name: one.envelope for name, one in record.operations.items()})
        http = httpx.Client(transport=httpx.MockTransport(face._desk.answer))
        face._face = made(api_key="none", base_url="http://localhost/v1", retries=0, strict=strict, http_client=http)
        return face

    def reads(self, operation: str) -> bool:
        """Whether the face has a method for an operation."""
        return operation in _CALLS and operation in self.envelopes

    def read(self, operation: str, received: Received, last_page: bytes) -> Any:
        """What the method of an operation returns, or raises; a list ends after the page that was received."""
        self._desk.received, self._desk.operation = received, operation
        self._desk.last_page, self._desk.asked = last_page, 0
        value = _CALLS[operation](self._face, f"one-{secrets.token_hex(8)}")
        return ListedItems(list(value)) if isinstance(value, list | tuple) else value
