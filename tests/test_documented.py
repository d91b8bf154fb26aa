"""What the endpoint's own contract says is known against another's: with the line that says it, and nothing else is."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from conformance import report
from conformance.contract import Contract
from conformance.document import Document
from conformance.documented import REASONS, documented
from conformance.known import read_known
from conformance.outcome import Result
from conformance.report.words import Say
from conformance.specs import specs_dir
from conformance.traffic import CheckOptions, check
from tests.conftest import Run
from tests.contracts.published import answer
from tests.contracts.published import document as published
from tests.judging import judged

BATCH: dict[str, Any] = {
    "id": "batch_1",
    "object": "batch",
    "endpoint": "/v1/chat/completions",
    "input_file_id": "file-1",
    "completion_window": "24h",
    "status": "completed",
    "created_at": 1741685396,
    "request_counts": {"total": 1, "completed": 1, "failed": 0},
}


def recorded(folder: Path, body: Any, host: str = "api.siliconflow.cn", status: int = 200, path: str = "/b_1") -> Path:
    """A recording of one retrieval."""
    entry = {
        "startedDateTime": "2026-01-01T00:00:00Z",
        "request": {
            "method": "GET",
            "url": f"https://{host}/v1/batches{path}",
            "headers": [{"name": "Authorization", "value": "Bearer <key>"}],
        },
        "response": {
            "status": status,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {"text": orjson.dumps(body).decode(), "mimeType": "application/json"},
        },
    }
    file = folder / "recorded.ndjson"
    file.write_bytes(orjson.dumps(entry))
    return file


def checked(file: Path, *against: str, known: Path | None = Path("/dev/null")) -> Result:
    """The recording judged, with nothing accepted but what is documented."""
    return check(CheckOptions((str(file),), against=against, known=known))


def known_at(result: Result) -> dict[str, str | None]:
    """By place, why what is breaking or a warning is known, or None where it is new."""
    return {
        drift.identity.pointer: drift.known.reason if drift.known else None
        for drift in result.verdicts[0].drifts
        if drift.severity != "info"
    }


@pytest.fixture
def nothing_accepted(tmp_path: Path) -> Path:
    """A file of known drift without an entry."""
    path = tmp_path / "known.toml"
    path.write_text("", encoding="utf-8")
    return path


def test_in_queue_is_documented_by_its_example(tmp_path: Path, nothing_accepted: Path) -> None:
    """SiliconFlow's status is a bare string with one example: that is documented, at its line, and the pair differs."""
    result = checked(recorded(tmp_path, BATCH | {"status": "in_queue"}), "kimi", known=nothing_accepted)

    (drift,) = (one for one in result.verdicts[0].drifts if one.identity.pointer == "/status")
    assert drift.known is not None
    assert (drift.known.kind, drift.known.reason) == ("documented", REASONS["value"])
    file, _, line = drift.known.source.rpartition(":")
    assert file == "specs/siliconflow.yaml"
    assert "in_queue" in (specs_dir() / "siliconflow.yaml").read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert (result.verdicts[0].outcome, result.exit_code) == ("differs", 0)


def test_a_bare_string_says_nothing_of_a_value(tmp_path: Path, nothing_accepted: Path) -> None:
    """`exploded` fits SiliconFlow's bare string, and is new and breaking against Kimi all the same."""
    result = checked(recorded(tmp_path, BATCH | {"status": "exploded"}), "kimi", known=nothing_accepted)

    assert known_at(result) == {"/status": None}
    assert (result.verdicts[0].outcome, result.exit_code) == ("drift", 1)


def test_null_type_and_absence(tmp_path: Path, nothing_accepted: Path) -> None:
    """Null counts and a list of errors stand in its contract; that Kimi requires an output file's id does not."""
    body = {key: value for key, value in BATCH.items() if key != "created_at"} | {"request_counts": None}
    result = checked(recorded(tmp_path, body), "kimi", known=nothing_accepted)

    assert known_at(result) == {"/request_counts": REASONS["null"], "/created_at": None}


def test_without_known_drift_nothing_is(tmp_path: Path) -> None:
    """`--no-known` accepts neither kind."""
    result = checked(recorded(tmp_path, BATCH | {"status": "in_queue"}), "kimi", known=None)

    assert known_at(result) == {"/status": None}


def test_nobody_documents_for_an_unknown_host(tmp_path: Path, nothing_accepted: Path) -> None:
    """Whose contract is not known, of that nothing is documented."""
    file = recorded(tmp_path, BATCH | {"status": "in_queue"}, host="gateway.example")

    assert known_at(checked(file, "kimi", known=nothing_accepted)) == {"/status": None}


