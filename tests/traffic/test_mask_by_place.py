"""What a masked exchange keeps is decided by place and contract, not by looks."""

import re
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from conformance import contract
from conformance.contract import Contract
from conformance.document import Document
from conformance.exchange import Answer, Exchange, Request
from conformance.masking import is_token
from conformance.multipart import parts
from conformance.pseudonyms import new_key
from conformance.recording import Recording
from conformance.recording.mask import DEEPEST, Mask
from tests.conftest import Run
from tests.judging import judged
from tests.traffic.recordings import entries
from tests.wrong.lists import RIGHT

PHONE = 13_912_345_678
MASK = Mask.of()
BASE = "https://api.moonshot.cn/v1"


def batch(**changes: Any) -> dict[str, Any]:
    """What stands for a batch with these fields, at GET /batches/{batch_id}."""
    return sent("retrieve_batch", "GET", "/batches/b", answer=RIGHT["kimi"].batch(1) | changes)[1]


def sent(operation: str, method: str, path: str, *, answer: Any = None, **request: Any) -> tuple[Request, Any]:
    """The masked request, and the payload of the masked answer."""
    exchange = Exchange(
        operation, Request(method, BASE + path, **request), Answer(200, (), orjson.dumps(answer)), 1.0, ("f", 1)
    )
    masked = MASK.exchange(exchange)
    assert masked.answer is not None
    return masked.request, orjson.loads(masked.answer.body)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "completed"),
        ("status", "paused"),
        ("status", None),
        ("object", "batch_job"),
        ("endpoint", "/v1/chat/completions"),
        ("completion_window", "36h"),
        ("created_at", 1_750_000_000),
        ("request_counts", {"completed": 9, "failed": 1, "total": 123_456_789}),
        ("output_file_id", ""),
        ("has_owner", True),
        ("errors", {"object": "list", "data": [{"line": 17}]}),
    ],
)
def test_what_a_contract_knows_at_a_place_stays(field: str, value: Any) -> None:
    """Its words, its names, its numbers, words where it lists some; null, true and false anywhere."""
    assert batch(**{field: value})[field] == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", str(PHONE)),
        ("id", "欧阳晓雯"),
        ("id", "resume.jsonl"),
        ("id", "completed"),
        ("id", PHONE),
        ("completion_window", "tomorrow"),
        ("completion_window", "1987-03-07"),
        ("endpoint", "validating"),
        ("status", "1987-03-07"),
        ("status", str(PHONE)),
        ("metadata", "completed"),
        ("created_at", "1987-03-07"),
        ("endpoint", "1987-03-07T04:05:06Z"),
        ("headcount", PHONE),
        ("code", float(PHONE)),
        ("type", "completed"),
        ("model", "1h"),
        ("latitude", 39.9042),
        ("_error", "欧阳晓雯"),
    ],
)
def test_what_is_foreign_there_is_told_by_its_type(field: str, value: Any) -> None:
    """The same word, number or date stays at one place and not at another."""
    masked = batch(**{field: value})[field]
    assert masked != value
    assert type(masked) is type(value)
    assert str(value) not in str(masked)


SILENT = Contract(
    "silent",
    "silent.yaml",
    Document(
        {
            "openapi": "3.1.0",
            "paths": {
                path: {"get": {"operationId": operation, "responses": {"200": {"description": "ok"}}}}
                for path, operation in (("/v1/batches", "list_batches"), ("/v1/batches/{batch_id}", "retrieve_batch"))
            },
        }
    ),
)


