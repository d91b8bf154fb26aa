"""`check` finds in a recording what a live run finds, whatever form the recording has."""

import gzip
import io
import sys
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
import zstandard
from attrs import evolve

from conformance import against, contract
from conformance.checks.several.replay import Replay
from conformance.contract import ContractError
from conformance.drawing import Progress
from conformance.drift import Identity
from conformance.outcome import Result
from conformance.recording import SourceError, source
from conformance.references import at
from conformance.rules import at_least
from conformance.traffic import CheckOptions, check, work
from tests.checks.talks import batch, talk
from tests.traffic.recordings import checked, entries, everything, found, record, rows, write
from tests.wrong.faults import FAULTS, NOT_SEEN, ONLY, Fault
from tests.wrong.lists import KEY, RIGHT
from tests.wrong.right import TASTES, Taste

BY_KEY = {"a wrong key accepted"}
"""Faults that only those see who know which keys are wrong."""

CASES = [
    pytest.param(provider, fault, id=f"{provider}-{fault.name}")
    for provider in RIGHT
    for fault in (*FAULTS, *ONLY[provider])
    if fault.name not in {*NOT_SEEN.get(provider, ()), *BY_KEY}
]


@pytest.mark.parametrize(("provider", "fault"), CASES)
def test_a_wrong_server_is_caught_on_its_recording(tmp_path: Path, provider: str, fault: Fault) -> None:
    """The rule is reported at its place, and the check fails; every line of the contract that is named is there."""
    result = checked(record(tmp_path / "a.ndjson", fault.change(RIGHT[provider])), against=(provider,))
    assert (fault.rule, fault.pointer) in found(result)
    assert result.exit_code == 1
    document = contract.load(provider).document
    assert all(at(document, drift.location) is not None for drift in result.drifts if drift.identity.endpoint)
    accepted = [drift for drift in result.drifts if drift.rule == "request-invalid-accepted"]
    assert all("parameters" in drift.location for drift in accepted)


@pytest.mark.parametrize("provider", RIGHT)
@pytest.mark.parametrize("taste", TASTES, ids=lambda taste: taste.name)
def test_a_right_server_is_left_alone(tmp_path: Path, provider: str, taste: Taste) -> None:
    """Nothing at or above a warning, and the check passes."""
    result = checked(record(tmp_path / "a.ndjson", taste.change(RIGHT[provider])), against=(provider,))
    assert [drift for drift in result.drifts if drift.identity.endpoint and at_least(drift.severity, "warning")] == []
    assert result.exit_code == 0


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """A recording with drift in it."""
    return record(tmp_path / "a.ndjson", {one.name: one for one in ONLY["kimi"]}["null counts"].change(RIGHT["kimi"]))


def har(lines: Path) -> bytes:
    """The same as a HAR document, as people format it."""
    document = {"log": {"version": "1.2", "creator": {"name": "entries", "comment": "[{"}, "entries": entries(lines)}}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def test_every_form_of_a_recording_says_the_same(tmp_path: Path, lines: Path) -> None:
    """Lines and HAR, plain, gzip and zstd, whatever the file is called."""
    expected = rows(checked(lines))
    assert expected
    for content in (lines.read_bytes(), har(lines)):
        for packed in (
            content,
            gzip.compress(content),
            zstandard.compress(content),
            gzip.compress(content[:99]) + gzip.compress(content[99:]),
        ):
            file = tmp_path / "recording"
            file.write_bytes(packed)
            result = checked(file)
            assert rows(result) == expected
            assert result.notes == ()


def examples(result: Result) -> dict[Identity, bytes]:
    """The body that shows each drift."""
    return {one.identity: one.example.answer.body for one in result.drifts if one.example and one.example.answer}