def test_a_contract_given_as_a_file_is_anothers_too(tmp_path: Path, nothing_accepted: Path) -> None:
    """Judged by somebody's document, the endpoint's own contract still says what it says."""
    schema = {"type": "object", "properties": {**{key: {} for key in BATCH}, "status": {"enum": ["done", "gone"]}}}
    theirs = tmp_path / "theirs.yaml"
    theirs.write_bytes(orjson.dumps(published({"/batches/{id}": {"get": answer(schema)}})))

    result = checked(recorded(tmp_path, BATCH | {"status": "in_queue"}), str(theirs), known=nothing_accepted)

    assert known_at(result) == {"/status": REASONS["value"]}


def test_an_entry_accepts_its_value_and_no_other(tmp_path: Path) -> None:
    """Accepting `exploded` does nothing for `imploded`; what is accepted says so."""
    known = tmp_path / "known.toml"
    known.write_text(
        '[[known]]\nendpoint = "recorded:api.siliconflow.cn"\ncontract = "kimi"\n'
        'rule = "response-property-enum-value-added"\noperation = "retrieve_batch"\nstatus_code = 200\n'
        'pointer = "/status"\nvalue = "exploded"\nreason = "it may"\nsource = "a test"\n',
        encoding="utf-8",
    )

    first = checked(recorded(tmp_path, BATCH | {"status": "exploded"}), "kimi", known=known)
    other = checked(recorded(tmp_path, BATCH | {"status": "imploded"}), "kimi", known=known)

    assert [drift.known.kind for drift in first.verdicts[0].drifts if drift.known] == ["accepted"]
    assert known_at(first) == {"/status": "it may"}
    assert first.verdicts[0].outcome == "differs"
    assert known_at(other) == {"/status": None}


OWN_STATUS = [
    ({"type": "string"}, "x", None),
    ({"type": "string", "enum": ["x", "y"]}, "x", "value"),
    ({"type": "string", "example": "x"}, "x", "value"),
    ({"type": "string", "examples": ["y", "x"]}, "x", "value"),
    ({"type": "string", "x-values": [{"value": "x", "x-source": {}}]}, "x", "value"),
    ({"type": "string", "x-values": [{"value": "y"}]}, "x", None),
    ({"type": "string", "description": "x"}, "x", None),
    ({"anyOf": [{"const": "x"}, {"type": "null"}]}, "x", "value"),
    ({"allOf": [{"$ref": "#/components/schemas/S"}]}, "x", "value"),
    ({"type": ["string", "null"]}, None, "null"),
    ({"type": "string", "nullable": True}, None, "null"),
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, None, "null"),
    ({"type": ["string", "null"], "x-open": ["null"]}, None, None),
    ({"type": "string"}, None, None),
    ({}, None, None),
    ({"type": "integer"}, 7, "type"),
    ({"type": "number"}, 7, "type"),
    ({"type": "string"}, 7, None),
    ({}, 7, None),
    ({"example": 7}, 8, "type"),
    ({"properties": {"a": {}}}, {}, "type"),
]


@pytest.mark.parametrize(("said", "value", "reason"), OWN_STATUS)
def test_what_a_contract_says_of_a_place(said: Any, value: Any, reason: str | None) -> None:
    """The value in an enum, an example or x-values; null; the type: each as it is written, however composed."""
    own = contract_of({"type": "object", "properties": {"status": said}}, S={"enum": ["x"]})
    other = contract_of(
        {"type": "object", "properties": {"status": {"type": "string", "enum": ["done", "gone"]}}}, "other"
    )

    assert reasons({"status": value}, other, own) == {"/status": REASONS[reason] if reason else None}


OWN_BODY = [
    ({"properties": {"a": {}}}, {}, "no-field"),
    ({"properties": {"a": {}, "need": {}}}, {}, None),
    ({"properties": {"a": {}, "need": {}}, "example": {"a": 1}}, {}, "field-left-out"),
    ({"properties": {"a": {}, "need": {}}, "example": {"need": 1}}, {}, None),
    ({"properties": {"a": {}, "need": {}}}, {"example": {"a": 1}}, "field-left-out"),
    ({"properties": {"a": {}, "need": {}}}, {"examples": {"one": {"value": {"a": 1}}}}, "field-left-out"),
    ({"type": "object"}, {}, None),
    ({"type": "object", "additionalProperties": {}}, {}, None),
]


