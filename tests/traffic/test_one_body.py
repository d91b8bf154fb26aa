"""One body, pasted from wherever, is judged as the answer to the operation that its reader names."""

import json
from pathlib import Path

import pytest

from conformance.operations import OPERATIONS
from conformance.recording.formats import one_body
from tests.conftest import Run

BATCH = {
    "id": "batch_1",
    "object": "batch",
    "endpoint": "/v1/chat/completions",
    "input_file_id": "file_1",
    "completion_window": "24h",
    "status": "in_queue",
    "created_at": 1741685396,
    "request_counts": {"total": 1, "completed": 0, "failed": 0},
}
BAD = ("--against", "kimi", "--no-known", "--out", "out")


def rows(folder: Path) -> list[tuple[str, str, str, str, str]]:
    """Endpoint, operation, status, place and rule of what was found, apart from the contract itself."""
    tree = json.loads((folder / "out" / "drift.json").read_text())
    return [
        (one["endpoint"], one["operation"], str(one["status_code"]), one["pointer"], one["rule"])
        for one in tree["drift"]
        if one["endpoint"]
    ]


@pytest.mark.parametrize("operation", ["retrieve_batch", "create_batch", "cancel_batch"])
@pytest.mark.parametrize("piped", [True, False], ids=["stdin", "file"])
def test_a_body_is_judged(batch_conformance: Run, tmp_path: Path, operation: str, *, piped: bool) -> None:
    """From a file or from standard input; nothing is said of a request that nobody has seen, and of times."""
    (tmp_path / "b.json").write_text(json.dumps(BATCH, indent=2))
    source = ("-",) if piped else ("b.json",)
    done = batch_conformance("check", *source, "--operation", operation, *BAD, given=json.dumps(BATCH) if piped else "")
    assert done.returncode == 1, done.stderr
    assert rows(tmp_path) == [("recorded:-", operation, "200", "/status", "response-property-enum-value-added")]
    tree = json.loads((tmp_path / "out" / "drift.json").read_text())
    assert tree["notes"] == []
    assert json.loads(tree["drift"][-1]["example"]["body"] if tree["drift"][-1]["endpoint"] else "{}") in (BATCH, {})


def test_its_status_can_be_named(batch_conformance: Run, tmp_path: Path) -> None:
    """An error is held to what is documented for its status; no success was seen, which is the outcome."""
    (tmp_path / "b.json").write_text('{"error": {"type": "x"}}')
    done = batch_conformance("check", "b.json", "--operation", "retrieve_batch", "--status", "404", *BAD)
    assert done.returncode == 2
    assert rows(tmp_path) == [
        ("recorded:-", "retrieve_batch", "404", "/error/message", "response-required-property-missing")
    ]


def test_a_head_says_its_status(batch_conformance: Run, tmp_path: Path) -> None:
    """As `curl -i` prints it."""
    (tmp_path / "b.txt").write_bytes(b"HTTP/2 404 \r\ncontent-type: application/json\r\n\r\n" + b'{"error": {}}')
    done = batch_conformance("check", "b.txt", "--operation", "retrieve_batch", *BAD)
    assert done.returncode == 2
    assert {one[2] for one in rows(tmp_path)} == {"404"}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_can_be_named(batch_conformance: Run, operation: str) -> None:
    """And the usual contracts judge, each with its usual status."""
    done = batch_conformance("check", "-", "--operation", operation, given='{"surely": "none of ours"}')
    assert done.returncode in {0, 1, 2}, done.stderr
    assert "recorded:-" in done.stdout
    assert "request-invalid-accepted" not in done.stdout


def test_results_are_no_json(batch_conformance: Run) -> None:
    """They are lines of it."""
    lines = '{"id":"a","custom_id":"1","response":{"status_code":200,"request_id":"","body":{}},"error":null}\n' * 2
    done = batch_conformance("check", "-", "--operation", "file_content", "--against", "kimi", given=lines)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("longest", "loss"), [(2, None), (1, "too-long")])
def test_a_body_is_as_long_as_it_may_be(longest: int, loss: str | None) -> None:
    """To the byte, in however many pieces it comes."""
    [raw] = one_body.form("list_batches", 200).read(iter([b"{", b"}"]), longest)
    assert raw.loss == loss


WRONG = [
    (("-", "--operation", "list_batches"), '{"cut', "it is no JSON"),
    (("-", "--operation", "list_batches"), "", "holds no entry"),
    (("-", "--operation", "list_batch"), "{}", "list_batches"),
    (("-", "--operation", "list_batches", "--status", "99"), "{}", "99"),
    (("-", "--status", "200"), "{}", "--status goes with --operation"),
    (("-", "-", "x", "--operation", "list_batches"), "{}", "one FILE"),
]


@pytest.mark.parametrize(("words", "given", "expected"), WRONG, ids=[words[-1] for _, _, words in WRONG])
def test_what_cannot_be_judged_is_one_line(
    batch_conformance: Run, words: tuple[str, ...], given: str, expected: str
) -> None:
    """With exit 2."""
    done = batch_conformance("check", *words, given=given)
    assert done.returncode == 2
    assert expected in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
