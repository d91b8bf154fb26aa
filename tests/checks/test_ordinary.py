"""Bodies recognised while they are decoded: only those in which place-by-place looking finds nothing, and all is told.

Every body is judged twice, with that shortcut and without, and everything that a judge gathers must be the same.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance import contract
from conformance.batches import BATCHES
from conformance.checks import look as looking
from conformance.checks.batch_columns import names_beside
from conformance.checks.case import Case
from conformance.checks.conclude import conclude
from conformance.checks.evidence import Evidence
from conformance.checks.finder import finders
from conformance.checks.kind import kinds
from conformance.checks.quick import Quick
from conformance.contract import Operation
from conformance.drift import Breach
from conformance.exchange import Answer, Exchange, Request
from conformance.sample import sample
from conformance.schema import PayloadSchema
from tests.checks.test_recall import CONSISTENT

OPERATIONS = [
    (name, operation)
    for name in ("kimi", "siliconflow", "openai")
    for operation in BATCHES
    if operation in contract.load(name).operations
]

TIMES = {name for name in CONSISTENT if name.endswith("_at")}
VALUES = (
    *(None, True, 0, 1, -1, 50, 3.0, 2**70, 0.5, "", "x", "a\nb", "batch", "list", [], ["x"], {}, {"total": 1}),
    *(
        "in_queue",
        "validating",
        "in_progress",
        "finalizing",
        "completed",
        "failed",
        "expired",
        "cancelling",
        "cancelled",
    ),
)
BROKEN = (b'"\\ud800"', b'"\xff"', b"01", b"1e999", b"[1,]", b'{"a":1,"a":null}', b"NaN", b"")
"""What is no JSON, or a doubtful sort of it."""


def body(name: str, operation: str) -> Any:
    """A success in which all is in order; a list holds three batches."""
    loaded = contract.load(name).operations[operation]
    response = loaded.response(200)
    assert response is not None
    assert response.schema is not None
    made = sample(response.schema)
    batches = [made] if not BATCHES[operation] else made["data"]
    for batch in batches:
        batch.update((key, value) for key, value in CONSISTENT.items() if key in batch)
        batch["object"] = "batch"
    if BATCHES[operation]:
        made["data"] = [{**batches[0], "id": f"batch-{number}"} for number in range(3)]
        made["object"] = "list"
    return orjson.loads(orjson.dumps(made))  # no two places share a value


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every path in a body but the root."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in steps:
        yield (*path, step)
        yield from places(child, (*path, step))


def judged(name: str, operation: str, text: bytes) -> list[Any]:
    """Everything that one answer, twice given, amounts to."""
    loaded = contract.load(name)
    offered = loaded.operations[operation]
    url = (
        "https://api.example.com/v1"
        + offered.path.replace("{batch_id}", "b")
        + ("?limit=3" if BATCHES[operation] else "")
    )
    request, evidence = Request(offered.method, url, (("authorization", "Bearer <key>"),)), Evidence()
    for number in range(2):
        answer = Answer(200, (("content-type", "application/json"),), text)
        evidence.add(looking.look(Exchange(operation, request, answer, float(number), ("file", number)), loaded))
    judgement, trace = conclude(evidence, "recorded:x", loaded), evidence.trace
    return [
        sorted(
            repr((drift.identity, drift.severity, drift.observed, drift.items, drift.path))
            for drift in judgement.drifts
        ),
        [(one.size, one.ids, sorted(set(names_beside(one))), one.has_more, one.sound, one.states) for one in trace],
        [one.batches if one.batches is not None else one.ids for one in trace],
        judgement.coverage,
        judgement.blind,
        judgement.totals,
        judgement.item_totals,
    ]


def shortcut(offered: Operation, schema: PayloadSchema) -> Quick | None:
    """The shortcut for a success of an operation."""
    forms = finders(offered.name).quick_forms
    assert forms is not None
    return Quick.of(offered, schema, forms)


def passes(ordinary: Quick, text: bytes) -> bool:
    """Whether the shortcut finds that there is nothing to be found."""
    read = ordinary.read(Answer(200, (), text))
    return read is not None and read.doubtful is None


def slowly(offered: Operation, schema: PayloadSchema, text: bytes) -> list[Breach]:
    """What all that look into bodies find, place by place."""
    documented = evolve(offered.responses["200"], schema=schema)
    operation = evolve(offered, responses={"200": documented})
    answer = Answer(200, (("content-type", "application/json"),), text)
    exchange = Exchange(offered.name, Request(offered.method, "http://x"), answer)
    case = Case(exchange, answer, operation, kinds(operation).of(exchange, answer, unclear=False), "given")
    assert case.is_settled
    return [breach for one in finders(offered.name).body for breach in one(case)]


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_the_shortcut_is_taken(name: str, operation: str) -> None:
    """Else the comparison below compares nothing."""
    loaded = contract.load(name).operations[operation]
    response = loaded.response(200)
    assert response is not None
    assert response.schema is not None
    ordinary = shortcut(loaded, response.schema)
    assert ordinary is not None
    made = body(name, operation)
    assert passes(ordinary, orjson.dumps(made))
    for batch in made["data"] if BATCHES[operation] else [made]:
        batch["status"] = "no status at all"
    assert not passes(ordinary, orjson.dumps(made))


SCHEMAS: tuple[dict[str, Any], ...] = (
    {"type": "string"},
    {"type": ["string", "null"]},
    {"type": ["string", "integer"], "maxLength": 2},
    {"type": ["string", "null"], "enum": ["batch", "completed", "x"]},
    {"type": ["string", "integer"], "enum": ["x", 1]},
    {"type": ["string", "null"], "const": None},
    {"type": "string", "enum": ["in_progress", "completed"], "maxLength": 3},
    {"type": "integer"},
    {"type": ["integer", "null"]},
    {"type": "integer", "minimum": 5},
    {"type": "number"},
    {"type": ["array", "null"], "items": {"type": "string"}},
    {"type": "array", "items": False},
    {"type": "object"},
    {"type": ["object", "array"]},
    {"type": "object", "required": ["x"]},
    {"type": "object", "required": ["x"], "properties": {}, "additionalProperties": False},
    {"type": "object", "properties": {"x": {"type": "string"}}, "additionalProperties": True},
    {"type": "object", "propertyNames": {"maxLength": 3}, "maxProperties": 1.0},
    {"type": "object", "properties": {"total": {}}, "additionalProperties": False, "maxProperties": 0},
    {"type": "object", "properties": {"total": {}}, "additionalProperties": False, "propertyNames": {"maxLength": 2}},
    {"type": "object", "properties": {"from": {}, "__init__": {}, "a-b": {}}, "additionalProperties": False},
    {"$ref": "#/$defs/0"},
    {"format": "uri", "type": "string"},
    {"not": {"type": "null"}},
    {},
)
"""What a contract may say in any place: narrow, wide, beyond what types can say, in a circle."""


def with_value(node: Any, key: str, value: Any) -> Any:
    """A body in which a field holds a value wherever it stands."""
    if isinstance(node, dict):
        return {name: value if name == key else with_value(child, key, value) for name, child in node.items()}
    return [with_value(child, key, value) for child in node] if isinstance(node, list) else node


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_no_contract_is_read_too_widely(name: str, operation: str) -> None:
    """Whatever a contract says of a place, and whatever stands there: what is recognised keeps contract and invariants.

    The schemas that are put in every place are meant to be narrow, wide, and beyond what types can say.
    """
    offered = contract.load(name).operations[operation]
    response = offered.response(200)
    assert response is not None
    assert response.schema is not None
    known = response.schema
    whole = body(name, operation)
    recognised = 0
    for index, node in enumerate([known.json_schema, *known.json_schema["$defs"].values()]):
        for key in node.get("properties", ()):
            bodies = [json.dumps(with_value(whole, key, value)).encode() for value in (*VALUES, "batch", "list")]
            for said in SCHEMAS:
                schema = PayloadSchema(known.document, known.location)
                changed = json.loads(json.dumps(known.json_schema))
                [changed, *changed["$defs"].values()][index]["properties"][key] = said
                schema.json_schema = changed  # type: ignore[misc]
                ordinary = shortcut(offered, schema)
                for text in bodies if ordinary is not None else ():
                    if ordinary is not None and passes(ordinary, text):
                        recognised += 1
                        assert slowly(offered, schema, text) == [], (key, said, text)
    assert recognised > 400


@pytest.mark.parametrize(
    ("key", "said", "value"),
    [
        ("metadata", {"type": "object"}, {"any": "text", "other": [1]}),
        ("metadata", {"type": "object", "properties": {"team": {"type": "string"}}, "additionalProperties": True}, {}),
        ("request_counts", None, None),
        ("completed_at", None, None),
    ],
    ids=["a map of anything", "a map with a name", "no counts", "no moment of its end"],
)
@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_the_shortcut_is_taken_where_a_contract_says_less(
    name: str, operation: str, key: str, said: Any, value: Any
) -> None:
    """What it leaves open may be anything, and what it does not have is not there."""
    offered = contract.load(name).operations[operation]
    response = offered.response(200)
    assert response is not None
    assert response.schema is not None
    schema = PayloadSchema(response.schema.document, response.schema.location)
    changed = json.loads(json.dumps(response.schema.json_schema))
    made = with_value(body(name, operation), key, value)
    for node in (changed, *changed["$defs"].values()):
        if key in node.get("properties", {}):
            node["properties"][key] = said
            if said is None:
                del node["properties"][key]
                node["required"] = [one for one in node.get("required", ()) if one != key]
    if said is None:
        for batch in made["data"] if BATCHES[operation] else [made]:
            batch.pop(key, None)
    schema.json_schema = changed  # type: ignore[misc]
    ordinary = shortcut(offered, schema)
    assert ordinary is not None
    assert passes(ordinary, orjson.dumps(made))
    assert slowly(offered, schema, orjson.dumps(made)) == []


@pytest.mark.parametrize("name", ["kimi", "siliconflow", "openai"])
def test_a_list_that_may_be_null_is_read_where_it_is_one(name: str) -> None:
    """And looked at where it is not, or is missing."""
    offered = contract.load(name).operations["list_batches"]
    response = offered.response(200)
    assert response is not None
    assert response.schema is not None
    schema = PayloadSchema(response.schema.document, response.schema.location)
    changed = json.loads(json.dumps(response.schema.json_schema))
    for node in (changed, *changed["$defs"].values()):
        if "data" in node.get("properties", {}):
            node["properties"]["data"]["type"] = ["array", "null"]
        node.get("properties", {}).pop("request_counts", None)
        node.pop("required", None)
    schema.json_schema = changed  # type: ignore[misc]
    ordinary, made = shortcut(offered, schema), body(name, "list_batches")
    for batch in made["data"]:
        batch.pop("request_counts", None)
    assert ordinary is not None
    assert passes(ordinary, orjson.dumps(made))
    assert ordinary.read(Answer(200, (), orjson.dumps({**made, "data": None}))) is None
    del made["data"]
    assert ordinary.read(Answer(200, (), orjson.dumps(made))) is None


@pytest.mark.parametrize(
    "whole", [{"type": ["object", "null"]}, {"required": ["surprise"]}, {"items": {}}, {"not": {}}]
)
@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_a_body_that_may_be_something_else_is_not_read(name: str, operation: str, whole: dict[str, Any]) -> None:
    """Nor one of which more is required than is documented."""
    offered = contract.load(name).operations[operation]
    response = offered.response(200)
    assert response is not None
    assert response.schema is not None
    schema = PayloadSchema(response.schema.document, response.schema.location)
    changed = json.loads(json.dumps(schema.json_schema))
    (changed["$defs"]["0"] if "$ref" in changed else changed).update(whole)
    schema.json_schema = changed  # type: ignore[misc]
    ordinary = shortcut(offered, schema)
    for text in (b"null", b"[]", b"{}", json.dumps(body(name, operation)).encode()):
        assert ordinary is None or not passes(ordinary, text)


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_nothing_that_may_be_missing_is_missed(name: str, operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each place of a body taken away, and each null: what is gathered is the same."""
    whole = body(name, operation)
    for path in places(whole):
        for null in (False, True):
            made = json.loads(json.dumps(whole))
            holder = made
            for step in path[:-1]:
                holder = holder[step]
            if null:
                holder[path[-1]] = None
            else:
                del holder[path[-1]]
            text = json.dumps(made).encode()
            short = judged(name, operation, text)
            with monkeypatch.context() as patched:
                patched.setattr(looking, "_quick_of", lambda *_: None)
                assert short == judged(name, operation, text), path


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(data=st.data())
def test_the_shortcut_changes_nothing(
    name: str, operation: str, data: st.DataObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to three places changed, taken away or added, and sometimes the text itself."""
    made = body(name, operation)
    for _ in range(data.draw(st.integers(0, 3))):
        path = data.draw(st.sampled_from(list(places(made))))
        holder = made
        for step in path[:-1]:
            holder = holder[step]
        match data.draw(st.sampled_from(["set", "take", "add"])):
            case "set":
                holder[path[-1]] = deepcopy(data.draw(st.sampled_from(VALUES)))
            case "take":
                del holder[path[-1]]
            case _ if isinstance(holder, dict):
                holder[data.draw(st.sampled_from(["surprise", "error", "expired_at", "errors"]))] = 7
    text = json.dumps(made).encode()
    if data.draw(st.integers(0, 9)) == 0:
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.sampled_from(BROKEN)) + text[at + data.draw(st.integers(0, 8)) :]
    short = judged(name, operation, text)
    with monkeypatch.context() as patched:
        patched.setattr(looking, "_quick_of", lambda *_: None)
        assert short == judged(name, operation, text)


@pytest.mark.parametrize("operation", BATCHES)
@pytest.mark.parametrize("bound", [{"maxLength": 3}, {"pattern": "^x"}, {"enum": ["x"]}], ids=str)
def test_what_stands_beside_a_reference_is_looked_at(tmp_path: Path, operation: str, bound: dict[str, Any]) -> None:
    """A body that keeps to the referenced schema alone is not taken for one in which nothing is to be found."""
    whole = deepcopy(contract.load("kimi").document.data)
    whole["components"]["schemas"]["Id"] = {"type": "string"}
    place = {"$ref": "#/components/schemas/Id", **bound}
    whole["components"]["schemas"]["Batch"]["properties"]["input_file_id"] = place
    file = tmp_path / "beside.yaml"
    file.write_text(yaml.safe_dump(whole), encoding="utf-8")

    rows = judged(str(file), operation, orjson.dumps(body("kimi", operation)))[0]

    assert any("input_file_id" in row for row in rows)


@pytest.mark.parametrize("operation", BATCHES)
def test_a_place_that_nothing_can_fill_is_looked_at(tmp_path: Path, operation: str) -> None:
    """Where a contract names one value and lists others, a body with the one is not taken for sound."""
    whole = deepcopy(contract.load("kimi").document.data)
    place = {"type": "string", "const": "/v1/chat/completions", "enum": ["x"]}
    whole["components"]["schemas"]["Batch"]["properties"]["endpoint"] = place
    file = tmp_path / "both.yaml"
    file.write_text(yaml.safe_dump(whole), encoding="utf-8")
    loaded = contract.load(str(file)).operations[operation]
    response = loaded.response(200)
    assert response is not None
    assert response.schema is not None

    assert shortcut(loaded, response.schema) is None

    rows = judged(str(file), operation, orjson.dumps(with_value(body("kimi", operation), "endpoint", place["const"])))[
        0
    ]
    assert any("endpoint" in row for row in rows)
