"""OpenAPI Overlay 1.1, as the specification has it."""

from typing import Any

import pytest

from conformance.document import parse
from scripts.overlay import OverlayError, apply_overlay


def applied(document: Any, *actions: str) -> Any:
    """The document after the actions, each written as a YAML flow mapping."""
    text = "\n".join(
        ["overlay: 1.1.0", "info: {title: t, version: '1'}", "actions:", *(f"  - {one}" for one in actions)]
    )
    apply_overlay(document, parse(text, "o.yaml"), "o.yaml")
    return document


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        ({"a": {"x": 1}}, "{target: $.a, update: {y: 2}}", {"a": {"x": 1, "y": 2}}),
        ({"a": {"x": {"p": 1}}}, "{target: $, update: {a: {x: {q: 2}}}}", {"a": {"x": {"p": 1, "q": 2}}}),
        ({"a": {"x": 1}}, "{target: $.a, update: {x: 3}}", {"a": {"x": 3}}),
        ({"a": {"x": 1}}, "{target: $.a.x, update: 3}", {"a": {"x": 3}}),
        ({"a": {"l": [1]}}, "{target: $.a, update: {l: [2]}}", {"a": {"l": [1, 2]}}),
        ({"l": [1]}, "{target: $.l, update: [2, 3]}", {"l": [1, 2, 3]}),
        ({"l": [1]}, "{target: $.l, update: {x: 2}}", {"l": [1, {"x": 2}]}),
        ({"l": [1]}, "{target: $.l, update: 2}", {"l": [1, 2]}),
        ({"a": {}, "b": {"x": 1}}, "{target: $.a, copy: $.b}", {"a": {"x": 1}, "b": {"x": 1}}),
        ({"a": 1, "b": 2}, "{target: $.a, copy: $.b}", {"a": 2, "b": 2}),
        ({"a": [], "b": [1]}, "{target: $.a, copy: $.b}", {"a": [1], "b": [1]}),
        ({"a": {"x": 1, "y": 2}}, "{target: $.a.x, remove: true}", {"a": {"y": 2}}),
        ({"l": [1, 2, 3, 2]}, "{target: '$.l[?@ == 2]', remove: true}", {"l": [1, 3]}),
        (
            {"a": {"x": 1}, "b": {"x": 2}},
            "{target: '$.*', update: {y: 0}}",
            {"a": {"x": 1, "y": 0}, "b": {"x": 2, "y": 0}},
        ),
    ],
)
def test_an_action_does_what_the_specification_says(before: Any, action: str, after: Any) -> None:
    """Objects merge, arrays grow, plain values are replaced; copy takes its value from the document; remove removes."""
    assert applied(before, action) == after


def test_actions_apply_in_order_each_to_the_result_of_the_last() -> None:
    """A node can be copied to a new name and then removed under the old."""
    moved = applied(
        {"old": {"x": 1}},
        "{target: $, update: {new: {}}}",
        "{target: $.new, copy: $.old}",
        "{target: $.old, remove: true}",
    )

    assert moved == {"new": {"x": 1}}


def test_a_copy_is_not_tied_to_what_it_was_copied_from() -> None:
    """A later change of the one leaves the other as it is."""
    document = applied({"a": {}, "b": {"x": {"y": 1}}}, "{target: $.a, copy: $.b}", "{target: $.b.x, update: {y: 2}}")

    assert document == {"a": {"x": {"y": 1}}, "b": {"x": {"y": 2}}}


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("{target: $.nothing, update: {x: 1}}", "o.yaml:4: $.nothing selects nothing; has the page changed?"),
        ("{target: $.a, copy: $.nothing}", "o.yaml:4: $.nothing selects nothing; has the page changed?"),
        ("{target: $.a, copy: '$.*'}", "o.yaml:4: copies from one node, but $.* selects 3"),
        ("{target: '$.[', remove: true}", "o.yaml:4: $.[ is not RFC 9535 JSONPath"),
        ("{target: $, remove: true}", "o.yaml:4: the document as a whole cannot be removed"),
        ("{target: $.a, update: 1}", "o.yaml:4: an object takes an object, not int"),
        ("{target: $.a.x, update: {y: 1}}", "o.yaml:4: $['a']['x'] is a plain value and takes one, not dict"),
        ("{target: $, update: {a: 1}}", "o.yaml:4: cannot merge int into 'a'"),
        ("{target: '$.*', update: {y: 1}}", "o.yaml:4: $.* selects different things"),
        ("{target: $.a}", "o.yaml:4: expected a target and exactly one of update, copy, remove"),
        ("{target: $.a, update: {}, remove: true}", "o.yaml:4: expected a target and exactly one of"),
        ("{update: {}}", "o.yaml:4: expected a target and exactly one of"),
        ("word", "o.yaml:4: expected a target and exactly one of"),
    ],
)
def test_what_does_not_fit_is_an_error_that_names_the_line(action: str, message: str) -> None:
    """An action that selects nothing, or cannot be applied to what it selects, is never passed over in silence."""
    with pytest.raises(OverlayError) as caught:
        applied({"a": {"x": 1}, "b": [1], "c": 1}, action)

    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text", ["overlay: 1.0.0\nactions: [{}]", "overlay: 1.1.0", "overlay: 1.1.0\nactions: []", "[]"]
)
def test_only_overlay_1_1_is_taken(text: str) -> None:
    """A document of another version, or without actions, is refused."""
    with pytest.raises(OverlayError, match=r"^o\.yaml: "):
        apply_overlay({}, parse(text, "o.yaml"), "o.yaml")
