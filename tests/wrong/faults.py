"""One change each to a right list server, and the rule that it breaks: what only behaviour shows.

What a body shows is mutated from the contracts themselves (`tests/checks/test_recall.py`).
"""

from collections.abc import Callable
from typing import Any

import orjson
from attrs import evolve, frozen

from tests.wrong.lists import Batch, ListServer
from tests.wrong.server import Asked, Reply, json_reply

Change = Callable[[ListServer], ListServer]


@frozen
class Fault:
    """A wrong server: the change, the rule it breaks, and the place where there is one to name."""

    name: str
    rule: str
    change: Change
    pointer: str = ""


def _batch(edit: Callable[[Batch, int], None]) -> Change:
    def change(server: ListServer) -> ListServer:
        def batch(number: int) -> Batch:
            made = server.batch(number)
            edit(made, number)
            return made

        return evolve(server, batch=batch)

    return change


def _set(**values: Any) -> Change:
    return _batch(lambda batch, number: batch.update(values))


def _page(edit: Callable[[dict[str, Any], Asked], dict[str, Any]]) -> Change:
    return lambda server: evolve(server, page=edit)


def _reply(edit: Callable[[Reply, Asked], Reply]) -> Change:
    return lambda server: evolve(server, reply=edit)


def _success(edit: Callable[[Reply], Reply]) -> Change:
    return _reply(lambda reply, asked: edit(reply) if reply.status == 200 else reply)


def _rarely(edit: Callable[[Reply], Reply]) -> Change:
    """In one answer of five."""
    return _reply(lambda reply, asked: edit(reply) if reply.status == 200 and asked.number % 5 == 0 else reply)


def _status_of(reply: Reply, status: str) -> Reply:
    page = orjson.loads(reply.raw)
    for batch in page["data"][:1]:
        batch["status"] = status
    return evolve(reply, raw=orjson.dumps(page))


def _odd_limit(asked: Asked) -> bool:
    text = asked.value("limit")
    return text is not None and not text.isdecimal()


def _lenient(server: ListServer) -> ListServer:
    """Whatever limit is no number is taken for none."""

    def answer(reply: Reply, asked: Asked) -> Reply:
        if _odd_limit(asked) and reply.status == 400:
            return ListServer.__call__(server, evolve(asked, query={}))
        return reply

    return evolve(server, reply=answer)


def _open_door(server: ListServer, *, wrong_only: bool) -> ListServer:
    def answer(reply: Reply, asked: Asked) -> Reply:
        given = "authorization" in asked.headers
        if reply.status == 401 and given == wrong_only:
            from tests.wrong.lists import KEY  # noqa: PLC0415 - one table reads the other

            return ListServer.__call__(server, evolve(asked, headers={"authorization": f"Bearer {KEY}"}))
        return reply

    return evolve(server, reply=answer)


def _forgets_cursor(server: ListServer) -> ListServer:
    def page(made: dict[str, Any], asked: Asked) -> dict[str, Any]:
        if asked.value("after") is None:
            return made
        whole = server._page(int(asked.value("limit") or 20), None)  # noqa: SLF001 - a server taken apart
        return {**whole, "has_more": True}

    return evolve(server, page=page)


def _inclusive_cursor(server: ListServer) -> ListServer:
    def page(made: dict[str, Any], asked: Asked) -> dict[str, Any]:
        after = asked.value("after")
        if after is None or not after.startswith("batch_"):
            return made
        number = after.removeprefix("batch_")
        first = [server.batch(int(number))] if number.isdecimal() else []
        return {**made, "data": first + made["data"]}

    return evolve(server, page=page)