@pytest.mark.parametrize(("schema", "beside", "reason"), OWN_BODY)
def test_what_a_contract_says_of_absence(schema: Any, beside: Any, reason: str | None) -> None:
    """No such field, or one that its example leaves out; "not required" says nothing, nor does a bare object."""
    own = contract_of(schema, beside=beside)
    other = contract_of({"type": "object", "required": ["need"]}, "other")

    assert reasons({}, other, own)["/need"] == (REASONS[reason] if reason else None)


def test_a_default_names_no_status(tmp_path: Path) -> None:
    """An undocumented status is documented by its code or its range in the own contract, not by `default`."""
    del tmp_path
    other = contract_of({}, "other")

    for status, known in (("418", True), ("4XX", True), ("default", False)):
        own = contract_of({}, status=status)
        assert (reasons({}, other, own, 418)[""] is not None) is known


def contract_of(schema: Any, name: str = "own", status: str = "200", beside: Any = None, **schemas: Any) -> Contract:
    """A contract in which a batch is answered."""
    operation = answer(schema, status)
    operation["responses"][status]["content"]["application/json"].update(beside or {})
    data = published({"/batches/{batch_id}": {"get": operation}}, components={"schemas": schemas})
    return Contract(name, f"{name}.yaml", Document(data))


def reasons(body: Any, other: Contract, own: Contract, status: int = 200) -> dict[str, str | None]:
    """By place, why the drift of one answer from another's contract is documented."""
    from conformance.exchange import Answer, Exchange, Request  # noqa: PLC0415 - only here

    answered = Answer(status, (("content-type", "application/json"),), orjson.dumps(body))
    exchange = Exchange("retrieve_batch", Request("GET", "http://x/v1/batches/b"), answered, credentials="given")
    drifts = [one for one in judged([exchange], other).drifts if one.rule != "request-valid-rejected"]
    found = {one.identity.pointer: documented(one, own) for one in drifts}
    return {pointer: known.reason if known else None for pointer, known in found.items()}


def test_every_reason_has_its_words_in_every_language() -> None:
    """Reports say documented reasons in their own language."""
    assert all(re.search("[\u4e00-\u9fff]", Say("zh").text(reason)) for reason in REASONS.values())


def test_simulators_of_both_differ_as_documented(batch_conformance: Run, tmp_path: Path) -> None:
    """The main job: own contracts conform, SiliconFlow × Kimi differs, and the terminal names the two differences."""
    done = batch_conformance("run", "sim:kimi", "sim:siliconflow", "--out", "out")

    tree = orjson.loads((tmp_path / "out/drift.json").read_bytes())
    outcomes = {(pair["endpoint"], pair["contract"]): pair["outcome"] for pair in tree["pairs"]}
    assert done.returncode == 0
    assert outcomes["sim:kimi", "kimi"] == outcomes["sim:siliconflow", "siliconflow"] == "conforms"
    assert outcomes["sim:siliconflow", "kimi"] == outcomes["sim:kimi", "siliconflow"] == "differs"
    assert "in_queue" in done.stdout
    assert "request_counts is null" in done.stdout
    lacking = {
        pair["contract"]: pair["not_offered_by_endpoint"] for pair in tree["pairs"] if "flow" in pair["endpoint"]
    }
    assert lacking["kimi"] == ["retrieve_file", "delete_file", "file_content"]
    assert lacking["siliconflow"] == []
    for name in report.FORMATS:
        assert report.render(tree, name, "zh")
    assert "有已知差异" in report.render(tree, "md", "zh")
    assert "端点自身的契约列出了此值" in report.render(tree, "html", "zh")


def test_no_entry_of_the_project_says_what_a_contract_says(batch_conformance: Run, tmp_path: Path) -> None:
    """known-drift.toml holds what no contract says: without it, each of its rows is new."""
    (tmp_path / "empty.toml").write_text("", encoding="utf-8")
    batch_conformance("run", "sim:kimi", "sim:siliconflow", "--known", "empty.toml", "--out", "out")
    tree = orjson.loads((tmp_path / "out/drift.json").read_bytes())
    new = {
        (row["endpoint"], row["contract"], row["rule"], row["operation"], row["status_code"], row["pointer"])
        for row in tree["drift"]
        if row["known"] is None
    }
    entries = [one for one in read_known() if one.endpoint is not None]

    unneeded = [
        one
        for one in entries
        if (f"sim:{one.endpoint}", one.contract, one.rule, one.operation, one.status_code, one.pointer) not in new
    ]
    assert unneeded == []
