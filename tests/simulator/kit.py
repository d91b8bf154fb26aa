"""What the tests of the simulators share: a client, input files, the usual first steps."""

import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import orjson

from conformance import providers
from conformance.simulator import Simulator

PROVIDERS = tuple(one.name for one in providers.PROVIDERS.values() if one.client)
"""Those with a client; the others are in tests/providers."""
MODEL = {"kimi": "kimi-k2.6", "siliconflow": "deepseek-ai/DeepSeek-V3"}
HOUR = 3600
DAY = 24 * HOUR
TLS = ssl.create_default_context()
"""Made once: loading certificates is most of what making a client costs, and no test needs them."""
ASKED = {"endpoint": "/v1/chat/completions", "completion_window": "24h"}


@contextmanager
def client_of(simulator: Simulator, key: str | None = None) -> Iterator[httpx.Client]:
    """An HTTP client with the simulator's key, or another."""
    headers = {"Authorization": f"Bearer {key or simulator.key}"}
    with httpx.Client(base_url=simulator.base_url, headers=headers, verify=TLS, trust_env=False) as client:
        yield client


def row(custom_id: str, **body: Any) -> dict[str, Any]:
    """One request, in order for either provider."""
    messages = [{"role": "user", "content": f"Say {custom_id}"}]
    return {
        "custom_id": custom_id,
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {"model": "m", "messages": messages} | body,
    }


def jsonl(rows: Iterable[Any]) -> bytes:
    """Rows as the bytes of a file; bytes among them stand as they are."""
    return b"".join(one if isinstance(one, bytes) else orjson.dumps(one) + b"\n" for one in rows)


def rows(count: int) -> list[dict[str, Any]]:
    """A number of requests, in order."""
    return [row(f"request-{number}") for number in range(count)]


def upload(client: httpx.Client, content: bytes, name: str = "requests.jsonl", purpose: str = "batch") -> str:
    """Upload a file; its id, whatever envelope it came in."""
    response = client.post("/files", data={"purpose": purpose}, files={"file": (name, content)})
    assert response.status_code == 200, response.text
    body = response.json()
    return str((body.get("data") or body)["id"])


def create(client: httpx.Client, content: bytes, name: str = "requests.jsonl", **asked: Any) -> dict[str, Any]:
    """Upload a file and begin a batch over it."""
    response = client.post("/batches", json={"input_file_id": upload(client, content, name)} | ASKED | asked)
    assert response.status_code == 200, response.text
    return dict(response.json())


def retrieve(client: httpx.Client, batch: dict[str, Any]) -> dict[str, Any]:
    """A batch as it is now."""
    response = client.get(f"/batches/{batch['id']}")
    assert response.status_code == 200, response.text
    return dict(response.json())


def download(client: httpx.Client, file_id: str) -> list[dict[str, Any]]:
    """The lines of a result, by the id or the address that a batch names."""
    response = httpx.get(file_id, verify=TLS) if file_id.startswith("http") else client.get(f"/files/{file_id}/content")
    assert response.status_code == 200, response.text
    return [orjson.loads(line) for line in response.content.splitlines()]