@pytest.mark.parametrize("path", ["/v1/batches", "/v1/batches/b"])
def test_what_is_read_of_a_batch_stays_whatever_contracts_say(path: str) -> None:
    """Its status, and what calls it a batch, alone and in a list; where they stand elsewhere, they are somebody's."""
    one = {"object": "batch", "status": "completed"}
    told = one if path.endswith("/b") else {"object": "list", "data": [one, one]}
    answer = Answer(200, (), orjson.dumps(told | {"*": one}))
    masked = Mask((SILENT,)).exchange(Exchange("", Request("GET", f"https://x.example{path}?limit=7"), answer))
    assert masked.answer is not None
    kept = orjson.loads(masked.answer.body)
    assert {name: value for name, value in kept.items() if name in told} == told
    assert masked.answer.body.count(b"completed") == answer.body.count(b"completed") - 1
    assert masked.request.url.endswith("?limit=7")


@pytest.mark.parametrize(
    ("others", "is_shown"), [({}, False), (True, False), ({"type": "string"}, False), (False, True)], ids=repr
)
def test_names_are_somebodys_where_any_may_stand(others: Any, *, is_shown: bool) -> None:
    """Also those that contracts have elsewhere; where a contract takes none, such a name is drift."""
    held = {"type": "object", "additionalProperties": others}
    operation = {"200": {"content": {"application/json": {"schema": {"properties": {"labels": held, "status": {}}}}}}}
    paths = {"/v1/batches": {"get": {"operationId": "list_batches", "responses": operation}}}
    mask = Mask((Contract("free", "free.yaml", Document({"openapi": "3.1.0", "paths": paths})),))
    answer = Answer(200, (), orjson.dumps({"labels": {"status": "mine"}}))
    masked = mask.exchange(Exchange("", Request("GET", "https://x.example/v1/batches"), answer)).answer
    assert masked is not None
    (name,) = orjson.loads(masked.body)["labels"]
    assert (name == "status") is is_shown


def test_a_free_map_is_masked_whole() -> None:
    """Whatever its keys are called; its size, its types and what is equal stay."""
    own = {
        "type": "a",
        "status": "completed",
        "team": "a",
        "total": PHONE,
        "x": {"object": "batch"},
        "y": [1, None, True],
    }
    masked = batch(metadata=own)["metadata"]
    assert len(masked) == len(own)
    assert not masked.keys() & own.keys()
    kinds, nothing, deep, numbers = {}, None, {}, []
    for value in masked.values():
        kinds[type(value)] = kinds.get(type(value), 0) + 1
        deep = value if isinstance(value, dict) else deep
        numbers = value if isinstance(value, list) else numbers
    assert kinds == {str: 3, int: 1, dict: 1, list: 1}
    assert nothing is None
    assert numbers == [1, None, True]
    assert PHONE not in masked.values()
    assert "batch" not in deep.values()
    first, _, again = (value for value in masked.values() if isinstance(value, str))
    assert first == again


def test_a_field_of_its_own_keeps_its_name_and_nothing_below() -> None:
    """The name is the drift; what it holds is nobody's business."""
    masked = batch(usage_note={"ouyang": PHONE, "total": 5}, **{str(PHONE): 1, "欧": 2})
    assert masked["usage_note"].keys() >= {"total"}
    assert "ouyang" not in masked["usage_note"]
    assert masked["usage_note"]["total"] == 1
    assert not {str(PHONE), "欧"} & masked.keys()
    assert len([name for name in masked if not is_token(name)]) == 2


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/batches?limit=20", "/batches?limit=20"),
        ("/batches?limit=%2B5", "/batches?limit=%2B5"),
        ("/files?order=asc", "/files?order=asc"),
        ("/files?purpose=batch&limit=1", "/files?purpose=batch&limit=1"),
        ("/batches?limit=abc", "/batches?limit=<3>"),
        ("/batches?limit=13912345678", "/batches?limit=11111111111"),
        ("/batches?order=ouyang", "/batches?order=<6>"),
        ("/batches?after=5", "/batches?after=<1>"),
        ("/batches?who=5", "/batches?<3>=<1>"),
        ("/batches?limit=&after=&who=", "/batches?limit=&after=&<3>="),
        ("/batches?metadata=completed#x", "/batches?metadata=<9>"),
        ("/batches/batches", "/batches/<7>"),
        ("/batches/v1/cancel", "/batches/<2>/cancel"),
        ("/files/5/content", "/files/<1>/content"),
        ("/../ouyang/v1/batches", "/<2>/<6>/v1/batches"),
        ("/photos/ouyang", "/<6>/<6>"),
    ],
)
def test_a_url_keeps_what_contracts_know(path: str, shown: str) -> None:
    """Steps and names by their place; user, password and fragment never."""
    exchange = Exchange("", Request("POST" if "cancel" in path else "GET", f"https://u:p@h.example/v1{path}"), None)
    masked = MASK.exchange(exchange).request.url
    found = httpx.URL(masked)
    assert found.host == "h.example"
    assert not found.userinfo
    assert _short(str(masked)) == f"https://h.example/v1{shown}"


