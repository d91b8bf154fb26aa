"""Which documented places were seen: those that held a value, whatever was seen before."""

import orjson

from conformance import contract
from conformance.checks.coverage import Seen, coverage
from conformance.checks.finder import finders
from conformance.checks.quick import Quick
from conformance.exchange import MAX_DEPTH, Answer
from conformance.schema import PayloadSchema
from tests.checks.test_ordinary import body


def test_places_add_up() -> None:
    """Whichever were seen before, and in whatever part."""
    operation = contract.load("kimi").operations["list_batches"]
    whole = body("kimi", "list_batches")
    every = Seen()
    every.add(whole, operation)
    assert every.pointers >= {"/has_more", "/data/*/id", "/data/*/request_counts", "/data/*/request_counts/total"}
    for pointer in sorted(every.pointers):
        before = Seen({pointer})
        before.add(whole, operation)
        assert before.pointers == every.pointers
        rest = Seen(every.pointers - {pointer})
        rest.add(whole, operation)
        assert rest.pointers == every.pointers
    assert coverage(operation, every).seen <= coverage(operation, every).places


def test_what_may_go_deep_is_not_read_in_a_hurry() -> None:
    """Where a contract says nothing of a place, anything may stand there, however deep."""
    operation = contract.load("kimi").operations["retrieve_batch"]
    response = operation.response(200)
    assert response is not None
    assert response.schema is not None
    schema = PayloadSchema(response.schema.document, response.schema.location)
    changed = orjson.loads(orjson.dumps(response.schema.json_schema))
    for node in (changed, *changed["$defs"].values()):
        if "metadata" in node.get("properties", ()):
            node["properties"]["metadata"] = {}
    schema.json_schema = changed  # type: ignore[misc]
    forms = finders(operation.name).quick_forms
    assert forms is not None
    quick = Quick.of(operation, schema, forms)
    assert quick is not None
    made = body("kimi", "retrieve_batch")
    for depth, is_read in ((2, True), (MAX_DEPTH + 1, False)):
        text = orjson.dumps({**made, "metadata": 0}).replace(
            b'"metadata":0', b'"metadata":' + b"[" * depth + b"]" * depth
        )
        assert (quick.read(Answer(200, (), text)) is not None) is is_read
