"""Contracts that anybody may give: one line, or a right reading, within bounds, whatever is in them."""

import json
import resource
from pathlib import Path
from typing import Any

import pytest

from conformance.compare import compare
from conformance.contract import ContractError, load
from conformance.document import DocumentError
from conformance.report.fields import batch_fields
from conformance.sample import sample
from tests.contracts.published import answer, document, listing

SCHEMAS = "#/components/schemas/"


def ref(name: object) -> dict[str, str]:
    """A reference to a schema."""
    return {"$ref": f"{SCHEMAS}{name}"}


def answering(schema: Any, **schemas: Any) -> dict[str, Any]:
    """A document whose batch has a schema."""
    return document({"/batches/{id}": {"get": answer(schema)}}, components={"schemas": schemas})


TWELVE = {f"S{n}": {"type": "object", "properties": {f"S{m}": ref(f"S{m}") for m in range(12)}} for n in range(12)}
READ: dict[str, Any] = {
    "allOf of itself": answering(ref("A"), A={"allOf": [ref("A"), {"type": "object"}]}),
    "allOf in a circle": answering(
        ref("A"), A={"allOf": [ref("B")]}, B={"allOf": [ref("A")], "properties": {"x": ref("A")}}
    ),
    "anyOf of itself": answering(ref("A"), A={"anyOf": [ref("A"), {"type": "null"}]}),
    "twelve that refer to one another": answering(ref("S0"), **TWELVE),
    "shared anyOf, 18 deep": answering(
        ref("D0"),
        D18={"type": "string"},
        **{
            f"D{n}": {
                "anyOf": [{"properties": {"a": ref(f"D{n + 1}")}}, {"properties": {"a": ref(f"D{n + 1}"), "b": {}}}]
            }
            for n in range(18)
        },
    ),
    "the same allOf twice, 40 deep": answering(
        ref("D0"), D40={"type": "object"}, **{f"D{n}": {"allOf": [ref(f"D{n + 1}")] * 2} for n in range(40)}
    ),
    "numbers beyond 64 bit": answering(
        {"type": "integer", "maximum": 10**30, "enum": [10**25, 2**64], "default": 10**22}
    ),
    "null alone": answering({"properties": {"a": {"enum": [None]}, "b": {"anyOf": [{"type": "null"}]}}}),
    "no value at all": answering({"properties": {"a": {"enum": []}, "b": {"type": "string", "enum": []}}}),
    "true and false": answering({"properties": {"a": True, "b": False}}),
}


@pytest.fixture
def given(tmp_path: Path) -> Any:
    """Writes a document to a file."""

    def write(content: Any, name: str = "their.json") -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return str(path)

    return write


