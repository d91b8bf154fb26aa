"""The files that batches name are judged line by line, and held against the batch's own numbers and input."""

from collections.abc import Iterable
from copy import deepcopy
from itertools import permutations
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import yaml
from attrs import evolve

from conformance.checks.conclude import conclude
from conformance.checks.evidence import Evidence
from conformance.checks.look import look
from conformance.contract import load
from conformance.exchange import Answer, Exchange, Request
from tests.judging import judged
from tests.results.kit import BODY, bad, expired, good
from tests.simulator.kit import jsonl, row

JSON = (("content-type", "application/json"),)
KIMI = load("kimi")


def exchange(operation: str, name: str, body: bytes, at: float, kind: str = "application/json") -> Exchange:
    """A success, by the name in its path."""
    which = "batch_id" if "batch" in operation else "file_id"
    path = {"retrieve_batch": f"/v1/batches/{name}", "file_content": f"/v1/files/{name}/content"}[operation]
    return Exchange(
        operation,
        Request("GET", f"https://api.moonshot.cn{path}"),
        Answer(200, (("content-type", kind),), body),
        started=at,
        path_parameters=((which, name),),
    )


def batch(at: float = 9.0, counts: tuple[int, int, int] = (3, 2, 1), **fields: Any) -> Exchange:
    """A completed batch with its files."""
    total, completed, failed = counts
    said = {
        "id": "batch-1",
        "object": "batch",
        "endpoint": "/v1/chat/completions",
        "input_file_id": "file-in",
        "completion_window": "24h",
        "status": "completed",
        "output_file_id": "file-out",
        "error_file_id": "file-err",
        "created_at": 1763600000,
        "in_progress_at": 1763600010,
        "finalizing_at": 1763600020,
        "completed_at": 1763600030,
        "request_counts": {"total": total, "completed": completed, "failed": failed},
    }
    return exchange("retrieve_batch", "batch-1", orjson.dumps(said | fields), at)


def content(name: str, lines: Iterable[Any] | bytes, at: float = 10.0) -> Exchange:
    """The content of a file."""
    body = lines if isinstance(lines, bytes) else jsonl(lines)
    return exchange("file_content", name, body, at, "text/plain; charset=utf-8")


def upload(lines: Iterable[Any], at: float = 1.0) -> Exchange:
    """The upload of an input."""
    form = httpx.Request("POST", "http://form", data={"purpose": "batch"}, files={"file": ("in.jsonl", jsonl(lines))})
    request = Request(
        "POST", "https://api.moonshot.cn/v1/files", (("content-type", form.headers["content-type"]),), form.read()
    )
    file = {
        "id": "file-in",
        "object": "file",
        "bytes": 1,
        "created_at": 1,
        "filename": "in.jsonl",
        "purpose": "batch",
        "status": "ok",
    }
    return Exchange("upload_file", request, Answer(200, JSON, orjson.dumps(file)), started=at)


SENT = upload([row("a"), row("b"), row("c")])
ID, ERROR = "/*/custom_id", {"error": {"message": "m"}}
COMPLETED, FAILED = (("result-counts-disagree", "", name, 0) for name in ("completed", "failed"))
OUTPUT, ERRORS = [good("a"), good("b")], [bad("c", 500)]


def found(*exchanges: Exchange, contract: str = "kimi") -> list[tuple[str, str, str | None, int]]:
    """Rule, pointer, value and items of what is said of the content of files."""
    drifts = judged(exchanges, load(contract)).drifts
    return sorted(
        (one.rule, one.identity.pointer, one.identity.value, one.items)
        for one in drifts
        if one.identity.operation == "file_content"
    )


def test_files_that_are_whole_conform() -> None:
    """With the input, and without; before the batch that names them, and after."""
    files = [content("file-out", OUTPUT), content("file-err", ERRORS, 11.0)]

    assert found(SENT, batch(), *files) == []
    assert found(batch(), *files) == []
    assert found(batch(20.0), *files) == []