def _short(url: str) -> str:
    import re  # noqa: PLC0415 - one use
    from urllib.parse import unquote  # noqa: PLC0415 - likewise

    return re.sub(r"<string:([0-9]+) [0-9a-f]{20}>x*", r"<\1>", unquote(url).replace("limit=+5", "limit=%2B5"))


HOSTS = [
    "https://ou yang/v1/batches",
    "https://u:p/w@h/v1/batches",
    "http://[/v1/batches",
    "https://h:ouyang/v1/batches",
]


@pytest.mark.parametrize("url", HOSTS)
def test_what_is_no_host_is_not_shown_as_one(url: str) -> None:
    """A password may stand where a port belongs."""
    masked = MASK.exchange(Exchange("", Request("GET", url), None)).request.url
    assert "ouyang" not in masked
    assert "ou yang" not in masked
    assert "/w" not in masked


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Accept", "application/json;q=0.9;owner=ouyang, */*", "application/json, */*"),
        ("Accept", "text/ouyang", "text/x-"),
        ("Prefer", "return=minimal", "return=minimal"),
        ("Prefer", "wait=5; who=ouyang", "masked"),
        ("Content-Type", "Application/JSON; charset=UTF-8; owner=ouyang", "application/json; charset=utf-8"),
        (
            "Content-Type",
            "multipart/form-data; boundary=ouyang",
            "multipart/form-data; boundary=batch-conformance-masked",
        ),
        ("Content-Type", "application/sk-0123456789abcdef+json", "application/x-"),
        ("Authorization", "Basic b3V5YW5n", "Bearer <key>"),
        ("X-Ouyang", "x", None),
    ],
)
def test_of_headers_only_what_contracts_know_stays(name: str, value: str, shown: str | None) -> None:
    """And of a parameter nothing but the charset."""
    masked = MASK.exchange(Exchange("", Request("GET", BASE, ((name, value),)), None)).request.headers
    assert masked == () if shown is None else masked[0][1].startswith(shown)
    assert "ouyang" not in str(masked).lower()
    assert "0123456789" not in str(masked)


def test_a_form_stays_a_form() -> None:
    """Its parts and known words; a file keeps its length, and its name is that of the answer."""
    body = (
        b'--wei\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'
        b'--wei\r\nContent-Disposition: form-data; name="ouyang"\r\n\r\nbatch\r\n'
        b'--wei\r\nContent-Disposition: form-data; name="file"; filename="C:\\wei\\\xe6\xac\xa7.jsonl"\r\n'
        b"Content-Type: application/jsonl\r\n\r\nsecret lines\r\n--wei--\r\n"
    )
    answer = {"id": "f", "object": "file", "filename": "欧.jsonl", "purpose": "batch", "bytes": 12}
    request, told = sent(
        "upload_file",
        "POST",
        "/files",
        answer=answer,
        headers=(("Content-Type", "multipart/form-data; boundary=wei"),),
        body=body,
    )
    form = parts(request.body or b"", dict(request.headers)["Content-Type"])
    assert form is not None
    purpose, own, file = form
    assert (purpose.name, purpose.content) == ("purpose", b"batch")
    assert "ouyang" not in own.name
    assert own.content != b"batch"
    assert (file.name, file.content, file.media_type) == ("file", b"x" * 12, "application/jsonl")
    assert file.filename == told["filename"] != "欧.jsonl"
    assert told["purpose"] == "batch"
    assert b"wei" not in (request.body or b"")