def test_standard_input_is_a_recording(lines: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads it, and the examples of drift are there as far as they were kept."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(lines.read_bytes()))))
    piped = checked("-")
    assert rows(piped) == rows(checked(lines))
    assert examples(piped) == examples(checked(lines))
    assert all(examples(piped).values())


def test_a_pattern_stands_for_its_files(tmp_path: Path, lines: Path) -> None:
    """Several recordings add up, each taken once."""
    (tmp_path / "b.ndjson").write_bytes(lines.read_bytes())
    once, twice = rows(checked(lines)), rows(checked(f"{tmp_path}/*.ndjson", lines))
    key = next(key for key in once if key[4] == "response-property-became-nullable")
    assert twice[key][2] == 2 * once[key][2]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("missing.har", "no such file"), ("*.har", "nothing matches"), (".", "is a folder")],
)
def test_a_file_that_is_not_there_is_one_line(tmp_path: Path, name: str, expected: str) -> None:
    """The name, and what is wrong with it."""
    with pytest.raises(SourceError, match=expected) as caught:
        checked(tmp_path / name)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [("a\x1bc\x07.har", r"a\x1bc\x07.har"), ("张\u202e.har", r"张\u202e.har"), ("a\udcff.har", r"a\xff.har")],
)
def test_a_name_that_would_move_a_cursor_is_escaped(name: str, shown: str) -> None:
    """So are bytes that are no UTF-8; all that can be read is shown as it is."""
    with pytest.raises(SourceError) as caught:
        checked(name)
    assert str(caught.value) == f"{shown}: no such file"


def test_an_unknown_contract_is_named(lines: Path) -> None:
    """Before anything is read."""
    with pytest.raises(ContractError, match="nobody"):
        checked(lines, against=("nobody",))


@pytest.mark.parametrize(
    ("host", "judging"),
    [
        ("api.moonshot.cn", {"kimi"}),
        ("api.siliconflow.com", {"siliconflow"}),
        ("gateway.example", {"kimi", "openai", "siliconflow"}),
    ],
)
def test_the_host_decides_who_judges(tmp_path: Path, lines: Path, host: str, judging: set[str]) -> None:
    """A provider's host its contract, an unknown host all of them."""
    moved = [entry | {"request": entry["request"] | {"url": f"https://{host}/v1/batches"}} for entry in entries(lines)]
    result = checked(write(tmp_path / "b.ndjson", moved), against=())
    assert {verdict.pair.contract.name for verdict in result.verdicts} == judging
    assert {verdict.pair.endpoint for verdict in result.verdicts} == {f"recorded:{host}"}


def test_a_path_is_read_from_the_right(tmp_path: Path, lines: Path) -> None:
    """Whatever a gateway puts in front of it, if that ends as the base of an API does."""
    bases = (
        "/team/a",
        "/team/a/v1",
        "/v1/organization",
        "/api/v1/",
        "/v1/messages",
        "/openai",
        "/openai/deployments/x",
    )
    moved = [
        entries(lines)[0]
        | {"request": entries(lines)[0]["request"] | {"url": f"https://gateway.example{base}/batches"}}
        for base in bases
    ]
    result = checked(write(tmp_path / "b.ndjson", moved))
    assert result.verdicts[0].pair.totals == {("list_batches", 200): 4}


def test_an_operation_that_a_contract_lacks_is_listed(tmp_path: Path, lines: Path) -> None:
    """Neutral: not judged, not a note."""
    entry = entries(lines)[0]
    lone = tmp_path / "lone.yaml"
    lone.write_text(
        "openapi: 3.1.0\npaths:\n  /v1/batches/{id}:\n    get:\n      operationId: retrieve_batch\n"
        "      responses: {'200': {description: ok}}\n"
    )
    result = checked(write(tmp_path / "b.ndjson", [entry]), against=("kimi", str(lone)))
    not_offered = {verdict.pair.contract.name: verdict.pair.not_offered for verdict in result.verdicts}
    assert not_offered == {"kimi": frozenset(), "lone": frozenset({"list_batches"})}


