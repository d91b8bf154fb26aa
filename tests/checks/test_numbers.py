"""Numbers beyond any count: JSON has them, and what is kept of a body has not."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.checks.talks import batch, talk, told

FILES = {"output_file_id": "file-2", "error_file_id": "file-3"}
TIMES = {"in_progress_at": 1_763_600_001, "finalizing_at": 1_763_600_002, "completed_at": 1_763_600_003}


def said(answer: dict[str, Any], old: bytes, new: bytes) -> dict[str, Any]:
    """An entry whose answer says a number that no writer of JSON here would write."""
    entry = talk("GET", "/batches" if "data" in answer else "/batches/batch-1", answer)
    content = entry["response"]["content"]
    assert old.decode() in content["text"]
    content["text"] = orjson.dumps(answer).replace(old, new).decode()
    return entry


@pytest.mark.parametrize(
    "number", [b"36893488147419103232", b"9223372036854775807", b"-36893488147419103232", b"1e300"]
)
@pytest.mark.parametrize("is_list", [True, False])
@pytest.mark.parametrize("status", ["completed", "no_such_status"])
def test_a_count_that_is_too_large_is_no_error_of_this_program(
    tmp_path: Path, number: bytes, status: str, *, is_list: bool
) -> None:
    """Batches that name files are remembered with their counts."""
    one = batch(status=status, request_counts={"total": 4711, "completed": 0, "failed": 0}, **FILES, **TIMES)
    answer = {"object": "list", "data": [one], "has_more": False} if is_list else one
    rows = told(tmp_path / "talk.ndjson", [said(answer, b"4711", number)], "openai")
    unknown = {rule for rule, _, _ in rows} & {"response-property-enum-value-added"}
    assert bool(unknown) is (status == "no_such_status")
