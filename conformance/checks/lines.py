"""Lines against what the contract says of them: what it does not allow, by place, added up."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, evolve, field

from conformance.checks.complaints import complaints, gathered
from conformance.document import Location
from conformance.drift import Breach
from conformance.lines.line import Line
from conformance.lines.plain import SAMPLES
from conformance.schema import PayloadSchema

_OWN = "custom_id"
"""A field that has a rule of its own."""
_BOUNDING = frozenset(
    {
        *("enum", "const", "pattern", "format", "not", "if", "minLength", "maxLength", "minimum", "maximum"),
        *("exclusiveMinimum", "exclusiveMaximum", "multipleOf", "dependentRequired", "dependentSchemas"),
        *("minProperties", "maxProperties", "patternProperties", "propertyNames"),
    }
)
"""Words of a schema by which two values of one type differ."""
_MOST = 1000
"""Kinds of breaches that are told."""


_ASKED: Mapping[str, tuple[str, str]] = {
    "result-line-not-json": ("/*", "an object of JSON"),
    "result-line-empty": ("/*", "a body or an error, and a status"),
    "result-absent": ("/*", "a line for each request"),
    "success-carries-error": ("/*/response/body", "no error with a success status"),
    "result-custom-id-missing": ("/*/custom_id", "a string that is not empty"),
    "result-custom-id-repeated": ("/*/custom_id", "one line for each request"),
    "result-custom-id-unknown": ("/*/custom_id", "a custom_id of the input"),
}
"""By rule, the place in a line, and what is expected there."""


def line_breach(rule: str, observed: str, count: int, location: Location = ()) -> Breach:
    """Of so many lines, what one of the rules about lines and their requests finds."""
    return Breach(rule, *_ASKED[rule], observed, location=location, items=count)


def counts_breach(name: str, stated: int, there: int, location: Location = ()) -> Breach:
    """One of a batch's numbers is not that of its files."""
    expected, observed = f"{name}: {stated} in request_counts", f"{name}: {there} in the files"
    return Breach("result-counts-disagree", "", expected, observed, value=name, location=location)


def takes_plain(schemas: Mapping[str, PayloadSchema]) -> bool:
    """Whether a contract takes every plain line of an output file: then nobody has to look at one."""
    schema = schemas.get("output")
    if schema is None:
        return True
    return all(map(schema.validator.is_valid, SAMPLES)) and not _bounds(schema.json_schema)


def _bounds(node: Any) -> bool:
    if isinstance(node, list):
        return any(map(_bounds, node))
    return isinstance(node, dict) and (not _BOUNDING.isdisjoint(node) or any(map(_bounds, node.values())))


@define
class LineBreaches:
    """What lines do not conform in, each place once with how many lines there are."""

    schemas: Mapping[str, PayloadSchema]
    found: dict[tuple[str, str, str | None], Breach] = field(factory=dict)
    counts: Counter[tuple[str, str, str | None]] = field(factory=Counter)

    def add(self, line: Line) -> None:
        """Look at a line that is an object."""
        schema = self.schemas.get("output" if line.ok else "error") or self.schemas.get("output")
        if schema is None or line.row is None:
            return
        for breach in breaches(line.row, schema):
            key = (breach.rule, breach.pointer, breach.value)
            if key in self.found or len(self.found) < _MOST:
                self.found.setdefault(key, breach)
                self.counts[key] += 1

    def all(self) -> Iterator[Breach]:
        """Each, with how often it was seen."""
        for key, breach in self.found.items():
            yield evolve(breach, items=self.counts[key])


_DEEPEST = 100
"""Levels of a line that are held to the schema, where it has more than a validator can tell of."""


def _tellable(value: Any, levels: int) -> Any:
    """A value down to so many levels, what is deeper holds nothing; of its texts no half of a character."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_tellable(name, 0): _tellable(one, levels - 1) for name, one in value.items()} if levels else {}
    if isinstance(value, list):
        return [_tellable(one, levels - 1) for one in value] if levels else []
    return value


def breaches(row: Mapping[str, Any], schema: PayloadSchema) -> Iterator[Breach]:
    """What a contract does not allow in a line, at the places of an item."""
    try:
        found, _ = complaints(row, schema)
    except ValueError:  # nested deeper than the validator can tell of, or a text that nobody can encode
        found, _ = complaints(_tellable(row, _DEEPEST), schema)
    for breach in gathered((one for path, one in found.items() if path[:1] != (_OWN,)), schema):
        yield evolve(breach, pointer=f"/*{breach.pointer}", items=1)
