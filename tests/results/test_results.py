"""Each rule of results, with files that break it and files that keep it."""

import gzip
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest
import zstandard

from conformance import report
from tests.results.kit import BODY, Case, bad, expired, good
from tests.simulator.kit import jsonl

SCHEMA = jsonschema_rs.validator_for(orjson.loads((Path(report.__file__).parent / "schema.json").read_bytes()))
BREAKING, WARNING, INFO = "breaking", "warning", "info"


def test_results_that_are_whole_conform(case: Case) -> None:
    """In any order and over two files; what failed and what expired is told, and is no drift."""
    case.sent("a", "b", "c", "d", "e")
    case.put("out.jsonl", [good("c"), good("a")])
    case.put("err.jsonl", [expired("e"), bad("b", 429), bad("d", 400, "invalid_request_error")])

    done = case.results("err.jsonl", "out.jsonl")

    assert done.returncode == 0, done.stderr
    assert case.rows() == []
    assert SCHEMA.is_valid(case.tree())
    told = [line.split() for line in done.stdout.splitlines()[:9]]
    assert told[:3] == [["5", "sent"], ["2", "answered"], ["3", "failed"]]
    assert sorted(line[:-4] for line in told[3:6]) == [
        ["400", "invalid_request_error", "×1"],
        ["429", "rate_limit_reached_error", "×1"],
        ["batch_expired", "×1"],
    ]
    assert told[6:9] == [["0", "absent"], ["0", "repeated"], ["0", "unknown"]]
    assert "24  tokens  prompt 10, completion 14" in done.stdout


@pytest.mark.parametrize(
    ("sent", "out", "rows"),
    [
        ("ab", [good("a")], [("result-absent", BREAKING, "/*")]),
        ("ab", [], [("result-absent", BREAKING, "/*")]),
        ("a", [good("a"), good("a")], [("result-custom-id-repeated", BREAKING, "/*/custom_id")]),
        ("a", [good("a"), expired("a")], [("result-custom-id-repeated", BREAKING, "/*/custom_id")]),
        ("a", [expired("a"), expired("a")], [("result-custom-id-repeated", BREAKING, "/*/custom_id")]),
        ("a", [good("a"), good("b")], [("result-custom-id-unknown", BREAKING, "/*/custom_id")]),
        ("a", [good("a"), bad("b", 500)], [("result-custom-id-unknown", BREAKING, "/*/custom_id")]),
        ("a", [good("a"), good("")], [("result-custom-id-missing", BREAKING, "/*/custom_id")]),
        ("a", [good("a"), good(None)], [("result-custom-id-missing", BREAKING, "/*/custom_id")]),
        ("a", [good("a"), good(7)], [("result-custom-id-missing", BREAKING, "/*/custom_id")]),
        ("a", [good("a"), b"{oops\n"], [("result-line-not-json", BREAKING, "/*")]),
        ("a", [good("a"), b"[]\n"], [("result-line-not-json", BREAKING, "/*")]),
        ("a", [good("a"), b'{"custom_id": NaN}\n'], [("result-line-not-json", BREAKING, "/*")]),
        ("a", [good("a"), b'{"custom_id": "\xff"}\n'], [("result-line-not-json", BREAKING, "/*")]),
        ("a", [good("a"), b'{"a":' * 100_000 + b"\n"], [("result-line-not-json", BREAKING, "/*")]),
        ("a", [good("a", response={"status_code": 0, "body": {}})], [("result-line-empty", WARNING, "/*")]),
        ("a", [good("a", response={"status_code": 0, "body": BODY})], [("result-line-empty", WARNING, "/*")]),
        ("a", [good("a", response=None)], [("result-line-empty", WARNING, "/*")]),
        ("a", [good("a", response={"status_code": 200, "body": {}})], [("result-line-empty", WARNING, "/*")]),
    ],
    ids=lambda one: str(one)[:40] if isinstance(one, str | list | dict | tuple) else str(type(one).__name__),
)
def test_wrong_results_break_their_rule(case: Case, sent: str, out: list[Any], rows: list[Any]) -> None:
    """The row is there, once, and the exit is 1."""
    case.sent(*sent)
    case.put("out.jsonl", out)

    done = case.results()

    assert (case.rows(), done.returncode) == (rows, 1), done.stdout
    assert SCHEMA.is_valid(case.tree())


