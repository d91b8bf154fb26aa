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
_EXAMPLES = frozenset({"models"})
"""Lists of some of what there is: to state none bounds nothing."""
_OF_THE_ENTRY = frozenset({"name", "source", "x-source"})


def limit_changes(before: Operation, after: Operation, old: Contract, new: Contract) -> Iterator[Change]:
    """Every limit that is another one, as `limit-increased` or `limit-decreased`; what a schema says too is told there.

    Raises:
        ContractError: a contract's limits are no list of limits.
    """
    was, now = _stated(before, old), _stated(after, new)
    places = ((*before.location, "x-limits"), (*after.location, "x-limits"))
    for key in dict.fromkeys((*was, *now)):
        one, other = was.get(key), now.get(key)
        said_elsewhere = any(_closed(operation, key[0]) for operation in (before, after))
        bounds_nothing = key[0] in _EXAMPLES and (one is None or other is None)
        if one != other and not said_elsewhere and not bounds_nothing:
            kind = "limit-increased" if _lets_more(key, one, other) else "limit-decreased"
            yield Change(kind, key, _words(one), _words(other), *places)


def both_state(before: Operation, after: Operation, old: Contract, new: Contract) -> frozenset[tuple[str, ...]]:
    """The fields of which both contracts state a limit: a pattern of such a field says the same once more."""
    return frozenset((name,) for name in _entries(before, old).keys() & _entries(after, new).keys())


def _entries(operation: Operation, contract: Contract) -> Mapping[str, Mapping[str, Any]]:
    return limits(contract) if operation.name == "create_batch" else {}


def _stated(operation: Operation, contract: Contract) -> Mapping[tuple[str, ...], Any]:
    """What is stated, by the limit's name and the place in it."""
    found: dict[tuple[str, ...], Any] = {}
    for name, entry in _entries(operation, contract).items():
        said = words_of(operation.body, name)
        for place, value in _leaves({key: one for key, one in entry.items() if key not in _OF_THE_ENTRY}, ()):
            if place[0] != "schema" or _within(said, place[1:]) is None:
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
    if isinstance(value, int):
        return value
    text = str(value)
    if text[-1:] in HOURS and text[:-1].isdecimal():
        return int(text[:-1]) * HOURS[text[-1]]
    return size(text)


def _words(value: Any) -> str:
    if value is None:
        return NONE
    return ", ".join(map(str, value)) if isinstance(value, list) else "true" if value is True else str(value)
