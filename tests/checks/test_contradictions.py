"""What create and upload answer is held against what was asked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.checks.talks import batch, talk, told

RULE = "response-contradicts-request"
ASKED = {"input_file_id": "file-1", "endpoint": "/v1/chat/completions", "completion_window": "24h"}


def created(file: Path, asked: Mapping[str, Any], answered: Mapping[str, Any], against: str) -> set[tuple[str, str]]:
    """Rules and places of one batch that was made."""
    entry = talk("POST", "/batches", batch(**answered), asked={**ASKED, **asked})
    return {(rule, place) for rule, _, place in told(file, [entry], against) if rule == RULE}


@pytest.mark.parametrize("against", ["kimi", "siliconflow", "openai"])
@pytest.mark.parametrize(
    ("asked", "answered", "place"),
    [
        ({"metadata": {"team": "a"}}, {"metadata": {}}, "/metadata"),
        ({"metadata": {"team": "a"}}, {"metadata": {"team": "b"}}, "/metadata"),
        ({"metadata": {"team": "a", "day": "1"}}, {"metadata": {"day": "1"}}, "/metadata"),
        ({"input_file_id": "file-2"}, {"input_file_id": "file-1"}, "/input_file_id"),
        ({"completion_window": "1d"}, {"completion_window": "48h"}, "/completion_window"),
        ({}, {"endpoint": "/v1/embeddings"}, "/endpoint"),
    ],
    ids=["nothing", "another", "less", "file", "window", "endpoint"],
)
def test_a_batch_that_is_not_what_was_asked_for(
    tmp_path: Path, against: str, asked: Mapping[str, Any], answered: Mapping[str, Any], place: str
) -> None:
    """The field that says something else is named."""
    assert (RULE, place) in created(tmp_path / "talk.ndjson", asked, answered, against)


@pytest.mark.parametrize(("against", "places"), [("kimi", {(RULE, "/metadata")}), ("siliconflow", set())])
def test_null_is_told_once(tmp_path: Path, against: str, places: set[tuple[str, str]]) -> None:
    """Where the contract admits null it says that nothing was taken; where it does not, that is the row."""
    lost = created(tmp_path / "talk.ndjson", {"metadata": {"team": "a"}}, {"metadata": None}, against)
    assert lost == places


@pytest.mark.parametrize("against", ["kimi", "siliconflow", "openai"])
@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ({}, {}),
        ({"metadata": {}}, {"metadata": None}),
        ({"metadata": None}, {"metadata": {}}),
        ({"metadata": {"team": "a"}}, {"metadata": {"team": "a", "added": "by the server"}}),
        ({"completion_window": "1d"}, {"completion_window": "24h"}),
        ({"completion_window": "24H"}, {"completion_window": "24h"}),
        ({"completion_window": "1440m"}, {"completion_window": "24h"}),
        ({"completion_window": "86400s"}, {"completion_window": "24h"}),
        ({"completion_window": "2w"}, {"completion_window": "336h"}),
        ({"replace": {"model": "other"}}, {}),
    ],
    ids=["same", "none-null", "null-none", "more", "window", "case", "minutes", "seconds", "weeks", "unknown"],
)
def test_a_batch_that_is_what_was_asked_for(
    tmp_path: Path, against: str, asked: Mapping[str, Any], answered: Mapping[str, Any]
) -> None:
    """Nothing is said where both say the same, each in its way."""
    assert created(tmp_path / "talk.ndjson", asked, answered, against) == set()


FORM = (
    b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="jobs/a.jsonl"\r\n\r\n{"a":1}\n\r\n--b--\r\n'
)


def uploaded(file: Path, **other: Any) -> set[tuple[str, str]]:
    """Rules and places of one file that was sent."""
    made = {"id": "file-1", "object": "file", "bytes": 8, "created_at": 1, "filename": "a.jsonl", "purpose": "batch"}
    answer = {**made, "status": "ok", **other}
    entry = talk("POST", "/files", answer, asked=FORM, kind="multipart/form-data; boundary=b")
    return {(rule, place) for rule, _, place in told(file, [entry], "kimi") if rule == RULE}


@pytest.mark.parametrize(
    ("other", "place"),
    [({"bytes": 9}, "/bytes"), ({"filename": "b.jsonl"}, "/filename"), ({"purpose": "image"}, "/purpose")],
    ids=["bytes", "filename", "purpose"],
)
def test_a_file_that_is_not_what_was_sent(tmp_path: Path, other: Mapping[str, Any], place: str) -> None:
    """Length, name and purpose are held against the form."""
    assert uploaded(tmp_path / "talk.ndjson", **other) == {(RULE, place)}


def test_a_file_that_is_what_was_sent(tmp_path: Path) -> None:
    """A name is compared by its last part."""
    assert uploaded(tmp_path / "talk.ndjson") == set()


@pytest.mark.parametrize(("more", "places"), [(0, ["/bytes"]), (892, [])], ids=["as sent", "otherwise"])
def test_a_form_that_was_kept_otherwise_than_sent_says_no_length(tmp_path: Path, more: int, places: list[str]) -> None:
    """Who recorded it may have changed what was in it: then another length was sent."""
    made = {"id": "file-1", "object": "file", "bytes": 900, "created_at": 1, "filename": "a.jsonl", "purpose": "batch"}
    entry = talk("POST", "/files", {**made, "status": "ok"}, asked=FORM, kind="multipart/form-data; boundary=b")
    entry["request"]["headers"].append({"name": "Content-Length", "value": str(len(FORM) + more)})
    rows = told(tmp_path / "talk.ndjson", [entry], "kimi")
    assert [place for rule, _, place in rows if rule == RULE] == places


def test_an_envelope_is_looked_into(tmp_path: Path) -> None:
    """SiliconFlow answers an upload with the file in `data`."""
    file = {"id": "file-1", "object": "file", "bytes": 9, "createdAt": 1, "filename": "a.jsonl", "purpose": "batch"}
    answer = {"code": 20000, "message": "Ok", "status": True, "data": file}
    entry = talk("POST", "/files", answer, asked=FORM, kind="multipart/form-data; boundary=b")
    rows = told(tmp_path / "talk.ndjson", [entry], "siliconflow")
    assert rows == {(RULE, "upload_file", "/data/bytes"): "warning"}