@pytest.mark.parametrize(
    ("output", "errors", "rows"),
    [
        ([good("a"), b"{oops\n"], ERRORS, [COMPLETED, ("result-line-not-json", "/*", None, 1)]),
        ([*OUTPUT, good("")], ERRORS, [COMPLETED, ("result-custom-id-missing", ID, None, 1)]),
        ([good("a"), good("a")], ERRORS, [("result-custom-id-repeated", ID, None, 1)]),
        (OUTPUT, [bad("a", 500)], [("result-custom-id-repeated", ID, None, 1)]),
        ([good("a"), good("x")], ERRORS, [("result-custom-id-unknown", ID, None, 1)]),
        ([good("a"), good("b", extra=1)], ERRORS, [("response-property-undocumented", "/*/extra", None, 1)]),
        ([good("a"), good("b", id=7)], ERRORS, [("response-property-type-changed", "/*/id", "integer", 1)]),
        (
            [good("a"), good("b", response={"status_code": 200, "request_id": "", "body": ERROR})],
            ERRORS,
            [COMPLETED, ("success-carries-error", "/*/response/body", None, 1)],
        ),
        (
            OUTPUT,
            [good("c", response={"status_code": 0, "request_id": "", "body": {}})],
            [("result-line-empty", "/*", None, 1)],
        ),
        (OUTPUT, [*ERRORS, bad("b", 500)], [FAILED, ("result-custom-id-repeated", ID, None, 1)]),
        ([good("a"), bad("b", 400)], ERRORS, [COMPLETED]),
        (b"", ERRORS, [COMPLETED]),
    ],
    ids=range(12),
)
def test_what_is_wrong_with_the_lines_is_told(output: Any, errors: Any, rows: list[Any]) -> None:
    """At the places of items, whether the batch comes first or last."""
    files = [content("file-out", output), content("file-err", errors, 11.0)]

    for exchanges in ([batch(), *files], [*files, batch(20.0)]):
        told = found(SENT, *exchanges)
        assert [one for one in told if one[0] != "result-absent"] == rows


def test_a_request_without_a_line_is_absent() -> None:
    """Where the input and all files of results are known; of a batch that was cancelled it need not have one."""
    files = [content("file-out", [good("a")]), content("file-err", ERRORS, 11.0)]
    row_of_it = ("result-absent", "/*", None, 1)

    assert row_of_it in found(SENT, batch(counts=(3, 1, 1)), *files)
    assert row_of_it in found(content("file-in", [row("a"), row("b"), row("c")], 1.0), batch(counts=(3, 1, 1)), *files)
    assert row_of_it not in found(batch(counts=(3, 1, 1)), *files)
    assert row_of_it not in found(SENT, batch(counts=(3, 1, 1)), files[0])
    cancelled = {"status": "cancelled", "completed_at": None, "cancelled_at": 1763600040}
    assert found(SENT, batch(counts=(3, 1, 1), **cancelled), *files) == []


@pytest.mark.parametrize(
    ("counts", "errors", "rows"),
    [
        ((3, 2, 1), "file-err", []),
        ((4, 2, 1), "file-err", [("result-counts-disagree", "", "total", 0)]),
        ((3, 2, 1), None, []),
        ((2, 2, 1), None, []),
        ((4, 2, 1), None, [("result-counts-disagree", "", "total", 0)]),
    ],
)
def test_the_total_is_that_of_all_lines(
    counts: tuple[int, int, int], errors: str | None, rows: list[tuple[str, str, str, int]]
) -> None:
    """Without a file of errors, what failed need not have a line."""
    files = [content("file-out", OUTPUT), *([content(errors, ERRORS, 11.0)] if errors else [])]

    assert found(batch(counts=counts, error_file_id=errors), *files) == rows


@pytest.mark.parametrize("failed", [1, 3])
def test_whether_expired_requests_count_as_failed_is_open(failed: int) -> None:
    """No page says."""
    late = {"status": "expired", "completed_at": None}
    lines = [bad("c", 500), expired("d"), expired("e")]

    told = found(batch(counts=(5, 2, failed), **late), content("file-out", OUTPUT), content("file-err", lines, 11.0))

    assert told == []