def test_a_last_line_that_is_cut_is_no_answer(case: Case) -> None:
    """Its request is absent."""
    case.sent("a", "b")
    case.put("out.jsonl", jsonl([good("a"), good("b")])[:-30])

    done = case.results()

    assert done.returncode == 1
    assert "a line that is cut off ×1  first: out.jsonl, line 2" in done.stdout
    assert [rule for rule, _, _ in case.rows()] == ["result-absent", "result-line-not-json"]


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ({"extra": 1}, ("response-property-undocumented", "/*/extra")),
        ({"id": 7}, ("response-property-type-changed", "/*/id")),
        (
            {"response": {"status_code": 200, "request_id": None, "body": BODY}},
            ("response-property-became-nullable", "/*/response/request_id"),
        ),
    ],
    ids=lambda one: str(one)[:40] if isinstance(one, str | list | dict | tuple) else str(type(one).__name__),
)
def test_what_a_contract_says_of_lines_is_a_remark(case: Case, change: dict[str, Any], row: tuple[str, str]) -> None:
    """At the places of an item; it fails nothing."""
    case.sent("a", "b")
    case.put("out.jsonl", [good("a", **change), good("b")])

    done = case.results()

    assert (done.returncode, case.rows()) == (0, [(row[0], INFO, row[1])])
    [drift] = case.tree()["drift"]
    assert (drift["endpoint"], drift["operation"]) == (f"results:{case.provider}", "file_content")
    assert (drift["seen"]["items"], drift["seen"]["of_items"]) == (1, 2)


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        zstandard.compress,
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: content.rstrip(b"\n"),
    ],
    ids=["gzip", "zstd", "mark", "crlf", "no-end"],
)
def test_files_are_read_however_they_are_packed(case: Case, pack: Any) -> None:
    """By their content, not their name; the ends of lines do not matter."""
    case.sent("a", "b")
    case.put("in.jsonl", pack((case.folder / "in.jsonl").read_bytes()))
    case.put("out.jsonl", pack(jsonl([good("b"), good("a")])))

    assert case.results().returncode == 0


def test_standard_input_is_a_file_like_another(case: Case) -> None:
    """Once."""
    case.sent("a")
    given = jsonl([good("a")]).decode()

    assert case.results("-", given=given).returncode == 0
    twice = case.results("-", "-", given=given)
    assert (twice.returncode, len(twice.stderr.splitlines())) == (2, 1)


def test_packed_results_that_break_off_are_not_the_whole_truth(case: Case) -> None:
    """The report says so, the exit is 2 at least, and nothing is written to be sent again."""
    case.sent(*(f"r{number}" for number in range(2000)))
    case.put("out.jsonl", gzip.compress(jsonl(good(f"r{number}") for number in range(2000)))[:-500])

    done = case.results("out.jsonl", "--rest", "again.jsonl")

    assert done.returncode == 1  # what is missing is missing all the same
    assert case.tree()["complete"] is False
    assert "breaks off" in case.tree()["notes"][0]
    assert not (case.folder / "again.jsonl").exists()


@pytest.mark.parametrize(
    ("counts", "names"),
    [
        ({"total": 4, "completed": 2, "failed": 2}, []),
        ({"total": 4, "completed": 2, "failed": 1}, []),  # whether what expired has failed is documented nowhere
        ({"total": 5, "completed": 2, "failed": 2}, ["total"]),
        ({"total": 4, "completed": 4, "failed": 0}, ["completed", "failed"]),
        ({"total": 4, "completed": 3, "failed": 1}, ["completed"]),
        ({}, []),
        (None, []),
    ],
    ids=lambda one: str(one)[:40] if isinstance(one, str | list | dict | tuple) else str(type(one).__name__),
)
def test_a_batch_is_held_against_its_files(case: Case, counts: Any, names: list[str]) -> None:
    """A request that was refused inside a line is not completed, whatever file it is in."""
    case.sent("a", "b", "c", "d")
    case.put("out.jsonl", [good("a"), good("b"), bad("c", 400)])
    case.put("err.jsonl", [expired("d")])
    batch = {"id": "batch_1", "status": "completed", "request_counts": counts}
    for held in (batch, {"code": 20000, "data": batch}):
        case.put("batch.json", json.dumps(held).encode())

        done = case.results("out.jsonl", "err.jsonl", "--batch", "batch.json")

        found = [one["value"] for one in case.tree()["drift"] if one["rule"] == "result-counts-disagree"]
        assert (sorted(found), done.returncode) == (names, 1 if names else 0)
        assert ("agree." in done.stdout) == (not names and bool(counts))


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"oops", "not JSON"), (b"{}", "holds no batch"), (b"[]", "holds no batch"), (None, "no such file")],
    ids=lambda one: str(one)[:40] if isinstance(one, str | list | dict | tuple) else str(type(one).__name__),
)
def test_a_batch_that_is_none_is_one_line(case: Case, content: bytes | None, words: str) -> None:
    """And exit 2."""
    case.sent("a")
    case.put("out.jsonl", [good("a")])
    if content is not None:
        case.put("batch.json", content)

    done = case.results("out.jsonl", "--batch", "batch.json")

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert words in done.stderr


