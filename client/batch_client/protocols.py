"""What every client is and gives, whatever the provider: code written against this moves between them.

`Batches` and `AsyncBatches` are what the clients of all packages satisfy; `Batch`, `File` and the others are what all
their models have in common. Each package's own types say more.
"""

# Annotations are real objects here: type checkers and `typing.get_type_hints` see the same.
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from batch_client.defaults import DEFAULT, Default, Timeout
from batch_client.drift import Drift
from batch_client.lazy import Lazy
from batch_client.types import Source, Target

if TYPE_CHECKING:
    from batch_client import result
else:
    result = Lazy("batch_client.result")


class Payload(Protocol):
    """A JSON object as it was read."""

    @property
    def drift(self) -> tuple[Drift, ...]:
        """The places that are not as documented."""
        ...

    @property
    def additional_properties(self) -> dict[str, Any]:
        """The properties that are not documented, by name."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """The object as JSON data, whole."""
        ...

    def __getitem__(self, name: str, /) -> Any: ...


class Counts(Protocol):
    """How many requests of a batch there are, and how many are done."""

    @property
    def total(self) -> int | None:
        """All of them."""
        ...

    @property
    def completed(self) -> int | None:
        """Those that succeeded."""
        ...

    @property
    def failed(self) -> int | None:
        """Those that did not."""
        ...


class Batch(Payload, Protocol):
    """A batch, as it was when it was asked for."""

    @property
    def id(self) -> str:
        """What it is asked for by."""
        ...

    @property
    def status(self) -> str | None:
        """Where it stands."""
        ...

    @property
    def input_file_id(self) -> str | None:
        """The file of its requests."""
        ...

    @property
    def output_file_id(self) -> str | None:
        """The file of the requests that succeeded, once there is one; of some providers an address."""
        ...

    @property
    def error_file_id(self) -> str | None:
        """The file of those that did not."""
        ...

    @property
    def created_at(self) -> int | None:
        """When it was created, in seconds since 1970."""
        ...

    @property
    def request_counts(self) -> Counts | None:
        """How far it is."""
        ...

    @property
    def failure(self) -> str | None:
        """Why it failed, in a line, or where that stands; None where there is nothing of it."""
        ...


class File(Payload, Protocol):
    """A file's record."""

    @property
    def id(self) -> str:
        """What it is asked for by."""
        ...

    @property
    def filename(self) -> str | None:
        """What it was called when it was uploaded."""
        ...

    @property
    def bytes_(self) -> int | None:
        """Its size."""
        ...

    @property
    def created_at(self) -> int | None:
        """When it was uploaded, in seconds since 1970."""
        ...

    @property
    def purpose(self) -> str | None:
        """What for."""
        ...


class Batches(Protocol):
    """A client of any provider; its package's class says what each method does in full."""

    def upload(
        self,
        file: Source,
        *,
        purpose: str = "batch",
        on_progress: Callable[[int, int | None], object] | None = None,
        timeout: Timeout | Default = DEFAULT,
    ) -> File:
        """Upload a file of requests."""
        ...

    def create(
        self,
        input_file_id: str,
        completion_window: str = "24h",
        metadata: Mapping[str, str] | None = None,
        *,
        endpoint: str = "/v1/chat/completions",
        extra: Mapping[str, Any] | None = None,
        timeout: Timeout | Default = DEFAULT,
    ) -> Batch:
        """Create a batch of the requests in a file."""
        ...

    def retrieve(self, batch_id: str, *, timeout: Timeout | Default = DEFAULT) -> Batch:
        """How a batch is now."""
        ...

    def cancel(self, batch_id: str, *, timeout: Timeout | Default = DEFAULT) -> Batch:
        """Ask for a batch to be cancelled."""
        ...

    def list(
        self, limit: int | None = None, *, after: str | None = None, timeout: Timeout | Default = DEFAULT
    ) -> Iterator[Batch]:
        """Every batch, the newest first."""
        ...

    def wait(
        self,
        batch_id: str,
        *,
        timeout: float | Default | None = DEFAULT,
        interval: float | None = None,
        on_progress: Callable[[Batch], object] | None = None,
    ) -> Batch:
        """Wait until a batch is finished."""
        ...

    def results(self, batch: Batch | str, *, timeout: Timeout | Default = DEFAULT) -> Iterator["result.Result"]:
        """What became of each request."""
        ...

    def download(
        self, batch: Batch | str, target: Target, *, errors: bool = False, timeout: Timeout | Default = DEFAULT
    ) -> None:
        """Write a file of results to a path or a binary file object."""
        ...

    def files(
        self, purpose: str | None = None, limit: int | None = None, *, timeout: Timeout | Default = DEFAULT
    ) -> Sequence[File]:
        """The files that there are."""
        ...

    def file(self, file_id: str, *, timeout: Timeout | Default = DEFAULT) -> File:
        """One file's record."""
        ...

    def delete_file(self, file_id: str, *, timeout: Timeout | Default = DEFAULT) -> Payload:
        """Delete a file."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


class AsyncBatches(Protocol):
    """The async twin of `Batches`: the same methods with the same arguments."""

    async def upload(
        self,
        file: Source,
        *,
        purpose: str = "batch",
        on_progress: Callable[[int, int | None], object] | None = None,
        timeout: Timeout | Default = DEFAULT,
    ) -> File:
        """Upload a file of requests."""
        ...

    async def create(
        self,
        input_file_id: str,
        completion_window: str = "24h",
        metadata: Mapping[str, str] | None = None,
        *,
        endpoint: str = "/v1/chat/completions",
        extra: Mapping[str, Any] | None = None,
        timeout: Timeout | Default = DEFAULT,
    ) -> Batch:
        """Create a batch of the requests in a file."""
        ...

    async def retrieve(self, batch_id: str, *, timeout: Timeout | Default = DEFAULT) -> Batch:
        """How a batch is now."""
        ...

    async def cancel(self, batch_id: str, *, timeout: Timeout | Default = DEFAULT) -> Batch:
        """Ask for a batch to be cancelled."""
        ...

    def list(
        self, limit: int | None = None, *, after: str | None = None, timeout: Timeout | Default = DEFAULT
    ) -> AsyncIterator[Batch]:
        """Every batch, the newest first."""
        ...

    async def wait(
        self,
        batch_id: str,
        *,
        timeout: float | Default | None = DEFAULT,
        interval: float | None = None,
        on_progress: Callable[[Batch], object] | None = None,
    ) -> Batch:
        """Wait until a batch is finished."""
        ...

    def results(self, batch: Batch | str, *, timeout: Timeout | Default = DEFAULT) -> AsyncIterator["result.Result"]:
        """What became of each request."""
        ...

    async def download(
        self, batch: Batch | str, target: Target, *, errors: bool = False, timeout: Timeout | Default = DEFAULT
    ) -> None:
        """Write a file of results to a path or a binary file object."""
        ...

    async def files(
        self, purpose: str | None = None, limit: int | None = None, *, timeout: Timeout | Default = DEFAULT
    ) -> Sequence[File]:
        """The files that there are."""
        ...

    async def file(self, file_id: str, *, timeout: Timeout | Default = DEFAULT) -> File:
        """One file's record."""
        ...

    async def delete_file(self, file_id: str, *, timeout: Timeout | Default = DEFAULT) -> Payload:
        """Delete a file."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...
