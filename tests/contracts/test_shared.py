"""What is defined once and referred to often is looked at once: twice as deep costs twice as much, not its square."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance import documented, json_schema, places, references, schema
from conformance.compare import compare, schemas, shape
from conformance.contract import Contract, ContractError, load
from conformance.report.fields import batch_fields
from conformance.sample import sample
from conformance.schema import MAX_PLACES, PayloadSchema
from tests.contracts.test_hostile import answering, ref


def object_of(**fields: Any) -> dict[str, Any]:
    """An object with these fields."""
    return {"type": "object", "properties": fields}


def anyof(below: dict[str, str]) -> Any:
    """Two objects with one field that is the same."""
    return {"anyOf": [object_of(a=below), object_of(a=below, b={})]}


def twice(below: dict[str, str]) -> Any:
    """Two fields of one schema."""
    return object_of(a=below, b=below)


def list_or_object(below: dict[str, str]) -> Any:
    """A list or an object of one schema."""
    return {"anyOf": [{"type": "array", "items": below}, object_of(a=below)]}


def crossed(below: dict[str, str]) -> Any:
    """Fields that a merge makes up, of two alternatives each."""
    other = {"allOf": [below, {"title": "other"}]}
    return {"anyOf": [object_of(a=below, b=below), object_of(a={"anyOf": [other]}, b={"anyOf": [other]})]}


SHARED = (anyof, twice, list_or_object, crossed)


def deep(kind: Callable[[dict[str, str]], Any], depth: int, lowest: str, folder: Path) -> Contract:
    """A contract of that kind, so many schemas deep."""
    below = {f"D{n}": kind(ref(f"D{n + 1}")) for n in range(depth)}
    path = folder / f"{kind.__name__}-{depth}-{lowest}.json"
    path.write_text(json.dumps(answering(ref("D0"), **below, **{f"D{depth}": {"type": lowest}})), encoding="utf-8")
    return load(str(path))


def payload(contract: Contract) -> PayloadSchema:
    """The schema of its answer."""
    found = contract.operations["retrieve_batch"].response(200).schema
    assert found is not None
    return found


WORK: dict[str, Callable[[Contract, Contract], object]] = {
    "compared with another": lambda one, other: list(compare(one, other)),
    "compared with itself": lambda one, _: list(compare(one, one)),
    "places": lambda one, _: list(payload(one).places()),
    "the nearest list": lambda one, _: payload(one).list_place(),
    "fields": lambda one, _: batch_fields(one),
    "what is said of a place": lambda one, _: places.saying(payload(one), "/a" * 18),
    "a place": lambda one, _: payload(one).place(("a",) * 18),
    "a sample": lambda one, _: sample(payload(one)),
}
WITHOUT_END = {("places", "twice"), ("places", "list_or_object"), ("places", "crossed")} | {
    (name, kind.__name__) for name in ("fields", "a sample") for kind in (twice, list_or_object, crossed)
}
"""Whose result itself has a place more for every way: cut by bounds of their own, and so is the work."""


@pytest.mark.parametrize("kind", SHARED)
@pytest.mark.parametrize("name", WORK)
def test_twice_as_deep_is_twice_the_work(
    name: str, kind: Callable[[dict[str, str]], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work is how often a place of the document is looked up."""
    looked_up = 0
    real = references.at

    def counting(document: Any, location: Any) -> Any:
        nonlocal looked_up
        looked_up += 1
        return real(document, location)

    depths = (5, 10) if kind is crossed else (9, 18)
    pairs = [[deep(kind, depth, lowest, tmp_path) for lowest in ("string", "boolean")] for depth in depths]
    for module in (references, json_schema, schema, schemas, shape, places, documented):
        monkeypatch.setattr(module, "at", counting, raising=False)
    work = []
    for one, other in pairs:
        looked_up = 0
        WORK[name](one, other)
        work.append(looked_up)

    if (name, kind.__name__) in WITHOUT_END:
        assert work[1] < 4 * MAX_PLACES
    else:
        assert work[1] <= 2.5 * work[0] + 20


@pytest.mark.parametrize("kind", [twice, list_or_object])
def test_a_change_of_what_is_shared_is_told_with_the_number_of_its_places(
    kind: Callable[[dict[str, str]], Any], tmp_path: Path
) -> None:
    """Each place where it can be read, as far as anybody reads; the count has them all."""
    few = list(compare(*(deep(kind, 5, lowest, tmp_path) for lowest in ("string", "boolean"))))
    many = list(compare(*(deep(kind, 12, lowest, tmp_path) for lowest in ("string", "boolean"))))

    assert [sum(one.observed.values()) for one in few] == [1] * 2**5
    assert len(many) == schemas.MAX_PLACES
    assert sum(sum(one.observed.values()) for one in many) == 2**12
    assert len({one.identity.pointer for one in many}) == len(many)


def test_what_a_validator_would_write_out_without_end_is_refused(tmp_path: Path) -> None:
    """It would need twice the memory for every level: one line, at once."""
    with pytest.raises(ContractError, match="composed of one another in too many ways"):
        deep(crossed, 18, "string", tmp_path)
