"""Drifts that are one fact are one finding."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
import pytest
from attrs import evolve

from conformance.contract import Contract, read_contract
from conformance.document import parse
from conformance.drift import Breach, Drift, Known, sighting
from conformance.exchange import Answer, Exchange, Request
from conformance.findings import Finding, findings

DOCUMENT = """
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /v1/batches:
    get:
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: object
                required: [object, data]
                properties:
                  object: {type: string}
                  data:
                    type: array
                    items: {$ref: "#/components/schemas/Batch"}
        "401": {$ref: "#/components/responses/Refused"}
    post:
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {$ref: "#/components/schemas/Batch"}}}
        "401": {$ref: "#/components/responses/Refused"}
components:
  responses:
    Refused:
      description: refused
      content:
        application/json:
          schema:
            type: object
            required: [error]
            properties: {error: {type: object}}
  schemas:
    Batch:
      type: object
      required: [id, status]
      properties:
        id: {type: string}
        status: {type: string, enum: [done]}
        counts: {type: object}
"""
NULL, ENUM = "response-property-became-nullable", "response-property-enum-value-added"
MISSING, TYPE = "response-required-property-missing", "response-property-type-changed"
EXTRA = "response-property-undocumented"
BATCH = ("components", "schemas", "Batch")
REFUSED = ("components", "responses", "Refused", "content", "application/json", "schema")
REASON = Known("accepted", "so it is", "a page")


@pytest.fixture(scope="module")
def contract(tmp_path_factory) -> Contract:
    """A small contract."""
    path = tmp_path_factory.mktemp("contract") / "small.yaml"
    path.write_text(DOCUMENT)
    return read_contract(path, "small.yaml", "small")


def drift(rule: str, place: str, operation: str = "list_batches", status: int = 200, **more: Any) -> Drift:
    """A drift as a judge would find it, seen in `responses` responses, with `known`, at an `endpoint`."""
    known, responses, endpoint = more.pop("known", None), more.pop("responses", 1), more.pop("endpoint", "sim:kimi")
    exchange = Exchange(operation, Request("GET", "http://localhost"), Answer(status, (), b"{}"))
    breach = Breach(rule, place, **{"expected": "object", **more})
    return evolve(sighting(breach, exchange, endpoint, "small", operation), known=known, responses=responses)


def told(contract: Contract, drifts: Iterable[Drift]) -> list[Finding]:
    """The findings of the small contract's drifts."""
    return list(findings(drifts, {"small": contract}))


def counts(operation: str, **more: Any) -> Drift:
    """`counts` is null, in a list or in one batch."""
    place = "/data/*/counts" if operation == "list_batches" else "/counts"
    return drift(NULL, place, operation, location=(*BATCH, "properties", "counts"), **more)


def test_the_same_line_at_two_operations_is_one_fact(contract) -> None:
    """A field that is null in a list and in one batch is told once, with both places."""
    [finding] = told(contract, [counts("list_batches"), counts("create_batch")])

    assert [one.identity.operation for one in finding.drifts] == ["list_batches", "create_batch"]
    assert finding.spec == ("small.yaml", 1 + DOCUMENT.splitlines().index("        counts: {type: object}"))


@pytest.mark.parametrize(
    "other",
    [
        counts("create_batch", known=REASON),
        counts("create_batch", endpoint="live:kimi"),
        drift(TYPE, "/counts", "create_batch", location=(*BATCH, "properties", "counts"), value="array"),
        drift(NULL, "/status", "create_batch", location=(*BATCH, "properties", "status")),
    ],
    ids=["known", "endpoint", "rule", "line"],
)
def test_what_is_another_fact_is_told_apart(contract, other) -> None:
    """Known state, endpoint, rule and line tell facts apart."""
    assert len(told(contract, [counts("list_batches"), other])) == 2


def test_each_new_value_is_a_fact(contract) -> None:
    """Two values outside one list are two findings."""
    rows = [drift(ENUM, "/data/*/status", value=value, location=(*BATCH, "properties", "status")) for value in "ab"]

    assert len(told(contract, rows)) == 2


def test_fields_that_one_schema_does_not_know_are_one_fact(contract) -> None:
    """Undocumented fields of the same object, also where it is only referred to."""
    rows = [
        drift(EXTRA, "/data/*/x", location=("paths", "/v1/batches", "get", *_answer(), "properties", "data", "items")),
        drift(EXTRA, "/y", "create_batch", location=("paths", "/v1/batches", "post", *_answer())),
    ]

    [finding] = told(contract, rows)

    assert len(finding.drifts) == 2


def _answer() -> tuple[str, ...]:
    return ("responses", "200", "content", "application/json", "schema")


def envelope(operation: str = "create_batch", **more: Any) -> list[Drift]:
    """A batch within `data`, where the contract requires its fields at the top."""
    missing = [drift(MISSING, f"/{name}", operation, location=(*BATCH, "properties", name), **more) for name in _TOP]
    return [*missing, drift(EXTRA, "/data", operation, location=BATCH, observed="object", severity="info", **more)]


