"""What everybody relies on: a batch or an item of a list has an id, and an id is not ""."""

from pathlib import Path
from typing import Any

import pytest

from tests.checks.talks import batch, talk, told

MISSING, EMPTY = "response-required-property-missing", "invariant-id-empty"


def without_id() -> dict[str, Any]:
    """A batch that calls its id otherwise."""
    made = batch()
    made["batch_id"] = made.pop("id")
    return made


def page(*items: Any, **around: Any) -> dict[str, Any]:
    """A page of a list of batches, with its cursors."""
    names = [item.get("id") for item in items]
    cursors = {"first_id": names[0], "last_id": names[-1]} if items else {}
    return {"object": "list", "data": list(items), "has_more": False, **cursors, **around}


def test_a_batch_without_id(tmp_path: Path) -> None:
    """SiliconFlow's contract requires nothing; nobody can use a batch without its id."""
    talks = [
        talk("GET", "/batches/b-1", without_id()),
        talk("GET", "/batches?limit=2", page(batch(), without_id(), last_id="batch-1"), at=9),
    ]
    rows = told(tmp_path / "talk.ndjson", talks, "siliconflow")
    assert rows[MISSING, "retrieve_batch", "/id"] == "warning"
    assert rows[MISSING, "list_batches", "/data/*/id"] == "warning"


def test_where_a_contract_requires_it_the_row_is_breaking(tmp_path: Path) -> None:
    """The same place is told once, by the contract."""
    rows = told(tmp_path / "talk.ndjson", [talk("GET", "/batches/b-1", without_id())], "kimi")
    assert rows[MISSING, "retrieve_batch", "/id"] == "breaking"


def test_an_error_is_no_batch(tmp_path: Path) -> None:
    """An error body with a success status is told as that."""
    rows = told(tmp_path / "talk.ndjson", [talk("GET", "/batches/b-1", {"error": {"message": "no"}})], "siliconflow")
    assert (MISSING, "retrieve_batch", "/id") not in rows


@pytest.mark.parametrize("against", ["kimi", "siliconflow"])
def test_an_id_that_is_empty(tmp_path: Path, against: str) -> None:
    """Where there is no file yet, null says so."""
    talks = [
        talk("GET", "/batches/batch-1", batch(error_file_id="")),
        talk("GET", "/batches?limit=2", page(batch(), batch("batch-2", output_file_id="")), at=9),
    ]
    rows = told(tmp_path / "talk.ndjson", talks, against)
    empty = {place: severity for (rule, _, place), severity in rows.items() if rule == EMPTY}
    assert empty == {"/error_file_id": "warning", "/data/*/output_file_id": "warning"}


def test_a_cursor_that_is_empty(tmp_path: Path) -> None:
    """A page that holds items can name them; one that holds none cannot."""
    file = tmp_path / "talk.ndjson"
    full = [talk("GET", "/batches?limit=2", page(batch(), last_id=""))]
    assert (EMPTY, "list_batches", "/last_id") in told(file, full, "siliconflow")
    bare = [talk("GET", "/batches?limit=2", page(first_id="", last_id=""))]
    assert (EMPTY, "list_batches", "/last_id") not in told(file, bare, "siliconflow")


def test_where_a_contract_names_the_empty_text(tmp_path: Path) -> None:
    """OpenAI's is known to be sent; it surprises nobody there."""
    rows = told(tmp_path / "talk.ndjson", [talk("GET", "/batches/batch-1", batch(error_file_id=""))], "openai")
    assert not [rule for rule, _, _ in rows if rule == EMPTY]


@pytest.mark.parametrize("against", ["kimi", "siliconflow", "openai"])
def test_right_batches_are_passed_over(tmp_path: Path, against: str) -> None:
    """Ids where they belong, null where there is no file."""
    talks = [
        talk("GET", "/batches/batch-1", batch()),
        talk("GET", "/batches?limit=2", page(batch(), batch("batch-2", output_file_id="file-9")), at=9),
    ]
    assert not {rule for rule, _, _ in told(tmp_path / "talk.ndjson", talks, against)} & {MISSING, EMPTY}
