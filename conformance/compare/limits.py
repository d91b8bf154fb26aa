"""What changed of the limits that contracts state beside their schemas (`x-limits`): less let through, or more."""

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.compare.schemas import Change
from conformance.contract import Contract, Operation
from conformance.input_rules.limits import HOURS, limits, size, words_of

NONE = "no limit"

_LESS_IS_MORE = frozenset({"minimum", "minLength", "minItems", "minProperties"})
"""Bounds that let more through where they are lower."""
_ASKED = frozenset({"fixed_parameters", "line_fields"})
"""Lists of what is refused or demanded: the longer, the less gets through."""
_EXAMPLES = frozenset({"models", "allowed_parameters"})
"""Lists of some of what there is: to state none bounds nothing."""
_NO_LIMITS = frozenset({"error_codes"})
"""What is stated beside the limits and is none."""
_OF_THE_ENTRY = frozenset({"name", "source", "x-source"})


def limit_changes(before: Operation, after: Operation, old: Contract, new: Contract) -> Iterator[Change]:
    """Every limit that is another one, as `limit-increased` or `limit-decreased`; what a schema says too is told there.

    Raises:
        ContractError: a contract's limits are no list of limits.
    """
    both = (before, after)
    was, now = _stated(old, both), _stated(new, both)
    places = ((*before.location, "x-limits"), (*after.location, "x-limits"))
    for key in dict.fromkeys((*was, *now)):
        one, other = was.get(key), now.get(key)
        said_elsewhere = any(_closed(operation, key[0]) for operation in both)
        bounds_nothing = key[0] in _EXAMPLES and (one is None or other is None)
        if not (_same(one, other) or said_elsewhere or bounds_nothing):
            kind = "limit-increased" if _lets_more(key, one, other) else "limit-decreased"
            yield Change(kind, key, _words(one), _words(other), *places)


def _stated(contract: Contract, operations: tuple[Operation, Operation]) -> Mapping[tuple[str, ...], Any]:
    """What is stated, by the limit's name and the place in it, and not by the schema of one of the operations."""
    found: dict[tuple[str, ...], Any] = {}
    for name, entry in limits(contract).items() if operations[0].name == "create_batch" else ():
        schemas = [words_of(operation.body, name) for operation in operations]
        if name in _NO_LIMITS:
            continue
        for place, value in _leaves({key: one for key, one in entry.items() if key not in _OF_THE_ENTRY}, ()):
            if place[0] != "schema" or all(_within(schema, place[1:]) is None for schema in schemas):
                told = sorted({str(form)[-1:] for form in value}) if place == ("formats",) else value
                found[(name, *place) if place != ("value",) else (name,)] = told
    return found


def _closed(operation: Operation, name: str) -> bool:
    """Whether the schema of a field lists all values that it may have: that says more than any limit."""
    return not words_of(operation.body, name).keys().isdisjoint({"enum", "const"})


def _leaves(node: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(node, dict):
        for key, child in node.items():
            yield from _leaves(child, (*place, str(key)))
    else:
        yield place, node


def _within(node: Any, place: tuple[str, ...]) -> Any:
    for step in place:
        node = node.get(step) if isinstance(node, Mapping) else None
    return node


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, list) and isinstance(new, list):
        return {*map(str, old)} == {*map(str, new)}
    first, second = _amount(old), _amount(new)
    return bool(old == new) if first is None or second is None else first == second


def _lets_more(key: tuple[str, ...], old: Any, new: Any) -> bool:
    """Whether a limit lets everything through that it let through before; one that nobody can compare does not."""
    if old is None or new is None:
        return new is None
    if isinstance(old, list) and isinstance(new, list):
        smaller, larger = (new, old) if key[0] in _ASKED else (old, new)
        return {*map(str, smaller)} <= {*map(str, larger)}
    if isinstance(old, bool) or isinstance(new, bool):
        return new is False
    first, second = _amount(old), _amount(new)
    if first is None or second is None:
        return False
    return second <= first if key[-1] in _LESS_IS_MORE else second >= first


def _amount(value: Any) -> int | None:
    """A number, a size in bytes, or a time in hours."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = str(value)
    if text[-1:] in HOURS and text[:-1].isdecimal():
        return int(text[:-1]) * HOURS[text[-1]]
    return size(text)


def _words(value: Any) -> str:
    if value is None:
        return NONE
    return ", ".join(map(str, value)) if isinstance(value, list) else "true" if value is True else str(value)
