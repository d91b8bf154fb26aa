"""Right list servers of different tastes: nothing about them contradicts the contracts."""

from collections.abc import Callable
from typing import Any

import orjson
from attrs import evolve, frozen

from tests.wrong.lists import Batch, ListServer
from tests.wrong.server import Asked, Reply


@frozen
class Taste:
    """A way to be right."""

    name: str
    change: Callable[[ListServer], ListServer]


def _capped(server: ListServer) -> ListServer:
    """At most 100 a page; more is refused."""

    def answer(reply: Reply, asked: Asked) -> Reply:
        text = asked.value("limit") or ""
        return server.error(400, "limit is at most 100") if text.isdecimal() and int(text) > 100 else reply

    return evolve(server, reply=answer)


def _strict_cursor(server: ListServer) -> ListServer:
    """A cursor that it has not told is refused."""

    def answer(reply: Reply, asked: Asked) -> Reply:
        after = asked.value("after")
        known = {server.batch(number)["id"] for number in range(1, server.size + 1)}
        return server.error(400, "no such cursor") if after is not None and after not in known else reply

    return evolve(server, reply=answer)


def _strict_query(server: ListServer) -> ListServer:
    """What it does not know in a query is refused."""

    def answer(reply: Reply, asked: Asked) -> Reply:
        return server.error(400, "unknown parameter") if set(asked.query) - {"limit", "after"} else reply

    return evolve(server, reply=answer)


def _busy(server: ListServer) -> ListServer:
    """Too busy now and then: once in thirty answers."""

    def answer(reply: Reply, asked: Asked) -> Reply:
        return server.error(503, "busy") if asked.number % 30 == 0 and reply.status == 200 else reply

    return evolve(server, reply=answer)


def _spelled(server: ListServer) -> ListServer:
    """JSON with a charset, white space and escapes."""

    def answer(reply: Reply, asked: Asked) -> Reply:
        del asked
        pretty = orjson.dumps(orjson.loads(reply.raw), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
        return evolve(reply, raw=pretty, media_type="Application/JSON; charset=utf-8")

    return evolve(server, reply=answer)


def _varied(server: ListServer) -> ListServer:
    """Batches in every state, each consistent in itself."""
    start = 1_750_000_000
    states: list[dict[str, Any]] = [
        {"status": "in_progress", "finalizing_at": None, "completed_at": None},
        {"status": "finalizing", "completed_at": None},
        {"status": "completed"},
        {
            "status": "failed",
            "in_progress_at": None,
            "finalizing_at": None,
            "completed_at": None,
            "failed_at": start + 9,
        },
        {"status": "cancelling", "finalizing_at": None, "completed_at": None, "cancelling_at": start + 70},
        {
            "status": "cancelled",
            "finalizing_at": None,
            "completed_at": None,
            "cancelling_at": start + 70,
            "cancelled_at": start + 70,
        },
        {"status": "validating", "in_progress_at": None, "finalizing_at": None, "completed_at": None},
    ]

    def batch(number: int) -> Batch:
        made = server.batch(number)
        return made | states[number % len(states)]

    return evolve(server, batch=batch, size=14)


def _sparse(server: ListServer) -> ListServer:
    """Nothing but what Kimi requires, has_more left out."""
    required = (
        "id",
        "object",
        "endpoint",
        "input_file_id",
        "completion_window",
        "status",
        "created_at",
        "request_counts",
    )
    return evolve(
        server,
        batch=lambda number: {name: value for name, value in server.batch(number).items() if name in required},
        page=lambda page, asked: {name: value for name, value in page.items() if name != "has_more"},
    )


TASTES = (
    Taste("plain", lambda server: server),
    Taste("one batch", lambda server: evolve(server, size=1)),
    Taste("many batches", lambda server: evolve(server, size=60)),
    Taste("limit 0 refused", lambda server: evolve(server, minimum=1)),
    Taste("limit capped", _capped),
    Taste("cursor checked", _strict_cursor),
    Taste("query checked", _strict_query),
    Taste("busy now and then", _busy),
    Taste("spelled otherwise", _spelled),
    Taste("every state", _varied),
    Taste("sparse", _sparse),
)
