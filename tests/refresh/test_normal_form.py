"""Each way that JSON Schema has of saying a thing, and the one way in which the generator is told it."""

from typing import Any

import pytest

from scripts.normal_form import NoClientError, normal_form
from scripts.safety import MAX_ENTRIES

COUNTS = {"type": "object", "properties": {"total": {"type": "integer"}}}


def formed(schema: Any, **others: Any) -> tuple[Any, dict[str, Any]]:
    """The normal form of a property `x` of a schema `Batch`, and the schemas that got names of their own."""
    schemas = {"Batch": {"type": "object", "properties": {"x": schema}}, "Counts": COUNTS, **others}
    made = normal_form({"openapi": "3.1.0", "paths": {}, "components": {"schemas": schemas}})["components"]["schemas"]
    return made["Batch"]["properties"]["x"], {name: one for name, one in made.items() if name not in schemas}


SAME: list[tuple[Any, Any]] = [
    ({"type": "string", "format": "date-time"}, {"type": "string"}),
    ({"type": "string", "format": "date"}, {"type": "string"}),
    ({"type": "string", "format": "uuid"}, {"type": "string"}),
    ({"type": "string", "format": "binary"}, {"type": "string", "format": "binary"}),
    ({"type": "integer", "enum": [1, 2]}, {"type": "integer"}),
    ({"const": 1}, {"type": "integer"}),
    ({"const": "a"}, {"type": "string", "enum": ["a"]}),
    ({"enum": ["a", "b"]}, {"type": "string", "enum": ["a", "b"]}),
    ({"enum": ["a", "a"]}, {"type": "string", "enum": ["a"]}),
    ({"enum": ["a"], "anyOf": [{"type": "string"}, {"type": "integer"}]}, {"type": "string", "enum": ["a"]}),
    ({"enum": [None]}, {"type": "null"}),
    ({"type": "null"}, {"type": "null"}),
    ({"type": ["string"]}, {"type": "string"}),
    ({"type": "string", "nullable": True}, {"oneOf": [{"type": "string"}, {"type": "null"}]}),
    ({"type": ["string", "null"]}, {"oneOf": [{"type": "string"}, {"type": "null"}]}),
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"oneOf": [{"type": "string"}, {"type": "null"}]}),
    ({"oneOf": [{"type": "string"}, {"enum": [None]}]}, {"oneOf": [{"type": "string"}, {"type": "null"}]}),
    ({"type": "string", "title": "Foo", "default": 3}, {"type": "string"}),
    ({"type": "array"}, {"type": "array", "items": {}}),
    ({"items": {"type": "string"}}, {"type": "array", "items": {"type": "string"}}),
    (True, {}),
    ({}, {}),
    ({"$ref": "#/components/schemas/Counts"}, {"$ref": "#/components/schemas/Counts"}),
    ({"allOf": [{"$ref": "#/components/schemas/Counts"}]}, {"$ref": "#/components/schemas/Counts"}),
    ({"allOf": [{"type": "string"}, {"enum": ["q"]}]}, {"type": "string", "enum": ["q"]}),
    (
        {"allOf": [{"$ref": "#/components/schemas/Counts"}, {"properties": {"y": {"const": "a"}}}]},
        {
            "type": "object",
            "properties": {"y": {"type": "string", "enum": ["a"]}, "total": {"type": "integer"}},
        },
    ),
    (
        {"$ref": "#/components/schemas/Counts", "nullable": True},
        {"oneOf": [{"$ref": "#/components/schemas/Counts"}, {"type": "null"}]},
    ),
    ({"$ref": "#/components/schemas/Batch"}, {}),
]


@pytest.mark.parametrize(("said", "form"), SAME)
def test_each_way_of_saying_a_thing_has_one_form(said: Any, form: Any) -> None:
    """The generator knows the form, whichever way the page says it."""
    assert formed(said) == (form, {})


NULLABLE_ENUMS = [
    {"type": ["string", "null"], "enum": ["a", None]},
    {"type": ["string", "null"], "enum": ["a"]},
    {"type": "string", "nullable": True, "enum": ["a", None]},
    {"type": "string", "nullable": True, "enum": ["a"]},
    {"enum": ["a", None]},
    {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "null"}]},
]


@pytest.mark.parametrize("said", NULLABLE_ENUMS)
def test_an_enum_beside_null_is_one_class_or_none(said: Any) -> None:
    """All spellings lead to one enumeration with the name it would have without null."""
    form, made = formed(said)

    assert form == {"oneOf": [{"$ref": "#/components/schemas/BatchX"}, {"type": "null"}]}
    assert made == {"BatchX": {"type": "string", "enum": ["a"]}}


