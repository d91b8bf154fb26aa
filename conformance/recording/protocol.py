"""What the checks themselves read of a body or a query, whatever the contracts say, as schemas of their own."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from conformance.batches import BATCHES, CONSTANTS, RANK
from conformance.document import Document
from conformance.exchange import PayloadPath

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
    found = {"limit": [_COUNT], LINE: [_LINE]}.get(name) or list(_of_body(name))
    return tuple((Document(one, 1), one) for one in found)


def _of_body(operation: str) -> Iterator[dict[str, Any]]:
    for path, constant in CONSTANTS.get(operation, {}).items():
        yield _schema(path, {"const": constant})
    if operation in BATCHES:
        yield _schema((*BATCHES[operation], "status"), {"enum": list(RANK)})


def _schema(path: PayloadPath, listed: dict[str, Any]) -> dict[str, Any]:
    for step in reversed(path):
        listed = {"items": listed} if step == "*" else {"properties": {str(step): listed}, "additionalProperties": True}
    return listed
