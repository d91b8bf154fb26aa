"""Where a contract leaves a status open, what was seen is counted: truly, and the same however it was split."""

from pathlib import Path

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.checks import blind
from conformance.checks.blind import MAX_VALUES, Blind, merge, rows
from conformance.report.tree import OTHER_VALUES
from tests.traffic.recordings import checked

PLACE = ("list_batches", "/data/*/status")


@settings(max_examples=30, derandomize=True, deadline=None)
@given(data=st.data())
def test_any_split_counts_the_same(data: st.DataObject) -> None:
    """More words than are told apart: those that are, exactly, and the rest as one sum."""
    words = [f"word-{number % 2_300}" for number in range(5_000)]
    parts = data.draw(st.integers(1, 5))
    gathered: list[Blind] = [{} for _ in range(parts)]
    for number, word in enumerate(words):
        merge(gathered[number * parts // len(words)], {PLACE: {word: 1}})
    whole: Blind = {}
    for part in data.draw(st.permutations(gathered)):
        merge(whole, part)
    [(_, _, values)] = rows(whole)
    exact = {word: count for word, count in values if word is not None}
    assert len(exact) == MAX_VALUES
    assert all(count == words.count(word) for word, count in list(exact.items())[:50])
    assert sum(count for _, count in values) == len(words)
    [(_, _, others)] = rows({PLACE: {word: words.count(word) for word in set(words)}})
    assert others == values


def test_what_was_seen_adds_up() -> None:
    """Value by value, most frequent first."""
    seen: Blind = {}
    told: list[dict[str | None, int]] = [{"a": 2, None: 4}, {"a": 3, "b": 6}]
    for counts in told:
        merge(seen, {PLACE: counts})
    assert list(rows(seen)) == [(*PLACE, [("b", 6), ("a", 5), (None, 4)])]


def test_a_report_counts_every_value_for_any_number_of_jobs(tmp_path: Path) -> None:
    """Twenty words are named, the others summed."""
    contract = tmp_path / "open.yaml"
    contract.write_text(
        """
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /v1/batches/{id}:
    get:
      responses:
        '200':
          description: a batch
          content:
            application/json:
              schema: {type: object, properties: {id: {type: string}, status: {type: string}}}
"""
    )
    file = tmp_path / "words.ndjson"
    with file.open("wb") as stream:
        for number in range(300):
            body = orjson.dumps(
                {"id": "b", "status": f"word_{'abcdefghij'[number % 10]}{'klmnopqrst'[number // 10 % 3]}"}
            )
            request = {"method": "GET", "url": "https://x.example/v1/batches/b", "headers": []}
            content = {"mimeType": "application/json", "text": body.decode()}
            response = {"status": 200, "headers": [], "content": content}
            stream.write(orjson.dumps({"request": request, "response": response}) + b"\n")
    for jobs in (1, 2):
        result = checked(file, against=(str(contract),), jobs=jobs)
        [verdict] = result.verdicts
        [(_, _, values)] = blind.rows(dict(verdict.pair.blind))
        assert sum(count for _, count in values) == 300
        assert len(values) == 30
    assert OTHER_VALUES not in dict(values)