def test_a_schema_that_admits_null_is_named_without_it() -> None:
    """The class stays what it is called; who refers to it may find null."""
    form, made = formed({"$ref": "#/components/schemas/Maybe"}, Maybe={**COUNTS, "type": ["object", "null"]})

    assert form == {"oneOf": [{"$ref": "#/components/schemas/Maybe"}, {"type": "null"}]}
    assert made == {}


def test_values_of_several_types_are_an_open_union() -> None:
    """Words stay an enumeration, numbers any number."""
    form, made = formed({"enum": ["a", 1, None]})

    assert form == {"oneOf": [{"$ref": "#/components/schemas/BatchX"}, {"type": "integer"}, {"type": "null"}]}
    assert made == {"BatchX": {"type": "string", "enum": ["a"]}}


def test_values_that_would_share_a_name_get_distinct_ones() -> None:
    """The generator would stop at them."""
    form, _ = formed({"enum": ["a-b", "a_b", ""]})

    assert form["x-enum-varnames"] == ["VALUE_0", "VALUE_1", "VALUE_2"]


def test_schemas_are_renamed_where_their_classes_would_be_others() -> None:
    """Who is called so already stays so; the other, and what generated code needs for itself, get other names."""
    schemas = {
        "batch": {"type": "string", "enum": ["a"]},
        "Batch": {
            "type": "object",
            "properties": {"x": {"$ref": "#/components/schemas/batch"}, "status": {"enum": ["b"]}},
        },
        "BatchStatus": {"type": "object", "properties": {"any": {"$ref": "#/components/schemas/Any"}}},
        "Any": COUNTS,
    }
    made = normal_form({"paths": {}, "components": {"schemas": schemas}})["components"]["schemas"]

    assert set(made) == {"batchValue", "Batch", "BatchStatus", "AnyValue", "BatchStatusValue"}
    assert made["Batch"]["properties"]["x"] == {"$ref": "#/components/schemas/batchValue"}
    assert made["Batch"]["properties"]["status"] == {"$ref": "#/components/schemas/BatchStatusValue"}
    assert made["BatchStatus"]["properties"]["any"] == {"$ref": "#/components/schemas/AnyValue"}


def test_circles_are_cut_where_they_close() -> None:
    """A node's next node is anything; two schemas that hold each other are cut once."""
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    form, _ = formed({"$ref": "#/components/schemas/Node"}, Node=node)

    assert form == {"$ref": "#/components/schemas/Node"}
    schemas = {
        "A": {"type": "object", "properties": {"b": {"$ref": "#/components/schemas/B"}}},
        "B": {"type": "object", "properties": {"a": {"type": "array", "items": {"$ref": "#/components/schemas/A"}}}},
    }
    made = normal_form({"paths": {}, "components": {"schemas": schemas}})["components"]["schemas"]
    assert made["A"]["properties"]["b"] == {"$ref": "#/components/schemas/B"}
    assert made["B"]["properties"]["a"] == {"type": "array", "items": {}}


REFUSED: list[tuple[Any, str]] = [
    ({"enum": []}, "/x/enum: expected a list of values"),
    ({"enum": "a"}, "/x/enum: expected a list of values"),
    ({"enum": [], "anyOf": [{"$ref": "#/components/schemas/Counts"}]}, "/x/enum: expected a list of values"),
    ({"type": "date"}, "/x/type: 'date' is no type of JSON"),
    (
        {"enum": [str(number) for number in range(MAX_ENTRIES + 1)]},
        f"{MAX_ENTRIES + 1} values, more than {MAX_ENTRIES}",
    ),
    ({"$ref": "#/components/schemas/Nowhere"}, "leads nowhere"),
    ({"$ref": "#/paths/x"}, "leads nowhere"),
    ("text", "expected a schema"),
    ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "nothing is both"),
]


@pytest.mark.parametrize(("said", "reason"), REFUSED)
def test_what_no_client_can_be_made_for_is_refused_by_its_place(said: Any, reason: str) -> None:
    """One line with the place in the contract."""
    with pytest.raises(NoClientError, match=r"^#/components/schemas/Batch/properties/x") as refused:
        formed(said)

    assert reason in str(refused.value)


def test_a_reference_that_is_only_itself_is_refused() -> None:
    """It says nothing."""
    with pytest.raises(NoClientError, match="back to itself"):
        formed({"type": "string"}, Self={"$ref": "#/components/schemas/Self"})


def test_the_document_given_is_left_as_it_is() -> None:
    """The judge reads it too."""
    document = {"paths": {}, "components": {"schemas": {"A": {"type": "string", "nullable": True}}}}

    normal_form(document)

    assert document == {"paths": {}, "components": {"schemas": {"A": {"type": "string", "nullable": True}}}}
