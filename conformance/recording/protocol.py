"""What the checks themselves read of a body or a query, whatever the contracts say, as schemas of their own."""

from functools import cache
from typing import Any

from conformance.batches import BATCHES, CONSTANTS, RANK
from conformance.document import Document


@cache
def protocol(name: str) -> tuple[tuple[Document, Any], ...]:
    """The schemas for a success of an operation, or for a query parameter."""
    if name == "limit":
        return ((Document({"type": "integer"}, 1), {"type": "integer"}),)
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
