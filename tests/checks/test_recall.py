"""Recall and false alarms over every single mutation of a conforming body.

Every place × null, missing, each wrong type, an unknown value, beyond each bound, one member too many: places and
expectations are read off the contracts, bodies go over real sockets, and each must give exactly the row it stands for.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from attrs import frozen

from conformance import contract
from conformance.contract import Contract, Operation, Response
from conformance.drift import Drift
from conformance.endpoint import Endpoint, Limits
from conformance.exchange import Exchange, PayloadPath
from conformance.providers import PROVIDERS
from conformance.sample import remove, replace, sample, value_at
from tests.judging import judged
from tests.wrong.server import Asked, Reply, serving

VALUES: dict[str, Any] = {
    "null": None,
    "boolean": True,
    "integer": 7,
    "number": 7.5,
    "string": "seven",
    "array": [],
    "object": {},
}
"""A value of each JSON type."""

CONSISTENT = {
    "status": "in_progress",
    "created_at": 10,
    "in_progress_at": 20,
    "expires_at": 90,
    "finalizing_at": None,
    "completed_at": None,
    "failed_at": None,
    "expired_at": None,
    "cancelling_at": None,
    "cancelled_at": None,
    "request_counts": {"completed": 1, "failed": 1, "total": 3},
}
"""What a batch must say to contradict nothing.

Kept from a sample only where the contract has the field and allows the value.
"""


@frozen
class Mutation:
    """A changed body, and the one row it must give; None: it is still right."""

    name: str
    contract: str
    operation: str
    status: int
    body: bytes
    expected: tuple[str, str] | None


MISSING = "response-required-property-missing"
RELIED_ON = {
    ("list_batches", "without id data/0"): (MISSING, "/data/*/id"),
    ("create_batch", "without id "): (MISSING, "/id"),
    ("retrieve_batch", "without id "): (MISSING, "/id"),
    ("cancel_batch", "without id "): (MISSING, "/id"),
    ("list_files", "without id data/0"): (MISSING, "/data/*/id"),
    ("list_files", "without id data/data/0"): (MISSING, "/data/data/*/id"),
}
"""What nobody can do without, though a contract may not require it."""


def mutations(judged: Contract) -> Iterator[Mutation]:
    """Every mutation of every documented JSON response of a contract, the conforming body itself first."""
    for operation in judged.operations.values():
        for status, response in _json_responses(operation):
            body = conforming(response)
            for name, changed, expected in _mutated(response, body):
                if expected is None and status < 300:
                    expected = RELIED_ON.get((operation.name, name))  # noqa: PLW2901 - more is due than by the schema
                yield Mutation(name, judged.name, operation.name, status, orjson.dumps(changed), expected)


def _json_responses(operation: Operation) -> Iterator[tuple[int, Response]]:
    for key, response in operation.responses.items():
        if response.schema is not None:
            yield int(key) if key.isdecimal() else 599, response


def conforming(response: Response) -> Any:
    """A body that the contract allows and that no invariant objects to."""
    assert response.schema is not None
    body = sample(response.schema)
    for place in list(_concrete(body)):
        name = place[-1] if place else None
        if name in CONSISTENT:
            changed = replace(body, place, CONSISTENT[str(name)])
            if response.schema.validator.is_valid(changed):
                body = changed
        if name in {"first_id", "last_id"} and isinstance(body.get("data"), list):
            body = replace(body, place, body["data"][0]["id"])
    assert response.schema.validator.is_valid(body)
    return body


def _concrete(node: Any, path: PayloadPath = ()) -> Iterator[PayloadPath]:
    """Every path of a body, the deepest last."""
    yield path
    if isinstance(node, dict):
        for key, child in node.items():
            yield from _concrete(child, (*path, key))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from _concrete(child, (*path, index))


Change = tuple[str, Any, tuple[str, str] | None]


def _mutated(response: Response, body: Any) -> Iterator[Change]:
    schema = response.schema
    assert schema is not None
    yield "unchanged", body, None
    for path in _concrete(body):
        place = schema.place(path)
        if not place.documented:
            continue
        node = schema.node(place)
        shown = "/".join(str(step) for step in path)
        yield from (
            (f"{name} {shown}", changed, row) for name, changed, row in _values(node, body, path, place.pointer)
        )
        yield from (
            (f"{name} {shown}", changed, row) for name, changed, row in _members(node, body, path, place.pointer)
        )


def _values(node: dict[str, Any], body: Any, path: PayloadPath, pointer: str) -> Iterator[Change]:
    """Other values at a place: every type, a value outside the list, a value beyond each bound."""
    allowed = _types(node)
    for kind, value in VALUES.items():
        if kind in allowed or (kind == "integer" and "number" in allowed) or not allowed:
            continue
        rule = "response-property-became-nullable" if kind == "null" else "response-property-type-changed"
        yield kind, replace(body, path, value), (rule, pointer)
    closed = [value for value in node.get("enum", [node["const"]] if "const" in node else []) if value is not None]
    if closed and isinstance(closed[0], str):
        rule = "invariant-constant-changed" if len(closed) == 1 else "response-property-enum-value-added"
        yield "unknown value", replace(body, path, "exploded"), (rule, pointer)
    for name, value in _beyond(node):
        yield name, replace(body, path, value), ("response-value-out-of-range", pointer)


def _types(node: dict[str, Any]) -> set[str]:
    """The JSON types that a schema allows; empty: any."""
    choices = [choice for key in ("anyOf", "oneOf") for choice in node.get(key, ())]
    if choices:
        return (
            {kind for choice in choices for kind in _types(choice)}
            if all("$ref" not in one for one in choices)
            else set()
        )
    kinds = node.get("type", [])
    found = {kinds} if isinstance(kinds, str) else set(kinds)
    return found | {"null"} if node.get("nullable") and found else found


def _beyond(node: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    if "minimum" in node:
        yield "below minimum", node["minimum"] - 1
    if "maximum" in node:
        yield "above maximum", node["maximum"] + 1
    if "maxLength" in node:
        yield "too long", "x" * (node["maxLength"] + 1)
    if "minLength" in node:
        yield "too short", "x" * (node["minLength"] - 1)
    if "pattern" in node:
        yield "against the pattern", "\x01"


def _members(node: dict[str, Any], body: Any, path: PayloadPath, pointer: str) -> Iterator[Change]:
    """An object with a member too few, or one too many."""
    holder = value_at(body, path)
    if not isinstance(holder, dict) or "properties" not in node:
        return
    for name in node["properties"]:
        row = (MISSING, f"{pointer}/{name}") if name in node.get("required", ()) else None
        yield f"without {name}", remove(body, (*path, name)), row
    if "additionalProperties" not in node:
        yield "extra member", replace(body, (*path, "extra"), 1), ("response-property-undocumented", f"{pointer}/extra")


BOUNDS = tuple(str(path) for path in sorted((Path(__file__).parent / "data").glob("bounds-*.yaml")))
"""Made-up contracts with what the providers' do not use: bounds, patterns, alternatives, recursion."""