@pytest.mark.parametrize("missing", ["out.jsonl", "in.jsonl"])
def test_a_file_that_is_not_there_is_one_line(case: Case, missing: str) -> None:
    """With its name, and exit 2."""
    case.sent("a")
    case.put("out.jsonl", [good("a")])
    (case.folder / missing).unlink()

    done = case.results()

    assert (done.returncode, done.stderr) == (2, f"batch-conformance: {missing}: No such file or directory\n")


def test_an_id_is_asked_for_live(case: Case) -> None:
    """Without a key nothing is."""
    case.sent("a")
    case.put("out.jsonl", [good("a")])

    done = case.results("out.jsonl", "--batch", "batch_1")

    assert done.returncode == 2
    assert "no key" in done.stderr


def test_the_input_is_looked_at_on_the_way(case: Case) -> None:
    """What is to be said of it never changes the exit."""
    case.sent("a", "a2")
    path = case.folder / "in.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"POST"', b'"GET"'))
    case.put("out.jsonl", [good("a"), good("a2")])

    done = case.results()

    assert done.returncode == 0
    assert "method-not-post ×2" in done.stdout


def test_a_request_that_stands_twice_in_the_input_may_be_answered_twice(case: Case) -> None:
    """Nobody can say which line is of which."""
    case.sent("a", "a", "b")
    case.put("out.jsonl", [good("a"), good("a"), good("b")])

    assert case.results().returncode == 0


@pytest.mark.parametrize("name", ["一二三", "a" * 5000, "a\nb", " ", "\x00", "😀"])
def test_any_name_is_found_again(case: Case, name: str) -> None:
    """Long ones, and those of any sign."""
    case.sent(name, name + "x")
    case.put("out.jsonl", [good(name)])

    done = case.results()

    assert [rule for rule, _, _ in case.rows()] == ["result-absent"]
    assert done.stdout.splitlines()[5].split()[:2] == ["1", "absent"] or "1  absent" in done.stdout


def test_half_of_a_surrogate_pair_is_a_name_like_another(case: Case) -> None:
    """It is in JSON, and nowhere else."""
    line = json.dumps(good("\ud83d")).encode() + b"\n"
    case.sent("a")
    path = case.folder / "in.jsonl"
    path.write_bytes(path.read_bytes() + path.read_bytes().replace(b'"a"', b'"\\ud83d"'))
    case.put("out.jsonl", [good("a"), line])

    assert case.rows_of(case.results()) == []


def test_results_of_several_runs_are_brought_together(case: Case) -> None:
    """What failed in one file and succeeded in another was sent again; two successes are one too many."""
    case.sent("a", "b")
    case.put("out.jsonl", [good("a")])
    case.put("err.jsonl", [expired("b")])
    case.put("out2.jsonl", [good("b")])
    assert case.results("out.jsonl", "err.jsonl", "out2.jsonl").returncode == 0

    case.put("out2.jsonl", [good("b"), good("a")])
    assert case.results("out.jsonl", "err.jsonl", "out2.jsonl").returncode == 1
    assert [rule for rule, _, _ in case.rows()] == ["result-custom-id-repeated"]


def test_chinese_is_whole(case: Case) -> None:
    """But for names, paths and rules."""
    case.sent("a", "b", "c")
    case.put(
        "out.jsonl", [good("a"), good("a"), b"{oops\n", good(None), bad("b", 500), good("x"), good("c", response=None)]
    )

    done = case.results("out.jsonl", "--lang", "zh")

    summary = done.stdout.partition("\n\n")[0]
    for word in ("sent", "answered", "first", "broken", "missing", "neither", "something"):
        assert word not in summary, summary
