"""Small recordings of one's own: what was asked, and what was answered, a line each."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from tests.traffic.recordings import checked, write

HOST = "https://gateway.example/v1"


def batch(name: str = "batch-1", **other: Any) -> dict[str, Any]:
    """A batch as every contract has it, but for what is said."""
    times = {
        f"{word}_at": None
        for word in ("in_progress", "finalizing", "completed", "failed", "expired", "cancelling", "cancelled")
    }
    return {
        "id": name,
        "object": "batch",
        "endpoint": "/v1/chat/completions",
        "input_file_id": "file-1",
        "completion_window": "24h",
        "status": "validating",
        "output_file_id": None,
        "error_file_id": None,
        "created_at": 1_763_600_000,
        "expires_at": 1_763_686_400,
        "request_counts": {"total": 0, "completed": 0, "failed": 0},
        "metadata": None,
        **times,
        **other,
    } | ({} if "expired_at" in other else {"expired_at": None})


def talk(
    method: str,
    path: str,
    answer: Any,
    *,
    asked: bytes | Mapping[str, Any] | None = None,
    kind: str = "application/json",
    at: int = 0,
    status: int = 200,
) -> dict[str, Any]:
    """One entry of a HAR; `at` is in seconds after a moment of its own."""
    body = asked if isinstance(asked, bytes | None) else orjson.dumps(asked)
    request: dict[str, Any] = {
        "method": method,
        "url": HOST + path,
        "headers": [{"name": "Authorization", "value": "Bearer key"}],
    }
    if body is not None:
        request["headers"].append({"name": "Content-Type", "value": kind})
        request["postData"] = {"mimeType": kind, "text": body.decode()}
    return {
        "startedDateTime": f"2026-03-01T10:{at // 60:02}:{at % 60:02}Z",
        "time": 5,
        "request": request,
        "response": {
            "status": status,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {"mimeType": "application/json", "text": orjson.dumps(answer).decode()},
        },
    }


def told(file: Path, talks: list[dict[str, Any]], against: str) -> dict[tuple[str, str | None, str], str]:
    """Severities by rule, operation and place, of what the endpoint shows; remarks on undocumented fields left out."""
    result = checked(write(file, talks), against=(against,))
    return {
        (drift.rule, drift.identity.operation, drift.identity.pointer): drift.severity
        for drift in result.drifts
        if drift.identity.endpoint and drift.rule != "response-property-undocumented"
    }