@pytest.mark.parametrize("name", ["purpose", "input_file_id", "ouyang"])
def test_a_field_of_a_form_may_be_no_text(name: str) -> None:
    """It is masked as it is judged, also where a contract asks something of it: whoever uploads is not disturbed."""
    body = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\nwei\xff\xe6\r\n--b--\r\n' % name.encode()
    headers = (("Content-Type", "multipart/form-data; boundary=b"),)
    request, _ = sent("upload_file", "POST", "/files", headers=headers, body=body)
    (field,) = parts(request.body or b"", dict(request.headers)["Content-Type"]) or ()
    assert field.content.startswith(b"<string:5 ")


CUSTOM = """
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /v1/batches/{batch_id}:
    get:
      operationId: retrieve_batch
      parameters: [{name: batch_id, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema:
                type: object
                properties:
                  id: {type: string, maxLength: 30, pattern: '^batch_[a-z0-9]+$'}
                  tier: {type: string, enum: [gold, silver]}
                  grade: {type: string, if: {minLength: 3}, else: {enum: [lo]}}
                  rank: {type: string, if: {minLength: 3}, then: {enum: [high]}}
                  started: {type: string, format: date-time}
                  contact: {type: string, format: email}
                  site: {type: string, format: uri}
                  short: {type: string, maxLength: 8}
                  long: {type: string, minLength: 5}
                  trace: {type: string, format: uuid}
                  nick: {type: string, pattern: '^(wei|xue)!$'}
                  opens: {type: string, format: time}
                  day: {type: string, format: date}
                  labels:
                    type: object
                    additionalProperties: {type: string, maxLength: 10}
                    propertyNames: {maxLength: 6}
                  born: {type: object, additionalProperties: {type: string, format: date}}
                  owed: {type: object, additionalProperties: {type: [integer, array], items: {type: integer}}}
        '409': {$ref: '#/components/responses/Error'}
        4XX: {$ref: '#/components/responses/Error'}
components:
  responses:
    Error:
      description: an error
      content:
        application/json:
          schema: {type: object, properties: {kind: {type: string, example: No Such Batch}}}
"""
RIGHT_VALUES = {
    "id": "batch_ouyang91da4af7",
    "tier": "gold",
    "grade": "lo",
    "rank": "high",
    "started": "2026-01-31T12:00:00Z",
    "contact": "wei@example.org",
    "site": "https://example.org/wei",
    "short": "ouyang",
    "long": "ouyang",
    "trace": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "labels": {"team": "ouyang"},
}
WRONG_VALUES = {
    "id": "file-91da4af7",
    "tier": "bronze",
    "grade": "no",
    "rank": "highest",
    "started": "31.1.2026",
    "contact": "wei",
    "site": "not one",
    "short": "ouyangouyang",
    "long": "wei",
    "trace": "ouyang",
    "labels": {"team": "ouyangouyang", "ouyangs": "x"},
}


@pytest.fixture(scope="module")
def custom(tmp_path_factory: pytest.TempPathFactory) -> contract.Contract:
    """A contract that does not come with the project."""
    file = tmp_path_factory.mktemp("contract") / "custom.yaml"
    file.write_text(CUSTOM)
    return contract.load(str(file))


def verdict(exchange: Exchange, judging: contract.Contract) -> list[tuple[str, str, str | None]]:
    """The rows that a contract finds in an exchange."""
    found = judged([exchange], judging, "recorded:x").drifts
    return sorted((one.rule, one.identity.pointer, one.identity.value) for one in found)