def keyless(lines: Path) -> list[dict[str, object]]:
    """Successes without a word on their Authorization."""
    stripped = []
    for entry in entries(lines)[:2]:
        entry.pop("_credentials", None)
        entry["request"]["headers"] = []
        stripped.append(entry)
    return stripped


def test_a_file_without_any_key_is_a_file_that_leaves_keys_out(tmp_path: Path, lines: Path) -> None:
    """Browsers strip Authorization: then nobody was let in without a key."""
    result = checked(write(tmp_path / "b.ndjson", keyless(lines)))
    assert "auth-not-enforced" not in {rule for rule, _ in found(result)}
    assert result.verdicts[0].reason is None


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_missing_key_counts_where_the_file_shows_another(
    tmp_path: Path, lines: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    """Even if the only key comes last, in another part of the file; another file's key says nothing."""
    monkeypatch.setattr(source, "BLOCK", 2000)
    shown, hidden = tmp_path / "shown.ndjson", tmp_path / "hidden.ndjson"
    write(shown, [*keyless(lines) * 8, entries(lines)[0]])
    write(hidden, keyless(lines))
    result = checked(shown, hidden, jobs=jobs)
    row = next(drift for drift in result.drifts if drift.rule == "auth-not-enforced")
    assert row.responses == 16


def test_a_file_without_any_key_shows_what_is_refused(tmp_path: Path, lines: Path) -> None:
    """Its requests had their keys: a right one must not be turned down."""
    right, refused = keyless(lines)
    url = "https://api.moonshot.cn/v1/batches?limit=2"
    request, response = {"method": "GET", "url": url, "headers": []}, {**entries(lines)[1]["response"], "status": 400}
    result = checked(write(tmp_path / "b.ndjson", [right, {**refused, "request": request, "response": response}]))
    assert "request-valid-rejected" in {rule for rule, _ in found(result)}


def test_what_a_recording_says_of_its_keys_is_believed(tmp_path: Path, lines: Path) -> None:
    """By the name that earlier versions wrote, beside no header that shows one."""
    told = [{**entry, "_credentials": "given"} for entry in keyless(lines)]
    result = checked(write(tmp_path / "b.ndjson", [*told, entries(lines)[0]]))
    assert "auth-not-enforced" not in {rule for rule, _ in found(result)}


def test_first_and_last_time_are_the_recording_s(lines: Path) -> None:
    """Not those of the check."""
    row = next(drift for drift in checked(lines).drifts if drift.rule == "response-property-became-nullable")
    times = [entry["startedDateTime"] for entry in entries(lines) if entry["response"]["status"] == 200]
    assert [min(times), max(times)] == [_iso(row.first), _iso(row.last)]


def _iso(seconds: float | None) -> str:
    assert seconds is not None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def test_the_example_of_a_sequence_is_read_again(tmp_path: Path) -> None:
    """What only several exchanges show keeps no bodies; the example is whole all the same, from gzip too."""
    fault = next(fault for fault in FAULTS if fault.rule == "page-cursor-ignored")
    lines = record(tmp_path / "a.ndjson", fault.change(RIGHT["kimi"]))
    packed = tmp_path / "a.har.gz"
    packed.write_bytes(gzip.compress(har(lines)))
    for file in (lines, packed):
        row = next(drift for drift in checked(file).drifts if drift.rule == "page-cursor-ignored")
        assert row.example is not None
        assert row.example.answer is not None
        assert orjson.loads(row.example.answer.body)["object"] == "list"


def test_walks_that_interleave_are_told_apart(tmp_path: Path) -> None:
    """Two clients walk one list at a time: each page follows its own cursor."""
    walk = [("/v1/batches?limit=2", KEY), *((f"/v1/batches?limit=2&after=batch_{n}", KEY) for n in (19, 17, 15))]
    requests = [request for pair in zip(walk, walk, strict=True) for request in pair]
    lines = record(tmp_path / "a.ndjson", evolve(RIGHT["kimi"], size=20), requests)
    assert found(checked(lines)) == set()


def test_polls_are_put_in_the_order_of_time(tmp_path: Path) -> None:
    """Not of the file: a status that goes back is one that goes back in time."""
    lines = record(
        tmp_path / "a.ndjson",
        {t.name: t for t in TASTES}["every state"].change(RIGHT["kimi"]),
        [("/v1/batches", KEY)] * 2,
    )
    first, second = entries(lines)
    assert '"status":"in_progress"' in first["response"]["content"]["text"]
    second["response"]["content"]["text"] = second["response"]["content"]["text"].replace(
        '"status":"in_progress"', '"status":"validating"'
    )
    lifecycle = ("invariant-lifecycle", "/data/*/status")
    assert lifecycle in found(checked(write(tmp_path / "b.ndjson", [first, second])))
    assert lifecycle in found(checked(write(tmp_path / "c.ndjson", [second, first])))
    second["startedDateTime"], first["startedDateTime"] = first["startedDateTime"], second["startedDateTime"]
    assert lifecycle not in found(checked(write(tmp_path / "d.ndjson", [first, second])))


def test_two_processes_report_what_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row, count, value, example, coverage and note, from files of each form."""
    monkeypatch.setattr(source, "BLOCK", 3000)
    files = []
    for number, fault in enumerate(FAULTS[::3]):
        files.append(record(tmp_path / f"{number}.ndjson", fault.change(RIGHT["kimi"])))
    (tmp_path / "all.har.gz").write_bytes(gzip.compress(har(files[0])))
    files[1].write_bytes(files[1].read_bytes() + b"{broken\n" * 3 + b'{"cut": ')
    names = [*files, tmp_path / "all.har.gz"]
    one = checked(*names, against=())
    assert everything(checked(*names, against=(), jobs=2)) == everything(one)
    assert len(one.drifts) > 20


def test_an_unknown_host_is_judged_by_the_usual_contracts_and_says_so(lines: Path) -> None:
    """Without --against: the host's own contract, or, where nobody knows it, those that the records mark."""
    result = checked(lines, against=())

    assert {verdict.pair.contract.name for verdict in result.verdicts} == set(against.usual())
    assert any("no known provider's, so judged by" in note for note in result.notes)
    assert not any("no known provider's" in note for note in checked(lines).notes)
    assert {one.pair.contract.name for one in checked(lines, against=("all",)).verdicts} == set(contract.names())


@pytest.mark.parametrize("name", ["Authorization", "api-key", "X-Api-Key"])
def test_a_credential_of_any_kind_is_one(tmp_path: Path, lines: Path, name: str) -> None:
    """A recording that shows different ones lets nobody in without."""
    first, second = keyless(lines)
    for entry, header in ((first, "Authorization"), (second, name)):
        entry["request"]["headers"] = [{"name": header, "value": "placeholder"}]  # type: ignore[index]
    assert "auth-not-enforced" not in {
        rule for rule, _ in found(checked(write(tmp_path / "b.ndjson", [first, second])))
    }
    second["request"]["headers"] = []  # type: ignore[index]
    assert "auth-not-enforced" in {rule for rule, _ in found(checked(write(tmp_path / "b.ndjson", [first, second])))}


def test_progress_ends_with_the_last_byte(tmp_path: Path) -> None:
    """Of all files together, whatever they are packed in."""
    plain = record(tmp_path / "a.ndjson", RIGHT["kimi"])
    packed, document = tmp_path / "b.gz", tmp_path / "c.har"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    document.write_bytes(b'{"log":{"entries":[' + b",".join(plain.read_bytes().splitlines()) + b"]}}")
    files = (plain, packed, document)
    told = list[Progress]()

    check(CheckOptions(tuple(map(str, files)), against=("kimi",), known=None), told.append)

    total = sum(file.stat().st_size for file in files)
    assert told[-1] == Progress(total, total)
    assert [one.done for one in told] == sorted({one.done for one in told})


def test_every_line_that_is_no_entry_counts(tmp_path: Path) -> None:
    """However often the same one comes."""
    file = record(tmp_path / "a.ndjson", RIGHT["kimi"])
    file.write_bytes(b'{"a":1}\n' * 3 + file.read_bytes() + b'{"a":1}\n')
    assert any(note.startswith("4 × is JSON, but no HAR entry") for note in checked(file).notes)


@pytest.mark.parametrize("query", ["?after=a/b", "?after=x://y/z", "#/files", "?a=1?b=/files/2"])
def test_what_follows_a_path_makes_no_other_operation_of_it(tmp_path: Path, query: str) -> None:
    """Slashes in it neither."""
    entry = entries(record(tmp_path / "a.ndjson", RIGHT["kimi"], [("/v1/batches", KEY)]))[0]
    entry["request"]["url"] += query
    [verdict] = checked(write(tmp_path / "b.ndjson", [entry])).verdicts
    assert verdict.pair.probed == {"list_batches"}


def test_what_several_requests_show_has_an_example_in_full(tmp_path: Path) -> None:
    """Read again from where it stands."""
    fault = next(one for one in FAULTS if one.name == "the cursor ignored")
    result = checked(record(tmp_path / "a.ndjson", fault.change(RIGHT["kimi"])))
    [drift] = [one for one in result.drifts if one.rule == "page-cursor-ignored"]
    assert drift.example is not None
    assert drift.example.answer is not None
    assert drift.example.answer.json["data"]


def test_a_recording_without_items_is_green_only_where_that_is_allowed(tmp_path: Path) -> None:
    """Nobody has seen a batch then."""
    file = record(tmp_path / "a.ndjson", evolve(RIGHT["kimi"], size=0), [("/v1/batches", KEY)])
    assert [one.reason for one in checked(file).verdicts] == ["list_batches: no list held an item"]
    assert (checked(file).exit_code, checked(file, allow_empty=True).exit_code) == (2, 0)


def test_an_address_is_taken_apart_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its query; of many the last are recognised, and all are judged."""
    one = entries(record(tmp_path / "a.ndjson", RIGHT["kimi"], [("/v1/batches", KEY)]))[0]
    urls = [one["request"]["url"] + more for more in ("?limit=2", "?limit=3&after=b", "/b1", "?after=c", "/b1?x=1")]
    file = write(tmp_path / "b.ndjson", [one | {"request": one["request"] | {"url": url}} for url in urls])
    taken = list[str]()
    real = work.match
    monkeypatch.setattr(work, "match", lambda *told: taken.append(told[1]) or real(*told))

    whole = everything(checked(file))
    assert taken == ["v1/batches", "v1/batches/b1"]
    monkeypatch.setattr(work, "MAX_REMEMBERED", 1)
    assert everything(checked(file)) == whole
    assert len(taken) > 4


def test_values_of_one_place_are_told_in_order(tmp_path: Path) -> None:
    """Whichever of them came first."""
    data = [batch(f"batch-{number}", status=status) for number, status in enumerate(("zipped", "asleep", "merged"))]
    page = talk("GET", "/batches", {"object": "list", "data": data, "has_more": False})
    result = checked(write(tmp_path / "a.ndjson", [page]))
    told = [one.identity.value for one in result.drifts if one.rule == "response-property-enum-value-added"]
    assert told == ["asleep", "merged", "zipped"]


def test_what_comes_in_the_order_of_time_is_replayed_as_it_comes(
    tmp_path: Path, lines: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the reading, and not once more after it."""
    made = list[Replay]()
    begin = Replay.__attrs_post_init__
    monkeypatch.setattr(Replay, "__attrs_post_init__", lambda self: made.append(self) or begin(self))
    checked(write(tmp_path / "b.ndjson", entries(lines)))
    assert len(made) == 1
