"""What is read of an entry, and what of it is kept without its credentials: small things that others build on."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from conformance.drawing import Progress
from conformance.exchange import Answer, Exchange, Request
from conformance.recording.har import EntryError, parse
from conformance.recording.keyless import LEAST, keyless
from conformance.recording.numbers import masked_number
from conformance.recording.route import Match, match
from conformance.recording.spots import Spot
from conformance.recording.vocabulary import is_reference
from conformance.traffic import CheckOptions, check
from tests.traffic.recordings import checked, write

NO_BODY = {"status": 200, "headers": [], "content": {"size": 0, "text": ""}}


def entry(**more: Any) -> dict[str, Any]:
    """An entry, with more in it."""
    sent = {"method": "GET", "url": "https://x.example/v1/batches", "headers": []}
    return {"startedDateTime": "2026-03-01T10:00:00.5Z", "request": sent, "response": NO_BODY, **more}


@pytest.mark.parametrize(
    ("told", "seconds"), [(1500, 1.5), (0.25, 0.00025), (-1, 0.0), ("soon", 0.0), (None, 0.0), ([], 0.0)], ids=str
)
def test_how_long_it_took_is_told_in_milliseconds(told: Any, seconds: float) -> None:
    """What is no time took none."""
    assert parse(orjson.dumps(entry(time=told))).seconds == seconds
    assert parse(orjson.dumps(entry())).seconds == 0.0


@pytest.mark.parametrize(
    ("method", "status", "size", "is_whole"),
    [
        ("GET", 200, 0, True),
        ("HEAD", 200, 5, True),
        ("DELETE", 204, -1, True),
        ("GET", 304, None, True),
        ("GET", 200, 5, False),
        ("GET", 200, None, False),
        ("DELETE", 200, -1, False),
    ],
)
def test_a_body_without_a_text_is_missing_where_there_was_one(
    method: str, status: int, size: int | None, *, is_whole: bool
) -> None:
    """Of nothing, browsers say only how much it is."""
    told = entry(response={"status": status, "headers": [], "content": {} if size is None else {"size": size}})
    told["request"]["method"] = method
    one = parse(orjson.dumps(told))
    assert one.defect == (None if is_whole else "body-missing")
    assert (one.answer and (one.answer.status, one.answer.body)) == ((status, b"") if is_whole else None)


@pytest.mark.parametrize(("options", "defect"), [({}, "broken"), ({"whole": False}, "truncated")])
def test_what_is_no_json_is_broken_if_it_is_all_there_is(options: dict[str, bool], defect: str) -> None:
    """And cut off if more was to come; it is whole unless that is said."""
    with pytest.raises(EntryError) as caught:
        parse(orjson.dumps(entry())[:-1], **options)
    assert caught.value.defect == defect


def test_an_entry_without_a_time_is_named(tmp_path: Path) -> None:
    """One with a time is not."""
    timeless = {name: value for name, value in entry().items() if name != "startedDateTime"}
    result = checked(write(tmp_path / "a.ndjson", [timeless, entry()]))
    (note,) = (note for note in result.notes if "when it started" in note)
    assert "it counts as earliest" in note
    assert not any("when it started" in note for note in checked(write(tmp_path / "b.ndjson", [entry()])).notes)


@pytest.mark.parametrize("name", ["id", "input_file_id", "batch_id"])
def test_a_field_that_ends_in_id_holds_one(name: str) -> None:
    """Not one that begins so, or only contains the letters."""
    assert is_reference(name)
    assert not is_reference(f"{name}s")
    assert not is_reference("_idle")
    assert not is_reference("idle")


def test_of_listed_numbers_only_large_ones_are_somebodys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number that a contract lists the likes of stays; one as long as a name does not."""
    spot = Spot()
    monkeypatch.setattr(Spot, "numeric", False)
    monkeypatch.setattr(Spot, "listed", True)
    assert masked_number(429, spot, "limit", 2) == 429
    assert masked_number(4_111_111_111_111_111, spot, "limit", 2) == 1_000_000


@pytest.mark.parametrize(("length", "is_sought"), [(LEAST - 1, False), (LEAST, True), (LEAST + 1, True)])
def test_how_long_a_credential_must_be_to_be_looked_for(length: int, *, is_sought: bool) -> None:
    """Shorter ones stand in any word."""
    secret = "q7Zx9"[:length]
    asked = Request("GET", "https://x.example/v1/batches", (("authorization", f"Bearer {secret}"),))
    answer = Answer(200, (), f'{{"said": "{secret}"}}'.encode())
    kept = keyless(Exchange("list_batches", asked, answer, secrets=(secret,)))
    assert kept.answer is not None
    assert (secret.encode() not in kept.answer.body) is is_sought
    assert secret not in kept.request.headers[0][1]


def test_progress_knows_how_much_there_is_of_files(tmp_path: Path) -> None:
    """All of them together, and nothing more is to come in the end."""
    files = [write(tmp_path / name, [entry()] * number) for name, number in (("a.ndjson", 1), ("b.ndjson", 5))]
    told = list[Progress]()
    check(CheckOptions(tuple(map(str, files)), against=("kimi",), known=None), told.append)
    size = sum(file.stat().st_size for file in files)
    assert {one.total for one in told} == {size}
    assert told[-1].done == size


@pytest.mark.parametrize(
    ("method", "path", "operation", "parameters"),
    [
        ("GET", "/v1/batches", "list_batches", ()),
        ("GET", "/v1/batches/b%20%31", "retrieve_batch", (("batch_id", "b 1"),)),
        ("POST", "/v1/batches/b/cancel", "cancel_batch", (("batch_id", "b"),)),
        ("GET", "/v1/files/f/content", "file_content", (("file_id", "f"),)),
        ("DELETE", "/v1/files/f", "delete_file", (("file_id", "f"),)),
    ],
)
def test_what_a_path_names_is_known(
    method: str, path: str, operation: str, parameters: tuple[tuple[str, str], ...]
) -> None:
    """By the name that contracts give it, decoded; the words of the path are none."""
    assert match(method, path) == Match(operation, parameters)
