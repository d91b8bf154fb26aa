"""Both clients, as one table: what holds for one holds for the other."""

import asyncio
import importlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import orjson
import pytest
from attrs import frozen
from batch_client import drive, waiting

from tests.wrong.lists import kimi_batch, siliconflow_batch
from tests.wrong.server import Asked, Reply, json_reply, serving

KEY = "sk-test-0123456789abcdef"


@frozen
class Client:
    """One client: its package, its classes, what its provider answers."""

    provider: str
    package: ModuleType
    sync: type[Any]
    asynchronous: type[Any]
    batch: Callable[[int], dict[str, Any]]

    def part(self, name: str) -> ModuleType:
        """A module of the package."""
        return importlib.import_module(f"{self.package.__name__}.{name}")

    @property
    def record(self) -> Any:
        """What is the provider's own."""
        return self.part("_provider").PROVIDER

    @contextmanager
    def talking_to(self, answer: Callable[[Asked], Reply], **options: Any) -> Iterator[Any]:
        """The sync client of a server whose answers a function gives."""
        with serving(answer) as url, self.sync(api_key=KEY, base_url=url, **options) as batches:
            yield batches

    def reading(self, reply: Reply, **options: Any) -> Any:
        """The first batch of the list that a server with one answer gives."""
        with self.talking_to(lambda _: reply, **{"retries": 0, **options}) as batches:
            return next(batches.list())


def _client(provider: str, name: str, batch: Callable[[int], dict[str, Any]]) -> Client:
    package = importlib.import_module(f"{provider}_batch")
    return Client(provider, package, getattr(package, name), getattr(package, f"Async{name}"), batch)


CLIENTS: Sequence[Client] = (
    _client("kimi", "KimiBatches", kimi_batch),
    _client("siliconflow", "SiliconFlowBatches", siliconflow_batch),
)


@pytest.fixture(params=CLIENTS, ids=lambda client: client.provider)
def client(request: pytest.FixtureRequest) -> Client:
    """Each client in turn."""
    found: Client = request.param
    return found


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that the client would have made, in seconds; none is made."""
    made: list[float] = []
    pause = SimpleNamespace(sleep=made.append, monotonic=lambda: sum(made))
    monkeypatch.setattr(drive, "time", pause)
    monkeypatch.setattr(waiting, "time", pause)
    return made


@pytest.fixture
def requests_file(tmp_path: Path) -> Path:
    """A batch input file of three requests."""
    path = tmp_path / "requests.jsonl"
    body = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
    path.write_bytes(
        b"".join(
            orjson.dumps({"custom_id": f"r{n}", "method": "POST", "url": "/v1/chat/completions", "body": body}) + b"\n"
            for n in range(3)
        )
    )
    return path


def page(*batches: Any, **fields: Any) -> Reply:
    """A page of a list."""
    return json_reply({"object": "list", "data": list(batches), "has_more": False, **fields})


def run(coroutine: Any) -> Any:
    """Run a coroutine to its end."""
    return asyncio.run(coroutine)