_TOP = ("id", "status")


def test_an_envelope_is_one_fact(contract) -> None:
    """All rows of a body that has nothing required at the top; its rule is that of the most severe."""
    [finding] = told(contract, envelope())

    assert (finding.rule, finding.severity, len(finding.drifts)) == (MISSING, "breaking", 3)


def test_a_field_of_another_type_is_not_there_either(contract) -> None:
    """As in an envelope that has a `status` of its own."""
    rows = envelope()
    rows[1] = drift(TYPE, "/status", "create_batch", location=(*BATCH, "properties", "status"), value="boolean")

    assert len(told(contract, rows)) == 1


def test_one_field_that_is_there_makes_it_no_envelope(contract) -> None:
    """Then each row is a fact of its own."""
    assert len(told(contract, envelope()[1:])) == 2


def test_what_other_answers_of_the_operation_show_is_not_the_envelope_s(contract) -> None:
    """A field that is undocumented in more responses than were enveloped is another fact."""
    rows = [*envelope(), drift(EXTRA, "/more", "create_batch", location=(*BATCH, "x"), responses=9)]

    assert sorted(len(finding.drifts) for finding in told(contract, rows)) == [1, 3]


def test_fields_that_were_missing_in_different_answers_are_no_envelope(contract) -> None:
    """Now this and now that is missing: two facts."""
    rows = [
        drift(MISSING, f"/{name}", "create_batch", location=(*BATCH, "properties", name), responses=number)
        for number, name in enumerate(_TOP, 1)
    ]

    assert len(told(contract, rows)) == 2


def test_known_and_new_rows_of_one_envelope_are_told_apart(contract) -> None:
    """A new field in an envelope that is accepted is new."""
    known = envelope(known=REASON)
    rows = [*known, drift(EXTRA, "/news", "create_batch", location=BATCH, severity="info")]

    new, old = told(contract, rows)

    assert (new.known, len(new.drifts), len(old.drifts)) == (None, 1, 3)


def test_foreign_error_bodies_are_one_fact_wherever_they_come(contract) -> None:
    """The same error body at two operations is told once."""
    rows = []
    for operation in ("list_batches", "create_batch"):
        rows.append(drift(MISSING, "/error", operation, 401, location=(*REFUSED, "properties", "error")))
        rows.append(drift(EXTRA, "/code", operation, 401, location=REFUSED, severity="info"))

    [finding] = told(contract, rows)

    assert len(finding.drifts) == 4


def test_findings_stand_in_the_order_of_whom_they_hurt(contract) -> None:
    """New before known, breaking before info, a silent loss before an error that is raised; contracts come last."""
    rows = [
        drift(EXTRA, "/z", location=("info",), severity="info"),
        counts("create_batch", known=REASON),
        drift(NULL, "/a", location=("paths",)),
        counts("list_batches"),
        drift("contract-blind-spot", "/b", endpoint=None, severity="info"),
    ]
    rows[2].impact["some client"] = "raises ValueError"
    rows[3].impact["some client"] = "None, in silence"

    order = [(one.lead.identity.pointer, one.harm) for one in told(contract, rows)]

    assert order == [
        ("/data/*/counts", "silent"),
        ("/a", "raises"),
        ("/z", "none"),
        ("/b", "none"),
        ("/counts", "none"),
    ]


def test_the_id_of_a_finding_is_that_of_the_fact(contract) -> None:
    """More sightings, another operation first, or lines that moved make no other finding of it."""
    one, two = counts("list_batches"), counts("create_batch")
    moved = read_text("\n\n" + DOCUMENT)

    ids = {told(contract, rows)[0].id for rows in ([one], [two, one], [evolve(one, responses=2)])} | {
        told(moved, [one])[0].id
    }

    assert len(ids) == 1


def read_text(text: str) -> Contract:
    """A contract from a text."""
    return Contract("small", "small.yaml", parse(text, "small.yaml"))


def test_every_drift_of_a_run_is_in_exactly_one_finding(batch_conformance, tmp_path: Path) -> None:
    """In drift.json findings name their drifts, and drifts their finding."""
    run = ("run", "sim:siliconflow", "--against", "kimi", "--operation", "list_batches", "--out", str(tmp_path))
    batch_conformance(*run)
    tree = orjson.loads((tmp_path / "drift.json").read_bytes())

    of = {fingerprint: finding["id"] for finding in tree["findings"] for fingerprint in finding["drift"]}

    assert sum(len(finding["drift"]) for finding in tree["findings"]) == len(tree["drift"])
    assert of == {row["fingerprint"]: row["finding"] for row in tree["drift"]}
    headlines = [finding["headline"] for finding in tree["findings"]]
    assert "`status` is `in_queue` where Kimi has a closed list of values" in headlines
    assert "`request_counts` is null where Kimi documents an object" in headlines
    assert len(tree["findings"]) < len(tree["drift"])