@pytest.mark.parametrize("values", [RIGHT_VALUES, WRONG_VALUES])
def test_a_contract_of_the_users_own_judges_a_masked_recording_alike(
    custom: contract.Contract, values: dict[str, Any]
) -> None:
    """Formats, patterns, lengths and lists of values that only it knows."""
    exchange = Exchange(
        "retrieve_batch",
        Request("GET", f"{BASE}/batches/{values['id']}"),
        Answer(200, (("content-type", "application/json"),), orjson.dumps(values)),
        path_parameters=(("batch_id", values["id"]),),
    )
    masked = Mask.of([custom]).exchange(exchange)
    assert verdict(masked, custom) == verdict(exchange, custom)
    assert (verdict(masked, custom) == []) == (values is RIGHT_VALUES)
    assert masked.answer is not None
    told = orjson.loads(masked.answer.body)
    assert httpx.URL(masked.request.url).path.endswith(f"/batches/{told['id']}")
    assert "ouyang" not in masked.answer.body.decode()
    assert "91da4af7" not in masked.answer.body.decode()


def answered(mine: contract.Contract, status: int, payload: Any) -> Any:
    """What stands for the answer to GET /batches/{batch_id}."""
    exchange = Exchange(
        "retrieve_batch", Request("GET", f"{BASE}/batches/b"), Answer(status, (), orjson.dumps(payload))
    )
    masked = Mask.of([mine]).exchange(exchange).answer
    assert masked is not None
    return masked.json


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("opens", "23:59:59"), ("opens", "23:59:59.5+01:00"), ("day", "1987-03-07")],
        *[("started", "1987-03-07T04:05:06Z"), ("started", "1987-03-07 04:05:06.123-0100")],
    ],
)
def test_a_time_stays_where_a_contract_asks_for_one(custom: contract.Contract, field: str, value: str) -> None:
    """Of its own kind, as a number does where a number is documented."""
    others = {name: value for name in ("opens", "day", "started", "site") if name != field}
    masked = answered(custom, 200, {field: value, **others})
    assert masked[field] == value
    assert value not in {masked[name] for name in others}


@pytest.mark.parametrize(
    ("field", "value"),
    [("born", "1987-03-07"), ("owed", PHONE), ("owed", [PHONE]), ("owed", str(PHONE))],
)
def test_the_values_of_a_free_map_are_somebodys(custom: contract.Contract, field: str, value: Any) -> None:
    """Also where a contract says that they are numbers, or times."""
    (masked,) = answered(custom, 200, {field: {"wei": value}})[field].values()
    assert type(masked) is type(value)
    assert masked not in (value, [])
    assert str(PHONE) not in str(masked)


@pytest.mark.parametrize(("status", "stays"), [(409, True), (418, True), (500, False), (200, False)])
def test_of_a_status_that_is_not_documented_its_like_are_known(
    custom: contract.Contract, status: int, *, stays: bool
) -> None:
    """What a contract writes down for errors of the client says nothing of those of the server."""
    masked = answered(custom, status, {"kind": "No Such Batch"})["kind"]
    assert (masked == "No Such Batch") is stays


def test_what_no_form_fits_is_masked_all_the_same(custom: contract.Contract) -> None:
    """A pattern that only few texts keep: judging tells of it, and the text is not kept."""
    answer = Answer(200, (("content-type", "application/json"),), orjson.dumps({**RIGHT_VALUES, "nick": "wei!"}))
    exchange = Exchange("retrieve_batch", Request("GET", f"{BASE}/batches/b"), answer)
    masked = Mask.of([custom]).exchange(exchange).answer
    assert masked is not None
    assert masked.json["nick"].startswith("<string:4 ")
    assert "wei" not in masked.body.decode()


