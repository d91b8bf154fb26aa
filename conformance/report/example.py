"""One exchange as a report may show it: masked, and cut to the place that a drift speaks of."""

from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import orjson

from conformance.drift import Drift
from conformance.exchange import NOT_JSON, Request, essence, header, method
from conformance.recording.mask import Mask, Own, Views
from conformance.sample import Path

SIMULATOR = "http://127.0.0.1:8080/v1"
"""Where a simulator is said to be: the port of a run is its own, and means nothing afterwards."""

LEFT_OUT = Own("(left out)")
"""Key beside a list or object that was cut: how many items are not shown, by the name of what was cut."""

TOO_DEEP = Own("(deeper values)")
_MAX_ITEMS = 3
_MAX_KEYS = 60
_MAX_DEPTH = 10


def example(drift: Drift, mask: Mask) -> dict[str, Any] | None:
    """The drift's earliest exchange; None for a contract's own drift."""
    exchange = drift.example
    if exchange is None:
        return None
    answer, views = exchange.answer, mask.views(exchange)
    body = None
    if answer is not None:
        shown = (
            None if answer.json is NOT_JSON else mask.payload(cut(answer.json, drift.path or ()), views.received, views)
        )
        body = _description(answer.body, answer.media_type) if answer.json is NOT_JSON else shown
    return {
        "request": {
            "method": method(exchange.request.method),
            "url": shown_url(exchange.request, drift.identity.endpoint, mask, views),
            "credentials": exchange.credentials,
            "body": request_body(exchange.request, mask, views),
        },
        "status_code": None if answer is None else answer.status,
        "body": body,
    }


def request_body(request: Request, mask: Mask, views: Views) -> Any:
    """The masked JSON that was sent, or what else it was in a few words; None for no body."""
    if not request.body:
        return None
    try:
        parsed = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return _description(request.body, essence(header(request.headers, "content-type") or "") or None)
    return mask.payload(cut(parsed, ()), views.sent, views)


def shown_url(request: Request, endpoint: str | None, mask: Mask, views: Views) -> str:
    """A masked URL, safe to print; a simulator's is given the port of the documentation."""
    parts = urlsplit(mask.url(request, views))
    host = quote(parts.netloc, safe=":[].%@")
    scheme = quote(parts.scheme)
    if (endpoint or "").startswith("sim:"):
        scheme, host = urlsplit(SIMULATOR)[:2]
    path, query = (_readable(text) for text in (parts.path, parts.query))
    return urlunsplit((scheme, host, quote(path, safe="/%:<>@"), quote(query, safe="=&%:<>+,"), ""))


def _readable(text: str) -> str:
    """Pseudonyms in a URL as they are elsewhere, but for the space."""
    return text.replace("%3C", "<").replace("%3E", ">").replace("%3A", ":")


def _description(raw: bytes, media_type: str | None) -> str:
    if not raw:
        return "empty"
    if media_type == "multipart/form-data":
        return f"form of {len(raw)} bytes"
    try:
        raw.decode()
    except UnicodeDecodeError:
        return f"binary of {len(raw)} bytes"
    return f"text of {len(raw)} bytes"


def cut(value: Any, path: Path) -> Any:
    """A payload without what is far from a path: of a list the concerned item, or its first few; nothing very deep."""
    return _cut(value, path, max(_MAX_DEPTH, len(path) + 2))


def _cut(value: Any, path: Path, depth: int) -> Any:
    if not isinstance(value, dict | list):
        return value
    if depth == 0:
        return TOO_DEEP
    if isinstance(value, list):
        return [_cut(item, path[1:], depth - 1) for item in _kept_items(value, path)]
    shown: dict[str, Any] = {}
    left_out: dict[str, int] = {}
    wanted = path[0] if path else None
    names = [name for number, name in enumerate(value) if number < _MAX_KEYS or name == wanted]
    for name in names:
        child, below = value[name], path[1:] if name == wanted else ()
        shown[name] = _cut(child, below, depth - 1)
        if isinstance(child, list) and (missing := len(child) - len(_kept_items(child, below))):
            left_out[name] = missing
    if len(names) < len(value):
        left_out[LEFT_OUT] = len(value) - len(names)
    return {**shown, LEFT_OUT: left_out} if left_out else shown


def _kept_items(items: list[Any], path: Path) -> list[Any]:
    if path and isinstance(path[0], int) and path[0] < len(items):
        return [items[path[0]]]
    return items[:_MAX_ITEMS]
