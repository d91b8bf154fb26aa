"""What a schema does not allow in a payload, place by place, and how complaints of one place and rule add up."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import jsonschema_rs
from attrs import frozen

from conformance.checks.parts import parts
from conformance.drift import Breach
from conformance.exchange import PayloadPath
from conformance.masking import shown_string, shown_word
from conformance.sample import value_at
from conformance.schema import PayloadSchema, error_path, json_type, schema_words

NULLABLE, TYPE, CONSTANT, ENUM, MISSING, UNDOCUMENTED, RANGE = (
    "response-property-became-nullable",
    "response-property-type-changed",
    "invariant-constant-changed",
    "response-property-enum-value-added",
    "response-required-property-missing",
    "response-property-undocumented",
    "response-value-out-of-range",
)
_PRECEDENCE = (NULLABLE, TYPE, CONSTANT, ENUM, MISSING, UNDOCUMENTED, RANGE)
"""One row a place: of several complaints about one value the first counts."""

_KINDS = {"type": TYPE, "enum": ENUM, "const": CONSTANT, "required": MISSING}
"""jsonschema-rs' kinds of error that have a rule of their own; every other bound is out of range."""

_UNEXPECTED = {"additionalProperties", "unevaluatedProperties"}

_OF_TOO_FEW = {"minItems", "minProperties", "contains"}

MAX_COMPLAINTS = 10_000
"""Wrong values of one body that are told; where there are more, the rest of it is not looked at."""


@frozen
class Complaint:
    """One rule broken at one concrete path of a body.

    `value` is what stands there, or in words what does; then `expected` are the words for what should.
    """

    rule: str
    path: PayloadPath
    value: Any
    expected: str | None = None
    is_of_too_few: bool = False
    """Whether more values would mend it."""


def complaints(
    payload: Any, schema: PayloadSchema, *, large: bool = False
) -> tuple[Mapping[PayloadPath, Complaint], bool]:
    """What the schema does not allow, by concrete path, one complaint a place; and whether all of it was looked at.

    A `large` payload is looked at part by part. Where that finds nothing wrong with one that is (it has too many
    items, say), it was not looked at whole.
    """
    if schema.validator.is_valid(payload):
        return {}, True
    worst: dict[PayloadPath, Complaint] = {}
    for complaint in (_of_parts if large else _of_whole)(payload, schema):
        if complaint.rule == UNDOCUMENTED and schema.place(complaint.path).documented:
            continue  # an alternative that fails evaluates nothing, and then everything looks unevaluated
        seen = worst.get(complaint.path)
        if seen is None or _PRECEDENCE.index(complaint.rule) < _PRECEDENCE.index(seen.rule):
            worst[complaint.path] = complaint
        if len(worst) > MAX_COMPLAINTS:
            break
    found = {path: complaint for path, complaint in worst.items() if not _parent_is_wrong(complaint, worst)}
    return found, len(worst) <= MAX_COMPLAINTS and (bool(worst) or not large)


def _of_whole(payload: Any, schema: PayloadSchema) -> Iterator[Complaint]:
    yield from _complaints(schema.validator.iter_errors(payload), payload)


def _of_parts(payload: Any, schema: PayloadSchema) -> Iterator[Complaint]:
    """As of the whole: what only a part lacks is there, and what it holds it may hold more of."""
    for part in parts(payload):
        if schema.validator.is_valid(part.payload):
            continue
        for complaint in _of_whole(part.payload, schema):
            path = part.path(complaint.path)
            try:
                value = value_at(payload, path)
            except LookupError:
                value = None
            else:
                if complaint.rule == MISSING or (complaint.is_of_too_few and len(value) > len(complaint.value)):
                    continue
            yield Complaint(complaint.rule, path, value)


def _complaints(errors: Iterable[jsonschema_rs.ValidationError], payload: Any) -> Iterator[Complaint]:
    for error in errors:
        kind: Any = error.kind
        path: PayloadPath = error_path(error, payload)
        name = kind.name
        if name in _UNEXPECTED:
            instance: Any = error.instance
            yield from (Complaint(UNDOCUMENTED, (*path, key), instance[key]) for key in kind.unexpected)
        elif name == "required":
            yield Complaint(MISSING, (*path, kind.property), None)
        elif error.instance is None:
            yield Complaint(NULLABLE, path, None)
        elif branches := getattr(kind, "context", None):
            yield from _closest(branches, error, payload)
        elif name == "enum" and len([one for one in kind.options if one is not None]) == 1:
            yield Complaint(CONSTANT, path, error.instance)
        else:
            yield Complaint(_KINDS.get(name, RANGE), path, error.instance, is_of_too_few=name in _OF_TOO_FEW)


def _closest(
    branches: Iterable[Sequence[jsonschema_rs.ValidationError]], above: jsonschema_rs.ValidationError, payload: Any
) -> Iterator[Complaint]:
    """The complaints of the alternative that the value's type fits; where none fits, the type is wrong."""
    fitting: list[Sequence[jsonschema_rs.ValidationError]] = [
        errors
        for errors in branches
        if not any(error.kind.name == "type" and error.instance_path == above.instance_path for error in errors)
    ]
    if fitting:
        shortest = min(fitting, key=len)
        yield from _complaints(shortest, payload)
    else:
        yield Complaint(TYPE, error_path(above, payload), above.instance)


def _parent_is_wrong(complaint: Complaint, worst: dict[PayloadPath, Complaint]) -> bool:
    """Whether an enclosing value is undocumented or of another type altogether: then that is the row."""
    return any(
        complaint.path[:depth] in worst and worst[complaint.path[:depth]].rule in {UNDOCUMENTED, TYPE, NULLABLE}
        for depth in range(len(complaint.path))
    )


def gathered(complaints: Iterable[Complaint], schema: PayloadSchema) -> Iterator[Breach]:
    """One breach for each place, rule and value, with how often it stands in the body."""
    rows: dict[tuple[str, str, str | None], list[Complaint]] = {}
    for complaint in complaints:
        shown = schema.place(complaint.path).pointer
        rows.setdefault((complaint.rule, shown, _identity_value(complaint)), []).append(complaint)
    for (rule, shown, value), same in rows.items():
        first = same[0]
        yield Breach(
            rule=rule,
            pointer=shown,
            expected=first.expected or _expected(schema, first),
            observed=_observed(first) if first.expected is None else first.value,
            value=value,
            location=schema.place(first.path).location,
            items=len(same) if "*" in shown else 0,
            path=first.path,
        )


def _identity_value(complaint: Complaint) -> str | None:
    rule, value = complaint.rule, complaint.value
    if complaint.expected is not None:
        return value if rule == CONSTANT else None
    if rule in {ENUM, CONSTANT}:
        return json_type(value) if isinstance(value, dict | list) else shown_word(value)
    return json_type(value) if rule == TYPE else None


def _observed(complaint: Complaint) -> Any:
    """What reports may show of the value: never a string that is not a word of the API."""
    rule, value = complaint.rule, complaint.value
    if rule in {ENUM, CONSTANT, TYPE}:
        return _identity_value(complaint)
    if rule == MISSING:
        return "(missing)"
    if rule == UNDOCUMENTED:
        return json_type(value)
    if isinstance(value, str):
        return shown_string(value)
    return f"{json_type(value)} of {len(value)}" if isinstance(value, dict | list) else value


def _expected(schema: PayloadSchema, complaint: Complaint) -> str:
    if complaint.rule == UNDOCUMENTED:
        return "no such field"
    text = schema_words(schema.node(schema.place(complaint.path)))
    return f"{text}, required" if complaint.rule == MISSING else text