@pytest.mark.parametrize("name", ["file-in", "file-other"])
def test_other_files_are_left_alone(name: str) -> None:
    """What is no file of results may hold anything."""
    for body in (b"", b"\x89PNG\r\n", b"{oops", jsonl([row("a")])):
        assert found(batch(), content(name, body)) == []


def test_a_batch_that_is_under_way_may_have_other_numbers() -> None:
    """Its counts are not the last ones."""
    early = {"status": "finalizing", "completed_at": None}

    assert found(batch(counts=(3, 0, 0), **early), content("file-out", OUTPUT)) == []


def test_any_split_and_order_gives_the_same() -> None:
    """As for all that several exchanges show."""
    exchanges = [SENT, batch(), content("file-out", [good("a"), b"x\n"]), content("file-err", [bad("b", 1)], 11.0)]
    whole = found(*exchanges)
    assert len(whole) > 2

    for order in permutations(exchanges):
        one, other = Evidence(), Evidence()
        for number, each in enumerate(order):
            (one, other)[number % 2].add(look(each, KIMI))
        one.merge(other)
        drifts = conclude(one, "live:any", KIMI).drifts
        told = [
            (d.rule, d.identity.pointer, d.identity.value, d.items)
            for d in drifts
            if d.identity.operation == "file_content"
        ]
        assert sorted(told) == whole


def test_another_contract_judges_the_same_lines() -> None:
    """By its own schemas of lines; one that says nothing of them still wants each request answered."""
    lines = [good("a", response={"status_code": "200", "request_id": "q", "body": BODY}), good("b"), good("b")]
    for name, kind in (("openai", "response-property-type-changed"), ("groq", "result-custom-id-repeated")):
        told = [rule for rule, _, _, _ in found(batch(counts=(3, 3, 0)), content("file-out", lines), contract=name)]
        assert kind in told


@pytest.mark.parametrize(
    "odd",
    [b'{"a":' * 300 + b"1" + b"}" * 300, b'["\\ud800"]', b'{"\\udfff": 1}'],
    ids=["deep", "half a character", "half a name"],
)
def test_a_line_is_held_to_its_schema_whatever_it_holds(odd: bytes) -> None:
    """A validator takes two hundred levels or so, and whole characters; what is wrong is told all the same."""
    line = b'{"id":' + odd + b',"custom_id":"a"}'
    found = judged([batch(counts=(1, 1, 0), error_file_id=None), content("file-out", line + b"\n")], KIMI)
    assert ("response-property-type-changed", "/*/id") in {(one.rule, one.identity.pointer) for one in found.drifts}


@pytest.mark.parametrize(
    "deep", [b"[" * 900 + b"]" * 900, b'{"error":' * 900 + b"1" + b"}" * 900], ids=["lists", "errors"]
)
def test_an_error_that_says_nothing_however_deep_one_looks(deep: bytes) -> None:
    """It is a line with an error all the same, and no request is answered by it."""
    line = b'{"custom_id":"a","error":{"error":' + deep + b"}}"
    found = judged([batch(counts=(1, 1, 0), error_file_id=None), content("file-out", line + b"\n")], KIMI)
    assert any(one.rule == "result-counts-disagree" for one in found.drifts)


BOUNDS = ({"pattern": "^x"}, {"allOf": [{"pattern": "^x"}]}, {"anyOf": [{"type": "string", "maxLength": 1}]})


@pytest.mark.parametrize("bound", BOUNDS, ids=str)
def test_what_a_contract_asks_of_a_line_beyond_types_is_looked_for(tmp_path: Path, bound: dict[str, Any]) -> None:
    """Wherever in its schema that stands: no line is plain then."""
    whole = deepcopy(KIMI.document.data)
    whole["components"]["schemas"]["BatchOutputLine"]["properties"]["id"] = {"type": "string", **bound}
    file = tmp_path / "bounded.yaml"
    file.write_text(yaml.safe_dump(whole), encoding="utf-8")

    told = found(batch(), content("file-out", OUTPUT), content("file-err", ERRORS, 11.0), contract=str(file))

    assert told == [("response-value-out-of-range", "/*/id", None, 2)]


