"""What the checks themselves read of a body or a query, whatever the contracts say, as schemas of their own."""

from functools import cache
from typing import Any

from conformance.batches import BATCHES, CONSTANTS, RANK
from conformance.document import Document

LINE = "line"
"""Of the content of a file."""


def _open(*names: str, **known: Any) -> dict[str, Any]:
    """An object with these fields, of any kind but where it is said, and others."""
    return {"properties": {**{name: {} for name in names}, **known}, "additionalProperties": True}


_COUNT = {"type": "integer"}
_CODE = {"type": ["string", "integer"], "x-values": ["batch_expired", "batch_cancelled"]}
_ERROR = _open("type", "message", "detail", "msg", "error", code=_CODE)
_USAGE = _open(total_tokens=_COUNT, prompt_tokens=_COUNT, completion_tokens=_COUNT)
_BODY = _open("id", "object", "data", "choices", "message", code=_CODE, error=_ERROR, usage=_USAGE)
_RESPONSE = _open("request_id", status_code=_COUNT, body=_BODY)
_LINE = _open("id", "custom_id", "method", "url", "body", error=_ERROR, response=_RESPONSE)
"""What clients read of a line of results, and what a line of requests has."""


@cache
def protocol(name: str) -> tuple[tuple[Document, Any], ...]:
    """The schemas for a success of an operation, for a query parameter, or for a line of a file."""
    if name == "limit":
        return ((Document({"type": "integer"}, 1), {"type": "integer"}),)
    if name == LINE:
        return ((Document(_LINE, 1), _LINE),)
    places: list[tuple[tuple[str | int, ...], dict[str, Any]]] = [
        (path, {"const": constant}) for path, constant in CONSTANTS.get(name, {}).items()
    ]
    if name in BATCHES:
        places.append(((*BATCHES[name], "status"), {"enum": list(RANK)}))
    found = [_schema(path, listed) for path, listed in places]
    return tuple((Document(one, 1), one) for one in found)


def _schema(path: tuple[str | int, ...], listed: dict[str, Any]) -> dict[str, Any]:
    for step in reversed(path):
        listed = {"items": listed} if step == "*" else {"properties": {str(step): listed}, "additionalProperties": True}
    return listed
