"""Right servers of `GET /v1/batches`, one a provider, from which wrong ones are made by one change."""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from tests.wrong.server import Asked, Reply, json_reply

KEY = "sk-test-key"
TIMES = {
    "created_at": 1_750_000_000,
    "in_progress_at": 1_750_000_060,
    "finalizing_at": 1_750_003_000,
    "completed_at": 1_750_003_600,
}
NOT_REACHED = ("failed_at", "expired_at", "cancelling_at", "cancelled_at")

Batch = dict[str, Any]


def kimi_batch(number: int) -> Batch:
    """A completed batch as Kimi documents it."""
    return {
        "id": f"batch_{number}",
        "object": "batch",
        "endpoint": "/v1/chat/completions",
        "input_file_id": f"file_{number}",
        "completion_window": "24h",
        "status": "completed",
        "output_file_id": f"file_out_{number}",
        "error_file_id": None,
        **TIMES,
        "expires_at": 1_750_086_400,
        **{name: None for name in NOT_REACHED if name != "expired_at"},
        "request_counts": {"completed": 9, "failed": 1, "total": 10},
        "metadata": {"team": "a"},
    }


def siliconflow_batch(number: int) -> Batch:
    """A completed batch as SiliconFlow documents it."""
    return {
        **kimi_batch(number),
        "errors": None,
        "expired_at": None,
        "metadata": {"batch_description": "", "name": "batch"},
        "file_name": "requests.jsonl",
    }


def kimi_error(status: int, message: str) -> Reply:
    """Kimi's error object."""
    return json_reply({"error": {"message": message, "type": "invalid_request_error"}}, status)


def siliconflow_error(status: int, message: str) -> Reply:
    """SiliconFlow's errors: bare strings for keys and paths, an object for what is asked wrongly."""
    if status in {401, 403, 404}:
        return json_reply(message, status)
    return json_reply({"code": 20012, "message": message, "data": ""}, status)


@frozen
class ListServer:
    """A server of one list, put together from functions that a wrong server replaces."""

    batch: Callable[[int], Batch]
    error: Callable[[int, str], Reply]
    cursors: bool
    """Whether a page has first_id and last_id."""
    size: int = 5
    minimum: int = 1
    page: Callable[[dict[str, Any], Asked], dict[str, Any]] = lambda page, asked: page
    reply: Callable[[Reply, Asked], Reply] = lambda reply, asked: reply

    def __call__(self, asked: Asked) -> Reply:
        """Answer a request."""
        return self.reply(self._answer(asked), asked)

    def _answer(self, asked: Asked) -> Reply:
        if asked.path != "/v1/batches":
            return self.error(404, "404 page not found")
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return self.error(401, "Invalid token")
        text = asked.value("limit")
        if text is not None and not (text.isdecimal() and int(text) >= self.minimum):
            return self.error(400, "limit must be a positive integer")
        return json_reply(self.page(self._page(int(text or 20), asked.value("after")), asked))

    def _page(self, limit: int, after: str | None) -> dict[str, Any]:
        batches = [self.batch(number) for number in range(self.size, 0, -1)]
        ids = [batch["id"] for batch in batches]
        start = ids.index(after) + 1 if after in ids else 0
        data = batches[start : start + limit]
        page: dict[str, Any] = {"object": "list", "data": data}
        if self.cursors and data:
            page |= {"first_id": data[0]["id"], "last_id": data[-1]["id"]}
        return page | {"has_more": start + limit < len(batches)}


RIGHT: Mapping[str, ListServer] = {
    "kimi": ListServer(kimi_batch, kimi_error, cursors=False),
    "siliconflow": ListServer(siliconflow_batch, siliconflow_error, cursors=True),
}
