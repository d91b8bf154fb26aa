"""What everybody relies on, whatever a contract requires: batches and items of lists have an id, and no id is empty."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve

from conformance.batches import IDS
from conformance.checks.case import Case
from conformance.checks.complaints import MISSING, Complaint, gathered
from conformance.checks.finder import in_types, judges
from conformance.checks.items import spread
from conformance.checks.one.payload import is_error
from conformance.drift import Breach
from conformance.exchange import PayloadPath
from conformance.schema import PayloadSchema, sent_values

THINGS: Mapping[str, tuple[PayloadPath, ...]] = {
    "list_batches": (("data", "*"),),
    "create_batch": ((),),
    "retrieve_batch": ((),),
    "cancel_batch": ((),),
    "list_files": (("data", "*"), ("data", "data", "*")),
    "upload_file": ((), ("data",)),
    "retrieve_file": ((),),
}
"""Where an operation's success holds things that have ids."""

RELIED_ON = frozenset({"list_batches", "create_batch", "retrieve_batch", "cancel_batch", "list_files"})
"""Operations of whose things nobody can use one without id."""

EMPTY, AN_ID = "invariant-id-empty", "an id or null"


@judges(operations=THINGS, quick=in_types)
def ids(case: Case) -> Iterator[Breach]:
    """Ids that are "", and things without one where the contract does not require it: a warning."""
    schema = case.schema
    if not case.is_settled or schema is None:
        return
    yield from gathered(_empty(case, schema), schema)
    if case.operation.name in RELIED_ON and not is_error(case.payload, schema):
        for breach in gathered(_missing(case, schema), schema):
            yield evolve(breach, severity="warning")


def _missing(case: Case, schema: PayloadSchema) -> Iterator[Complaint]:
    """Not where the contract lists what a thing has, and an id is not among it."""
    for place, thing in _things(case):
        path = (*place, "id")
        if "id" in thing or path in case.broken:
            continue
        if schema.place(path).documented or not _node(schema, place).get("properties"):
            yield Complaint(MISSING, path, "(missing)", "an id: nobody can use it without")


def _empty(case: Case, schema: PayloadSchema) -> Iterator[Complaint]:
    for place, thing in _things(case):
        for name in IDS:
            path = (*place, name)
            if thing.get(name) == "" and path not in case.touched and not _is_named(schema, path):
                yield Complaint(EMPTY, path, '""', AN_ID)


def _things(case: Case) -> Iterator[tuple[PayloadPath, dict[str, Any]]]:
    for root in THINGS[case.operation.name]:
        for place, thing in spread(case.payload, root, case.doubtful):
            if isinstance(thing, dict):
                yield place, thing


def _is_named(schema: PayloadSchema, path: PayloadPath) -> bool:
    """Whether a contract says itself that "" is sent there (`x-values`)."""
    return any(value == "" for _, value in sent_values(_node(schema, path)))


def _node(schema: PayloadSchema, path: PayloadPath) -> Mapping[str, Any]:
    """The contract's own words on a place; none where it has none."""
    place = schema.place(path)
    return schema.node(place) if place.documented else {}