def test_recordings_under_one_key_can_be_compared(tmp_path: Path) -> None:
    """And those of two runs cannot."""
    exchange = Exchange("", Request("GET", f"{BASE}/batches/{PHONE}"), Answer(200, (), b"{}"))
    urls = []
    for number, key in enumerate((b"k" * 32, b"k" * 32, new_key())):
        file = tmp_path / f"{number}.ndjson"
        with Recording(file, Mask.of(key=key)) as recording:
            recording.write(exchange)
        urls.append(entries(file)[0]["request"]["url"])
    assert urls[0] == urls[1] != urls[2]


def test_runs_with_one_key_file_can_be_compared(batch_conformance: Run, tmp_path: Path) -> None:
    """Told by the ids of the same simulated batches; the key is in neither file."""
    (tmp_path / "key").write_bytes(b"0123456789abcdef-key")
    recorded = []
    for file, key in (("a.har", "key"), ("b.har", "key"), ("c.har", None)):
        options = ("--mask-key-file", key) if key else ()
        done = batch_conformance(
            "run", "sim:kimi", "--operation", "list_batches", "--against", "kimi", "--record", file, *options
        )
        assert done.returncode == 0, done.stdout + done.stderr
        text = (tmp_path / file).read_text()
        assert "0123456789abcdef-key" not in text
        first = orjson.loads(text)["log"]["entries"][0]
        recorded.append(orjson.loads(first["response"]["content"]["text"])["data"][0]["id"])
    assert recorded[0] == recorded[1] != recorded[2]


def test_masking_a_large_body_takes_time_in_proportion() -> None:
    """Deep, wide and long ones too."""
    deep: Any = []
    for _ in range(900):
        deep = [deep]
    page = {"object": "list", "data": [RIGHT["kimi"].batch(n) for n in range(2000)], "deep": deep, "wide": {}}
    page["wide"] = {str(n): n for n in range(20_000)}
    raw = orjson.dumps({**page, "deep": None}).replace(b'"deep":null', b'"deep":' + b"[" * 900 + b"]" * 900)
    masked = MASK.exchange(Exchange("list_batches", Request("GET", f"{BASE}/batches"), Answer(200, (), raw)))
    assert masked.answer is not None
    assert len(orjson.loads(masked.answer.body)["data"]) == 2000


@pytest.mark.parametrize("deepest", [[], {}])
def test_what_is_very_deep_keeps_its_kind_and_nothing_more(deepest: Any) -> None:
    """Up to there it stays as deep as it is."""
    holder: Any = [PHONE] if deepest == [] else {"id": PHONE}
    for _ in range(DEEPEST - 1):
        holder = [holder]
    masked, depth = batch(deep=holder)["deep"], 1
    while masked:
        (masked,), depth = masked, depth + 1
    assert (masked, depth) == (deepest, DEEPEST)


@pytest.mark.parametrize(
    ("text", "shown"), [("4539578763621486", "1" * 16), ("-0017636000.50", "-0011111111.10"), ("12", "12")]
)
def test_a_number_written_as_text_where_a_number_belongs_stays_one(text: str, shown: str) -> None:
    """Some clients take it for the number; its digits are nobody's."""
    assert batch(created_at=text)["created_at"] == shown


def test_an_id_in_a_path_keeps_what_is_asked_of_it_there(tmp_path: Path) -> None:
    """Even where no answer has an id of which as much is asked."""
    pattern = "'^batch_[a-z0-9]+$'"
    plain = CUSTOM.replace(f", pattern: {pattern}", "")
    (tmp_path / "a.yaml").write_text(
        plain.replace("schema: {type: string}", f"schema: {{type: string, pattern: {pattern}}}")
    )
    masked = Mask.of([contract.load(str(tmp_path / "a.yaml"))]).exchange(
        Exchange("retrieve_batch", Request("GET", f"{BASE}/batches/batch_ouyang"), Answer(200, (), b"{}"))
    )
    told = masked.request.url.rpartition("/")[2]
    assert re.fullmatch(r"batch_[a-z0-9]+", told)
    assert "ouyang" not in told
