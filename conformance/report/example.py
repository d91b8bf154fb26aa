"""One exchange as a report may show it: masked, and cut to the place that a drift speaks of.

What a simulator is asked is nobody's, and stands there as it was sent.
"""

from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import orjson

from conformance.drift import Drift
from conformance.excerpt import cut, reread
from conformance.exchange import NOT_JSON, Request, essence, header, method
from conformance.recording.mask import Mask
from conformance.recording.views import Views

SIMULATOR = "http://127.0.0.1:8080"
"""Where a simulator is said to be: the port of a run is its own, and means nothing afterwards."""


def example(drift: Drift, mask: Mask) -> dict[str, Any] | None:
    """The drift's earliest exchange; None for a contract's own drift."""
    exchange, endpoint = drift.example, drift.identity.endpoint or ""
    if exchange is None:
        return None
    is_recorded = endpoint.startswith("recorded:")
    answer, views = exchange.answer, mask.views(exchange)
    body = None
    if answer is not None:
        if answer.json is NOT_JSON:
            body = _description(answer.body, answer.media_type, answer.whole)
        else:
            near = cut(answer.json, drift.path or ()) if answer.whole is None else reread(answer.json)
            body = mask.payload(near, views.received, views)
    return {
        "request": {
            "method": method(exchange.request.method),
            "url": shown_url(exchange.request, endpoint, mask, views),
            "credentials": exchange.credentials,
            "body": request_body(exchange.request, None if _is_simulated(endpoint) else mask, views),
        },
        "status_code": None if answer is None else answer.status,
        "body": body,
        "file": exchange.origin[0] if is_recorded else None,
        "offset": exchange.origin[1] if is_recorded else None,
    }


def _is_simulated(endpoint: str) -> bool:
    return endpoint.startswith("sim:")


def request_body(request: Request, mask: Mask | None, views: Views) -> Any:
    """The JSON that was sent, masked if it is to be, or what else it was in a few words; None for no body."""
    if not request.body:
        return None
    try:
        parsed = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return _description(request.body, essence(header(request.headers, "content-type") or "") or None)
    near = cut(parsed, ())
    return near if mask is None else mask.payload(near, views.sent, views)


def shown_url(request: Request, endpoint: str, mask: Mask, views: Views) -> str:
    """A masked URL, safe to print; a simulator's is given the port of the documentation."""
    if _is_simulated(endpoint):
        asked = urlsplit(request.url)
        return urlunsplit((*urlsplit(SIMULATOR)[:2], asked.path, asked.query, ""))
    parts = urlsplit(mask.url(request, views))
    host = quote(parts.netloc, safe=":[].%@")
    scheme = quote(parts.scheme)
    path, query = (_readable(text) for text in (parts.path, parts.query))
    return urlunsplit((scheme, host, quote(path, safe="/%:<>@"), quote(query, safe="=&%:<>+,"), ""))


def _readable(text: str) -> str:
    """Pseudonyms in a URL as they are elsewhere, but for the space."""
    return text.replace("%3C", "<").replace("%3E", ">").replace("%3A", ":")


def _description(raw: bytes, media_type: str | None, whole: int | None = None) -> str:
    size = whole or len(raw)
    if not raw:
        return "empty"
    if media_type == "multipart/form-data":
        return f"form of {size} bytes"
    try:
        raw.decode()
    except UnicodeDecodeError:
        return f"binary of {size} bytes"
    return f"text of {size} bytes"