def _endless(made: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """Always more, even after the last item."""
    return {**made, "data": made["data"] if asked.value("after") != "batch_1" else [], "has_more": True}


def _more_than_asked(server: ListServer) -> ListServer:
    return evolve(server, page=lambda made, asked: {**made, **server._page(20, asked.value("after"))})  # noqa: SLF001


def _cursor_of_another(made: dict[str, Any], asked: Asked) -> dict[str, Any]:
    del asked
    return {**made, "last_id": "batch_elsewhere"} if made.get("last_id") else made


def _goes_back(reply: Reply, asked: Asked) -> Reply:
    if reply.status != 200 or asked.number % 2:
        return reply
    page = orjson.loads(reply.raw)
    for batch in page["data"]:
        batch |= {"status": "in_progress", "finalizing_at": None, "completed_at": None}
    return evolve(reply, raw=orjson.dumps(page))


def _fails_on_zero(reply: Reply, asked: Asked) -> Reply:
    return json_reply({"error": {"message": "boom"}}, 500) if asked.value("limit") in {"0", "-1"} else reply


def _refuses_two(reply: Reply, asked: Asked) -> Reply:
    return (
        json_reply({"error": {"message": "no"}}, 400) if asked.value("limit") == "2" and reply.status == 200 else reply
    )


_TIME = "invariant-status-timestamp"

FAULTS = (
    Fault(
        "an unknown status in one answer of five",
        "response-property-enum-value-added",
        _rarely(lambda r: _status_of(r, "paused")),
        "/data/*/status",
    ),
    Fault("text where JSON is declared", "response-body-not-json", _success(lambda r: evolve(r, raw=b"Invalid token"))),
    Fault("truncated JSON", "response-body-not-json", _success(lambda r: evolve(r, raw=r.raw[:-20]))),
    Fault(
        "invalid UTF-8",
        "response-body-not-json",
        _success(lambda r: evolve(r, raw=r.raw.replace(b"list", b"li\xffst"))),
    ),
    Fault("an empty body", "response-body-not-json", _success(lambda r: evolve(r, raw=b""))),
    Fault("HTML", "response-media-type-undocumented", _success(lambda r: Reply(200, b"<html></html>", "text/html"))),
    Fault(
        "JSON declared as text",
        "response-media-type-undocumented",
        _success(lambda r: evolve(r, media_type="text/plain")),
    ),
    Fault("204", "response-status-undocumented", _success(lambda r: Reply(204, b"", None))),
    Fault("201", "response-status-undocumented", _success(lambda r: evolve(r, status=201))),
    Fault(
        "a redirect",
        "response-status-undocumented",
        _success(lambda r: Reply(302, b"", None, (("Location", "/elsewhere"),))),
    ),
    Fault(
        "an error object with 200",
        "success-carries-error",
        _success(lambda r: json_reply({"error": {"message": "no", "type": "x"}})),
    ),
    Fault(
        "an error envelope with 200",
        "success-carries-error",
        _rarely(lambda r: json_reply({"code": 20012, "message": "no", "data": None})),
    ),
    Fault("an invalid limit accepted", "request-invalid-accepted", _lenient, "/limit"),
    Fault("a valid limit refused", "request-valid-rejected", _reply(_refuses_two)),
    Fault("no key accepted", "auth-not-enforced", lambda server: _open_door(server, wrong_only=False)),
    Fault("a wrong key accepted", "auth-not-enforced", lambda server: _open_door(server, wrong_only=True)),
    Fault("a 5xx that one request provokes", "server-error", _reply(_fails_on_zero)),
    Fault("the cursor ignored", "page-cursor-ignored", _forgets_cursor),
    Fault("the cursor's item repeated", "page-item-repeated", _inclusive_cursor),
    Fault("more after the last item", "page-empty-with-more", _page(_endless)),
    Fault("the limit ignored", "page-limit-ignored", _more_than_asked),
    Fault("another object constant", "invariant-constant-changed", _set(object="batch_job"), "/data/*/object"),
    Fault(
        "another list constant",
        "invariant-constant-changed",
        _page(lambda made, asked: {**made, "object": "array"}),
        "/object",
    ),
    Fault(
        "counts beyond the total",
        "invariant-counts-exceed-total",
        _set(request_counts={"completed": 9, "failed": 9, "total": 10}),
        "/data/*/request_counts",
    ),
    Fault("completed without completed_at", _TIME, _set(completed_at=None), "/data/*/completed_at"),
    Fault("failed_at on a completed batch", _TIME, _set(failed_at=1_750_003_700), "/data/*/failed_at"),
    Fault("completed before created", "invariant-timestamp-order", _set(completed_at=1), "/data/*/completed_at"),
    Fault("a status that goes back", "invariant-lifecycle", _reply(_goes_back), "/data/*/status"),
)
"""Every fault is one for either provider's contract unless said otherwise below."""

ONLY = {
    "siliconflow": (
        Fault(
            "an empty object, where nothing is required",
            "invariant-constant-changed",
            _success(lambda r: json_reply({})),
            "/object",
        ),
        Fault(
            "an empty batch, where nothing is required",
            "invariant-constant-changed",
            _page(lambda made, asked: {**made, "data": [{}] if asked.value("after") is None else []}),
            "/data/*/object",
        ),
        Fault("a cursor of another page", "page-cursor-mismatch", _page(_cursor_of_another), "/last_id"),
        Fault("limit 0 accepted", "request-invalid-accepted", lambda server: evolve(server, minimum=0), "/limit"),
    ),
    "kimi": (
        Fault("an unexpected 4xx on a valid request", "response-status-undocumented", _reply(_refuses_two)),
        Fault(
            "SiliconFlow's in_queue", "response-property-enum-value-added", _set(status="in_queue"), "/data/*/status"
        ),
        Fault("null counts", "response-property-became-nullable", _set(request_counts=None), "/data/*/request_counts"),
    ),
}
NOT_SEEN = {
    "siliconflow": {"an unknown status in one answer of five"},  # its status is a bare string: a blind spot
}
"""Faults that a contract cannot show, and why."""
