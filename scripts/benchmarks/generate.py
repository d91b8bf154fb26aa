"""Traffic as a gateway in front of a provider would record it: seeded, so that every run reads the same bytes.

Clients walk lists of batches, newest first: a few still under way, most completed, some failed or cancelled.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from attrs import frozen

from scripts.benchmarks.subject import SUBJECT

START = 1_767_225_600
"""2026-01-01T00:00:00Z, in seconds."""
PAGES = 6
"""Pages of a walk."""

Batch = dict[str, Any]
_TIMES = ("in_progress_at", "finalizing_at", "completed_at", "failed_at", "cancelling_at", "cancelled_at")


@frozen
class Traffic:
    """What to generate. `share` of the bodies drift, in one of `kinds` ways; 0: each in a value of its own."""

    exchanges: int
    items: int = 20
    share: float = 0.0
    kinds: int = 3
    seed: int = 1


def entries(traffic: Traffic) -> Iterator[bytes]:
    """HAR entries, one a line."""
    chance = random.Random(traffic.seed)  # noqa: S311 - the same bytes each time are the point
    after = None
    for number in range(traffic.exchanges):
        page = number % PAGES
        data = [_batch(chance, number * traffic.items + index, first=page == 0) for index in range(traffic.items)]
        body: dict[str, Any] = {"object": "list", "data": data, "has_more": page < PAGES - 1}
        if chance.random() < traffic.share:
            _drift(body, number if traffic.kinds == 0 else number % traffic.kinds, own=traffic.kinds == 0)
        yield _entry(number, traffic.items, after if page else None, orjson.dumps(body).decode())
        after = data[-1]["id"]


def write(file: Path, traffic: Traffic) -> Path:
    """A recording."""
    with file.open("wb") as stream:
        for line in entries(traffic):
            stream.write(line + b"\n")
    return file


def _batch(chance: random.Random, number: int, *, first: bool) -> Batch:
    created = START - number  # what was made last is listed first
    moments = dict.fromkeys(_TIMES) | {"in_progress_at": created + 60}
    status = chance.choices(*_WEIGHTS[first])[0]
    for index, name in enumerate(_SET[status]):
        moments[name] = created + 600 * (index + 2)
    total = chance.randint(1, 1000)
    failed = chance.randint(0, total) if status == "completed" else 0
    done = status in {"completed", "finalizing"}
    return {
        "id": f"batch-{chance.getrandbits(96):024x}",
        "object": "batch",
        "endpoint": "/v1/chat/completions",
        "input_file_id": f"file-{chance.getrandbits(96):024x}",
        "completion_window": "24h",
        "status": status,
        "output_file_id": f"file-{chance.getrandbits(96):024x}" if status == "completed" else None,
        "error_file_id": f"file-{chance.getrandbits(96):024x}" if failed else None,
        "created_at": created,
        **(moments if status not in {"validating", "failed"} else moments | {"in_progress_at": None}),
        "expires_at": created + 86_400,
        "request_counts": {"completed": total - failed if done else 0, "failed": failed, "total": total},
        "metadata": {"team": chance.choice(("search", "ads", "support")), "job": f"nightly-{number}"},
    }


_SET: Mapping[str, tuple[str, ...]] = {
    "validating": (),
    "in_progress": (),
    "finalizing": ("finalizing_at",),
    "completed": ("finalizing_at", "completed_at"),
    "failed": ("failed_at",),
    "cancelled": ("cancelling_at", "cancelled_at"),
}
_WEIGHTS = {
    True: (list(_SET), [1, 3, 1, 12, 1, 1]),
    False: (["completed", "failed", "cancelled"], [40, 1, 1]),
}
"""Statuses on the first page of a walk, and on the others."""

_DRIFTS: tuple[Callable[[Batch], Any], ...] = (
    lambda batch: batch.update(status="in_queue"),
    lambda batch: batch.update(request_counts=None),
    lambda batch: batch.pop("completion_window"),
    lambda batch: batch.update(errors=[]),
)


def _drift(body: dict[str, Any], number: int, *, own: bool) -> None:
    batch = body["data"][number % len(body["data"])]
    if own:
        batch["status"] = f"state-{number}"
    else:
        _DRIFTS[number % len(_DRIFTS)](batch)


_SENT = (
    ("Host", SUBJECT.hosts[0]),
    ("Accept", "application/json"),
    ("Accept-Encoding", "gzip, deflate"),
    ("Authorization", "Bearer sk-nobodys"),
    ("User-Agent", "OpenAI/Python 3.57.0"),
)
_RECEIVED = (
    ("Content-Type", "application/json; charset=utf-8"),
    ("Server", "nginx"),
    ("Connection", "keep-alive"),
)


def _entry(number: int, limit: int, after: str | None, text: str) -> bytes:
    moment = datetime.fromtimestamp(START, UTC) + timedelta(milliseconds=250 * number)
    url = f"{SUBJECT.base_url}/batches?limit={limit}" + (f"&after={after}" if after else "")
    return orjson.dumps(
        {
            "startedDateTime": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "time": 120,
            "request": {
                "method": "GET",
                "url": url,
                "httpVersion": "HTTP/1.1",
                "cookies": [],
                "headers": [{"name": name, "value": value} for name, value in _SENT],
                "queryString": [{"name": "limit", "value": str(limit)}],
                "headersSize": -1,
                "bodySize": 0,
            },
            "response": {
                "status": 200,
                "statusText": "OK",
                "httpVersion": "HTTP/1.1",
                "cookies": [],
                "headers": [
                    {"name": name, "value": value} for name, value in (*_RECEIVED, ("X-Request-Id", f"{number:024x}"))
                ],
                "content": {"size": len(text), "mimeType": "application/json", "text": text},
                "redirectURL": "",
                "headersSize": -1,
                "bodySize": -1,
            },
            "cache": {},
            "timings": {"send": 0, "wait": 120, "receive": 1},
        }
    )
