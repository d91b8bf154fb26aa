"""What cassettes of vcrpy and of its kin in other languages keep of an exchange.

vcrpy: `request` {method, uri, headers, body} and `response` {status {code, message}, headers, body {string}}; of httpx
for some years `status_code` and `content` instead. Projects with a serializer of their own write `parsed_body`, the
JSON as data. Ruby's VCR: a body is {encoding, string} or {encoding, base64_string}, and there is `recorded_at`. go-vcr:
`url`, `code`, and a body that is a text. Bodies that were files or iterators when they were sent stand as Python
objects in older cassettes; what they held is read.
"""

from typing import Any

from conformance.recording.formats import values
from conformance.recording.formats.interaction import Interaction, moment_of


def interaction(kept: Any) -> Interaction | None:
    """What an item of `interactions` holds; None where it is no exchange.

    Raises:
        ValueError: a body cannot be read.
    """
    if not isinstance(kept, dict):
        return None
    request, response = kept.get("request"), kept.get("response")
    if not isinstance(request, dict) or not isinstance(response, dict):
        return None
    method, url = values.text(request.get("method")), values.text(request.get("uri", request.get("url")))
    status = _status(response)
    if not method or url is None or status is None:
        return None
    return Interaction(
        method,
        url,
        values.headers(request.get("headers")),
        _body(request),
        status,
        values.headers(response.get("headers")),
        _body(response),
        moment_of(values.text(kept.get("recorded_at"))),
    )


def _status(response: dict[str, Any]) -> int | None:
    given = [response.get(key) for key in ("status", "status_code", "code", "statusCode")]
    if isinstance(given[0], dict):
        given[0] = given[0].get("code", given[0].get("status_code"))
    return next((found for one in given if (found := values.status(one)) is not None), None)


def _body(message: dict[str, Any]) -> bytes | None:
    if "parsed_body" in message:
        return values.as_json(message["parsed_body"])
    for key in ("body", "content"):
        kept = message.get(key)
        found = values.body(_unwrapped(kept) if isinstance(kept, dict) else kept)
        if found is not None:
            return found
    return None


def _unwrapped(kept: dict[str, Any]) -> Any:
    """Of a body that a tool put into a mapping, what it held; any other mapping is data."""
    if "base64_string" in kept:
        encoded = values.text(kept["base64_string"])
        return None if encoded is None else values.from_base64(encoded)
    for key, only in _WRAPPERS:
        if key in kept and only.issuperset(kept):
            held = kept[key]
            inner = held[0] if isinstance(held, list) and held and key in _OBJECTS else held
            return inner if not isinstance(inner, dict) else _unwrapped(inner)
    return kept


_OBJECTS = frozenset({"state", "args"})
_WRAPPERS = (
    ("string", frozenset({"string", "encoding"})),
    ("parsed_body", frozenset({"parsed_body", "encoding"})),
    ("state", frozenset({"state"})),
    ("args", frozenset({"args"})),
)
"""Keys under which a body is held, and which others may stand beside: `string` of vcrpy and of Ruby's VCR, `state` of
a Python file, `args` of an iterator."""
