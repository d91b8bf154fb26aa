"""One exchange as a report may show it: masked, and cut to the place that a drift speaks of."""

from collections.abc import Collection
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import orjson

from conformance.drift import Drift
from conformance.exchange import NOT_JSON, Request, essence, header
from conformance.masking import mask_json, mask_url
from conformance.sample import Path

SIMULATOR = "http://127.0.0.1:8080/v1"
"""Where a simulator is said to be: the port of a run is its own, and means nothing afterwards."""

LEFT_OUT = "(left out)"
"""Key beside a list or object that was cut: how many items are not shown, by the name of what was cut."""

TOO_DEEP = "(deeper values)"
_MARKERS = frozenset({LEFT_OUT, TOO_DEEP})
_MAX_ITEMS = 3
_MAX_KEYS = 60
_MAX_DEPTH = 10


def example(drift: Drift, known: frozenset[str]) -> dict[str, Any] | None:
    """The drift's earliest exchange; None for a contract's own drift. `known` are strings that may be shown."""
    exchange = drift.example
    if exchange is None:
        return None
    answer = exchange.answer
    body = None if answer is None else _shown(answer.json, answer.body, answer.media_type, drift.path or (), known)
    return {
        "request": {
            "method": exchange.request.method,
            "url": shown_url(exchange.request.url, drift.identity.endpoint, known),
            "credentials": exchange.credentials,
            "body": request_body(exchange.request, known),
        },
        "status_code": None if answer is None else answer.status,
        "body": body,
    }


def request_body(request: Request, known: frozenset[str]) -> Any:
    """The masked JSON that was sent, or what else it was in a few words; None for no body."""
    if not request.body:
        return None
    try:
        parsed = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        parsed = NOT_JSON
    declared = essence(header(request.headers, "content-type") or "")
    return _shown(parsed, request.body, declared or None, (), known)


def shown_url(url: str, endpoint: str | None, known: Collection[str]) -> str:
    """A masked URL, safe to print; a simulator's is given the port of the documentation."""
    parts = urlsplit(mask_url(url, known))
    host = quote(parts.netloc, safe=":[].%@")
    scheme = quote(parts.scheme)
    if (endpoint or "").startswith("sim:"):
        scheme, host = urlsplit(SIMULATOR)[:2]
    return urlunsplit((scheme, host, quote(parts.path, safe="/%:<>@"), quote(parts.query, safe="=&%:<>+,"), ""))


def _shown(parsed: Any, raw: bytes, media_type: str | None, path: Path, known: frozenset[str]) -> Any:
    """JSON masked and cut; of anything else only what it is and how long."""
    if parsed is not NOT_JSON:
        return mask_json(cut(parsed, path), known | _MARKERS)
    return _description(raw, media_type)


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
