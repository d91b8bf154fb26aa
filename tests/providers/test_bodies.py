"""Bodies as endpoints really send them, against the contracts of those who do: known forms pass, others do not."""

from typing import Any

import pytest

from conformance.contract import load

STAMPS = ("in_progress_at", "finalizing_at", "completed_at", "failed_at", "expired_at", "cancelling_at", "cancelled_at")
OPENAI: dict[str, Any] = {
    "id": "batch_1",
    "object": "batch",
    "endpoint": "/v1/responses",
    "model": None,
    "errors": None,
    "input_file_id": "file-1",
    "completion_window": "24h",
    "status": "validating",
    "output_file_id": None,
    "error_file_id": None,
    "created_at": 1787150474,
    "expires_at": 1787236874,
    **dict.fromkeys(STAMPS),
    "request_counts": {"total": 0, "completed": 0, "failed": 0},
    "usage": None,
    "metadata": None,
}
ERROR = {"message": "No such file", "type": "invalid_request_error", "param": "id", "code": None}
FILE = {
    "object": "file",
    "id": "file-1",
    "purpose": "evals",
    "filename": "a.jsonl",
    "bytes": 1,
    "created_at": 1,
    "expires_at": None,
    "status": "processed",
    "status_details": None,
}
GROQ = {key: OPENAI[key] for key in ("id", "object", "endpoint", "input_file_id", "completion_window", "created_at")}
ZHIPU = {"id": "batch_1", "object": "batch", "status": "in_progress", "created_at": 1, "completed_at": None}
JOB = {"id": "01234567-8901-2345-6789-012345678901", "status": "IN_PROGRESS", "created_at": "2024-01-15T14:30:00Z"}

RIGHT: list[tuple[str, str, int, Any]] = [
    ("openai", "retrieve_batch", 200, OPENAI),
    ("openai", "retrieve_batch", 200, {key: value for key, value in OPENAI.items() if key not in {"usage", "model"}}),
    ("openai", "retrieve_batch", 200, OPENAI | {"status": "completed", "error_file_id": "", "model": "gpt-5"}),
    ("openai", "list_batches", 200, {"object": "list", "data": [OPENAI] * 244, "has_more": True}),
    (
        "openai",
        "list_batches",
        200,
        {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False},
    ),
    ("openai", "retrieve_file", 404, {"error": ERROR, "detail": {"message": "No such file", "code": "not_found"}}),
    ("openai", "upload_file", 200, FILE),
    ("openai", "list_files", 200, {"object": "list", "data": [FILE], "has_more": False}),
    ("groq", "list_batches", 200, {"object": "list", "data": [GROQ | {"status": "validating", "completed_at": None}]}),
    ("groq", "upload_file", 200, {}),
    ("dashscope", "retrieve_batch", 200, {"id": "b", "errors": None, "metadata": None, "status": "validating"}),
    ("dashscope", "retrieve_batch", 200, {"id": "b", "metadata": {"ds_name": "n", "ds_description": "d"}}),
    ("zhipu", "retrieve_batch", 200, ZHIPU | {"request_counts": 3, "total": 3}),
    ("zhipu", "retrieve_batch", 200, ZHIPU | {"request_counts": {"total": 3, "completed": 1, "failed": 0}}),
    ("zhipu", "retrieve_batch", 503, {"error": {"code": "1302", "message": "busy"}}),
    ("together", "create_batch", 201, {"job": JOB, "warning": ""}),
    ("together", "list_batches", 200, [JOB, JOB | {"output_file_id": None, "progress": 33.3}]),
    ("together", "retrieve_batch", 404, {"error": "not found"}),
]

WRONG: list[tuple[str, str, int, Any]] = [
    ("openai", "retrieve_batch", 200, OPENAI | {"status": "in_queue"}),
    ("openai", "retrieve_batch", 200, OPENAI | {"request_counts": None}),
    ("openai", "retrieve_batch", 200, OPENAI | {"created_at": None}),
    ("openai", "list_batches", 200, {"object": "list", "data": [OPENAI]}),
    ("groq", "retrieve_batch", 200, GROQ | {"status": "exploded"}),
    ("groq", "list_batches", 200, {"data": []}),
    ("dashscope", "retrieve_batch", 200, {"id": "b", "status": "in_queue"}),
    ("zhipu", "retrieve_batch", 200, ZHIPU | {"request_counts": "3"}),
    ("zhipu", "retrieve_batch", 503, {"error": {"message": "busy"}}),
    ("together", "list_batches", 200, {"data": [JOB]}),
    ("together", "retrieve_batch", 200, JOB | {"status": "CANCELLING"}),
    ("together", "retrieve_batch", 200, JOB | {"created_at": 1705329000}),
]


def complaints(name: str, operation: str, status: int, body: Any) -> list[str]:
    """What a contract has against a body."""
    documented = load(name).operations[operation].response(status)
    assert documented is not None
    assert documented.schema is not None
    return [error.message for error in documented.schema.validator.iter_errors(body)]


@pytest.mark.parametrize(("name", "operation", "status", "body"), RIGHT)
def test_what_is_known_to_come_is_no_drift(name: str, operation: str, status: int, body: Any) -> None:
    """Nulls before their time, empty ids, old lists, details beside errors, and what two sources say differently."""
    assert complaints(name, operation, status, body) == []


@pytest.mark.parametrize(("name", "operation", "status", "body"), WRONG)
def test_what_is_documented_is_held_to(name: str, operation: str, status: int, body: Any) -> None:
    """What is open is open, and no more than that."""
    assert complaints(name, operation, status, body)


@pytest.mark.parametrize("name", ["openai", "groq", "dashscope", "zhipu", "together"])
def test_a_contract_by_hand_names_its_source(name: str) -> None:
    """The document as a whole has an x-source with an address, and so whatever in it says nothing else."""
    source = load(name).document.data["x-source"]
    assert source["kind"] in {"documented-elsewhere", "seen-in-the-wild"}
    assert source["ref"].startswith("https://")