def test_the_lines_of_files_are_counted_as_items() -> None:
    """Blank ones left out."""
    files = [content("file-out", [*OUTPUT, b"\n"]), content("file-err", ERRORS, 11.0)]
    assert judged([batch(), *files], KIMI).item_totals["file_content", 200] == 3


@pytest.mark.parametrize(("most", "is_held"), [(48, True), (47, False)])
def test_names_beyond_what_is_kept_are_not_held_against_others(
    monkeypatch: pytest.MonkeyPatch, most: int, *, is_held: bool
) -> None:
    """Of six names eight bytes each."""
    files = [content("file-out", [good("a"), good("x")]), content("file-err", ERRORS, 11.0)]
    monkeypatch.setattr("conformance.checks.several.lines.MAX_NAMES", most)
    assert (found(SENT, batch(), *files) != []) is is_held


def test_of_files_without_end_only_some_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that came first are forgotten, and then held against nothing."""
    monkeypatch.setattr("conformance.checks.several.lines.MOST", 1)
    output, errors = [good("a")], [*ERRORS, bad("d", 500)]

    assert found(batch(), content("file-out", output, 10.0), content("file-err", errors, 11.0)) == [FAILED]
    assert found(batch(), content("file-out", output, 11.0), content("file-err", errors, 10.0)) == [COMPLETED]


@pytest.mark.parametrize(
    ("second", "rows"), [(b"\\ud801", []), (b"\\ud800", [("result-custom-id-repeated", ID, None, 1)])]
)
def test_half_a_character_in_a_name_is_part_of_it(second: bytes, rows: list[Any]) -> None:
    """Many a writer of JSON escapes one without a word."""
    lines = [jsonl([good("NAME")]).replace(b"NAME", name) for name in (b"\\ud800", second)]

    assert found(batch(counts=(2, 2, 0), error_file_id=None), content("file-out", b"".join(lines))) == rows


def test_a_file_of_too_many_names_is_not_held_against_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows all of them."""
    files = [content("file-out", [good("a"), good("x")]), content("file-err", ERRORS, 11.0)]
    assert found(SENT, batch(), *files) != []
    monkeypatch.setattr("conformance.checks.content.MAX_NAMES", 1)
    assert found(SENT, batch(), *files) == []


WHOLE = content("file-out", OUTPUT)
ANSWER = WHOLE.answer or Answer(0)


@pytest.mark.parametrize(
    "part",
    [
        evolve(WHOLE, answer=Answer(206, ANSWER.headers, ANSWER.body)),
        evolve(WHOLE, answer=evolve(ANSWER, whole=900)),
        evolve(WHOLE, unkept=900),
        evolve(WHOLE, request=Request("HEAD", WHOLE.request.url)),
    ],
    ids=["asked for in part", "kept in part", "not kept", "asked for its head"],
)
def test_what_is_not_all_of_a_file_is_not_counted(part: Exchange) -> None:
    """Nor held against the batch that names it, which has more lines than that."""
    named = batch(counts=(9, 9, 0), error_file_id=None)
    assert any(rule == "result-counts-disagree" for rule, *_ in found(named, WHOLE))

    told = judged([named, part], KIMI)

    assert "result-counts-disagree" not in {one.rule for one in told.drifts}
    assert sum(count for (operation, _), count in told.item_totals.items() if operation == "file_content") == 0


@pytest.mark.parametrize(("name", "says"), [("kimi", True), ("groq", False)])
def test_what_is_wrong_with_a_line_is_told_where_the_contract_speaks_of_lines(name: str, *, says: bool) -> None:
    """Or of the files, where it says nothing of what is in them."""
    contract = load(name)
    operation = contract.operations["file_content"]
    assert ("output" in operation.lines) is says

    files = [content("file-out", [good("a"), b"{oops\n"])]
    drifts = judged([batch(error_file_id=None), *files], contract).drifts

    (row_of_it,) = (one for one in drifts if one.rule == "result-line-not-json")
    assert row_of_it.location == (operation.lines["output"].location if says else operation.location)