@pytest.mark.parametrize("name", READ)
def test_what_is_odd_and_right_is_read(given: Any, name: str) -> None:
    """Compared with another and with itself, its fields told: in seconds and some megabytes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    odd, plain = load(given(READ[name])), load(given(answering({"type": "object"}), "plain.json"))

    assert list(compare(odd, odd)) == []
    assert len(list(compare(plain, odd))) < 1000
    assert len(list(compare(odd, plain))) < 1000
    assert len(batch_fields(odd)) <= 2000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_schemas_without_end_are_compared_in_a_line(given: Any) -> None:
    """Where every one of twelve leads to all, a change is told, or that there are too many ways to it."""
    changed = json.loads(json.dumps(READ["twelve that refer to one another"]))
    changed["components"]["schemas"]["S7"]["properties"]["S3"] = {"type": "string"}
    old, new = load(given(READ["twelve that refer to one another"])), load(given(changed, "new.json"))

    with pytest.raises(DocumentError, match="too many ways to be compared") as caught:
        compare(old, new)
    assert "\n" not in str(caught.value)


def test_a_payload_of_schemas_without_end_has_an_end(given: Any) -> None:
    """Where a sample is made to see what a client does with it, it is cut."""
    schema = load(given(READ["twelve that refer to one another"])).operations["retrieve_batch"].response(200).schema

    assert len(str(sample(schema))) < 1_000_000


def with_responses(responses: Any) -> dict[str, Any]:
    """A document whose list has these responses."""
    return document({"/batches": {"get": {"responses": responses}}})


REFUSED: dict[str, tuple[Any, str]] = {
    "servers a text": (document({"/batches": listing()}, servers="https://x"), "`servers` is not a list"),
    "a number without end": (answering({"const": 10**400}), "not a number that JSON has"),
    "a reference to itself": (answering({"properties": {"a": ref("A")}}, A=ref("A")), "circle"),
    "a reference to nowhere": (answering(ref("Nobody")), "nothing there"),
    "a reference abroad": (answering({"$ref": "other.yaml#/A"}), "within the document"),
    "a reference of another type": (answering({"$ref": 5}), "within the document"),
    "properties a list": (answering({"properties": [1]}), "not a well-formed"),
    "responses in a circle": (
        with_responses({"200": {"$ref": "#/paths/~1batches/get/responses/200"}}),
        "circle",
    ),
    "content a number": (with_responses({"200": {"content": {"application/json": 7}}}), "not a well-formed"),
    "deep JSON": (b'{"openapi":"3.1.0","paths":' + b'{"a":' * 3000 + b"1" + b"}" * 3001, "nesting"),
    "deep YAML": (b"openapi: 3.1.0\npaths: {/batches: {get: " + b"{a: " * 400 + b"1" + b"}" * 402, "deeper than"),
    "not text": (bytes(range(256)), "not UTF-8"),
    "nothing": (b"", "empty"),
    "two documents": (b"openapi: 3.1.0\n---\nopenapi: 3.1.0\n", "a second document"),
    "composed in too many ways": (
        answering(
            ref("D0"),
            D30={"type": "object"},
            **{f"D{n}": {"allOf": [ref(f"D{n + 1}"), {"title": "t", "allOf": [ref(f"D{n + 1}")]}]} for n in range(30)},
        ),
        "in too many ways",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_refused_in_a_line(given: Any, name: str) -> None:
    """The line names the file."""
    content, words = REFUSED[name]
    path = given(content, "their.yaml" if isinstance(content, bytes) else "their.json")

    with pytest.raises(ContractError, match=words) as caught:
        load(path)

    assert "their." in str(caught.value)
    assert "\n" not in str(caught.value)


def test_aliases_that_grow_without_end_cost_nothing(given: Any) -> None:
    """A billion laughs are refused where an operation reaches them, and nobody's business elsewhere."""
    bomb = ["openapi: 3.1.0", "x0: &x0 {type: string}"]
    for number in range(9):
        fields = ", ".join(f"p{one}: *x{number}" for one in range(9))
        bomb.append(f"x{number + 1}: &x{number + 1} {{type: object, properties: {{{fields}}}}}")
    text = (
        "\n".join(bomb) + "\npaths: {/batches: {get: {responses: {200: {content: {application/json: {schema: *x9}}}}}}}"
    )

    with pytest.raises(ContractError, match="more than 500,000 values"):
        load(given(text.encode(), "bomb.yaml"))
    assert load(given(text.replace("schema: *x9", "schema: *x1").encode(), "fine.yaml")).operations


def test_a_directory_is_no_document(tmp_path: Path) -> None:
    """One line; so it is for whatever else cannot be read."""
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(ContractError, match=r"folder\.yaml: "):
        load(str(tmp_path / "folder.yaml"))


NULLS = [
    {"type": "string", "nullable": True, "enum": ["a"]},
    {"type": ["string", "null"], "enum": ["a"]},
    {"type": ["string", "null"], "enum": ["a", None]},
    {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "null"}]},
    {"type": ["string", "null"], "const": "a"},
]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
@pytest.mark.parametrize("one", NULLS)
def test_null_beside_an_enum_is_said_in_many_ways(given: Any, version: str, one: dict[str, Any]) -> None:
    """The judge lets null through, and a comparison of any two says nothing."""
    contract = load(given(answering({"properties": {"a": one}}) | {"openapi": version}))
    other = load(given(answering({"properties": {"a": NULLS[0]}}), "other.json"))

    schema = contract.operations["retrieve_batch"].response(200).schema
    assert schema.validator.is_valid({"a": None})
    assert not schema.validator.is_valid({"a": "b"})
    assert [row.rule for row in compare(contract, other)] == []