REFERENCES = tuple(one.contract for one in PROVIDERS.values() if one.reference)
OTHERS = [pytest.param(name, marks=pytest.mark.full) for name in contract.names() if name not in REFERENCES]


@pytest.mark.parametrize("name", [*REFERENCES, *OTHERS, *BOUNDS], ids=lambda name: Path(name).stem)
def test_every_mutation_gives_its_row_and_no_other(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Recall 100 %, false alarms 0."""
    judging = contract.load(name)
    every = list(mutations(judging))
    found: Counter[str] = Counter()
    due: Counter[str] = Counter()
    wrong: list[str] = []
    with serving(lambda asked: _serve(every, asked)) as url, _endpoint(url) as (endpoint, exchanges):
        for number, mutation in enumerate(every):
            endpoint.base_url = f"{url}/{number}/v1"
            rows = {(drift.rule, drift.identity.pointer) for drift in _judge(judging, mutation, endpoint, exchanges)}
            expected = {mutation.expected} if mutation.expected else set()
            rule = mutation.expected[0] if mutation.expected else "(conforms)"
            due[rule] += 1
            found[rule] += expected <= rows
            if rows != expected:
                wrong.append(f"{mutation.operation} {mutation.status} {mutation.name}: {rows} instead of {expected}")
    table = [f"  {rule:42} recall {found[rule]}/{count}" for rule, count in sorted(due.items())]
    title = (
        f"\n{judging.name}: {len(every)} mutations of {len(judging.operations)} operations, {len(wrong)} judged wrongly"
    )
    with capsys.disabled():
        sys.stdout.write("\n".join([title, *table, ""]))
    assert wrong == []


def _serve(every: list[Mutation], asked: Asked) -> Reply:
    mutation = every[int(asked.path.split("/")[1])]
    return Reply(mutation.status, mutation.body)


@contextmanager
def _endpoint(url: str) -> Iterator[tuple[Endpoint, list[Exchange]]]:
    exchanges: list[Exchange] = []
    with Endpoint("live:any", url, "sk-test", True, Limits(), exchanges.append) as endpoint:
        yield endpoint, exchanges


def _judge(judging: Contract, mutation: Mutation, endpoint: Endpoint, exchanges: list[Exchange]) -> tuple[Drift, ...]:
    operation = judging.operations[mutation.operation]
    names = [parameter.name for parameter in operation.parameters if parameter.where == "path"]
    endpoint.send(operation, path_parameters=dict.fromkeys(names, "some_id"))
    return tuple(drift for drift in judged(exchanges[-1:], judging).drifts if drift.rule not in REQUEST_RULES)


REQUEST_RULES = frozenset({"request-valid-rejected", "request-invalid-accepted"})
"""The probe here is a bare request, often incomplete: how it is met is another test's matter."""
