"""What a client shows at the place of a drift."""

import json
from enum import Enum
from typing import Any

from attrs import evolve, fields, frozen, has

from conformance.exchange import PayloadPath
from conformance.impact import outcomes
from conformance.impact.faces import ListedItems
from conformance.sample import value_at

_PLAIN = frozenset({"str", "bytes", "int", "float", "bool", "list", "dict"})
_ABSENT = object()
_ENVELOPE = "$.data"
"""Where a face says that it has opened an envelope that is not documented."""


@frozen
class DriftPlace:
    """A place of a payload, and what a client hands out of it.

    `envelope`: the property that holds what the client hands out, if that is not the payload itself; `may_be_null`:
    whether null is no drift there.
    """

    path: PayloadPath
    payload: Any
    envelope: str | None = None
    may_be_null: bool = False

    def within(self, value: Any) -> tuple[Any, "DriftPlace"] | None:
        """What a client handed out that holds the place, and the place in that; None where it handed out nothing."""
        if isinstance(value, ListedItems):
            level = next((level for level, step in enumerate(self.path) if isinstance(step, int)), None)
            if level is None or (index := int(self.path[level])) >= len(value.items):
                return None
            return value.items[index], self._below(level + 1)
        if self.envelope is not None and self.path[:1] == (self.envelope,):
            return value, self if _step(value, self.envelope) is not _ABSENT else self._below(1)
        return value, self

    def _below(self, levels: int) -> "DriftPlace":
        return evolve(self, path=self.path[levels:], payload=_there(self.payload, self.path[:levels]))

    def is_named(self, value: Any) -> bool:
        """Whether a client says of what it returned that this place, or one above it, is not as documented."""
        held = self.within(value)
        return held is not None and held[1].is_told(held[0])

    def is_told(self, value: Any) -> bool:
        """As `is_named`, of the very value that holds the place."""
        above = {named(self.path[:length]) for length in range(1, len(self.path))}
        return any(place == named(self.path) or place in above for place in getattr(value, "drift", None) or ())


def shown(value: Any, place: DriftPlace) -> str:
    """How a place of a payload looks in what a client returned for it, and whether the client says so itself."""
    if value is None:
        return outcomes.LOST
    held = place.within(value)
    if held is not None:
        return _at(*held)
    if any(isinstance(step, int) for step in place.path):
        return outcomes.LEFT_OUT
    if not place.path:
        return outcomes.PLAIN.format(name="list")
    return outcomes.ALL_THE_SAME if place.path == ("data",) and value.items else outcomes.UNUSED


def _at(value: Any, place: DriftPlace) -> str:
    told: tuple[str, ...] = getattr(value, "drift", None) or ()
    if not place.path:
        return outcomes.RAW_TOLD if place.is_told(value) else _whole(value)
    found = _walk(value, place.path)
    if found is _ABSENT:
        return outcomes.INSIDE if place.path == ("data",) and _ENVELOPE in told else outcomes.UNUSED
    if isinstance(found, _Aside):
        return outcomes.ASIDE
    if place.is_told(value):
        return outcomes.NONE_TOLD if found is None else outcomes.OPEN if isinstance(found, Enum) else outcomes.RAW_TOLD
    sent = _there(place.payload, place.path)
    if found is None:
        return outcomes.AS_IT_CAME if sent is None and place.may_be_null else outcomes.NONE
    return outcomes.INSIDE if _ENVELOPE in told and sent is _ABSENT else _taken(found)


class _Aside:
    """Stands for what is kept among the properties that have no attribute of their own."""


def _walk(found: Any, path: PayloadPath) -> Any:
    """What stands at a path; what is above it where that is a plain value or None; _ABSENT where there is no way.

    A result, which a line of a file became, holds what is in its `response` itself.
    """
    if path[:1] == ("response",) and hasattr(found, "custom_id") and hasattr(found, "status_code"):
        path = path[1:] or ("body",)
    for step in path:
        if found is None or found is _ABSENT or isinstance(found, str | bytes | int | float):
            break
        if isinstance(step, str) and _is_aside(found, step):
            return _Aside()
        found = _step(found, step)
    return found


def _whole(value: Any) -> str:
    name = type(value).__name__
    core = getattr(value, "id", getattr(value, "data", _ABSENT))
    if core is None:
        return outcomes.EMPTY.format(name=name)
    return _taken(value)


def _taken(value: Any) -> str:
    name = type(value).__name__
    return (outcomes.PLAIN if name in _PLAIN else outcomes.TAKEN).format(name=name)


def _step(found: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return found[step] if isinstance(found, list) and step < len(found) else _ABSENT
    if isinstance(found, dict):
        return found.get(step, _ABSENT)
    attribute = next((one.attribute for one in getattr(found, "FIELDS", ()) if one.name == step), None)
    if attribute is None:
        known = {*getattr(type(found), "model_fields", ()), *(one.name for one in _attributes(found))}
        attribute = step if step in known else None
    return getattr(found, attribute, _ABSENT) if attribute else _ABSENT


def _attributes(found: Any) -> tuple[Any, ...]:
    return fields(type(found)) if has(type(found)) and not getattr(found, "FIELDS", ()) else ()


def _is_aside(found: Any, step: str) -> bool:
    """Whether a property is kept among those that have no attribute of their own."""
    holders = (getattr(found, "additional_properties", None), getattr(found, "model_extra", None))
    return any(isinstance(one, dict) and step in one for one in holders)


def named(path: PayloadPath) -> str:
    """A path as faces name it: `$.data[0].status`."""
    return "$" + "".join(map(_named, path))


def _named(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if step.isidentifier() else f"[{json.dumps(step)}]"


def _there(payload: Any, path: PayloadPath) -> Any:
    try:
        return value_at(payload, path)
    except (LookupError, TypeError):
        return _ABSENT
