"""OpenAPI documents as people publish them, in small."""

from typing import Any

BATCH: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "status": {"type": "string", "enum": ["queued", "done"]}},
}


def answer(schema: Any, status: str = "200") -> dict[str, Any]:
    """The responses of an operation that answers JSON."""
    return {"responses": {status: {"description": "", "content": {"application/json": {"schema": schema}}}}}


def document(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A document with these paths."""
    return {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths, **more}


def listing(schema: Any = None) -> dict[str, Any]:
    """A path item that lists batches."""
    return {"get": answer(schema or {"type": "object", "properties": {"data": {"type": "array", "items": BATCH}}})}
