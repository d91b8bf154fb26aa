"""A payload as lines of JSON in which the places that drifts speak of are marked."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from attrs import frozen

from conformance.report.page.markup import Html, join, tag
from conformance.report.words import Say

_MAX_LINES = 400
_MAX_TEXT = 2_000
"""Characters of one value; drift.json has all of it."""
_GONE = frozenset({"response-required-property-missing"})


@frozen
class _Target:
    """The steps that are left to a place, and the words for it where it is missing."""

    steps: tuple[str, ...]
    gone: str | None

    def below(self, name: str | int, number: int) -> "_Target | None":
        """What is left below a child: `*` leads to the first one, which is the concerned one."""
        if self.steps and (self.steps[0] == str(name) or (self.steps[0] == "*" and number == 0)):
            return _Target(self.steps[1:], self.gone)
        return None


def marked(body: Any, places: Iterable[tuple[str, str]], say: Say) -> Html:
    """The payload with these places, each a JSON Pointer and a rule; a field that is missing stands where it would."""
    targets = [
        _Target(
            tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]),
            say("missing") if rule in _GONE else None,
        )
        for pointer, rule in places
    ]
    lines = list(_lines(body, targets, ""))
    texts = [tag("mark", text) if hit else text for text, hit in lines[:_MAX_LINES]]
    more = [f"… (+{len(lines) - _MAX_LINES})"] if len(lines) > _MAX_LINES else []
    return tag("pre", join(*texts, *more, between=Html("\n")), tabindex="0", class_="json")


def _lines(value: Any, targets: list[_Target], indent: str, key: str = "") -> Iterator[tuple[str, bool]]:
    """Lines, each with whether it is one of the places."""
    here = any(not one.steps for one in targets)
    if not isinstance(value, dict | list):
        text = orjson.dumps(value).decode()
        yield f"{indent}{key}{text[:_MAX_TEXT]}{'…' if len(text) > _MAX_TEXT else ''}", here
        return
    pairs: list[tuple[str | int, Any]] = list(value.items() if isinstance(value, dict) else enumerate(value))
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    gone = [one for one in targets if one.gone and len(one.steps) == 1 and isinstance(value, dict)]
    absent = [one for one in gone if one.steps[0] not in value]
    if not pairs and not absent:
        yield f"{indent}{key}{opening}{closing}", here
        return
    yield f"{indent}{key}{opening}", here
    for one in absent:
        yield f"{indent}  {_key(one.steps[0])}{one.gone}", True
    for number, (name, child) in enumerate(pairs):
        found = [left for one in targets if (left := one.below(name, number)) is not None]
        *inner, (text, hit) = _lines(child, found, f"{indent}  ", _key(name))
        yield from inner
        yield text + ("," if number < len(pairs) - 1 else ""), hit
    yield f"{indent}{closing}", here


def _key(name: str | int) -> str:
    return f"{orjson.dumps(name).decode()}: " if isinstance(name, str) else ""
