"""Of a payload what is near a place: enough to be read, and little enough to be kept."""

from itertools import islice
from typing import Any

import orjson
from attrs import evolve, frozen

from conformance.exchange import NOT_JSON, Answer, Exchange, PayloadPath


class Own(str):
    """Text of this project's own among foreign text: it stays."""

    __slots__ = ()


LEFT_OUT = Own("(left out)")
"""Key beside a list or object that was cut: how many items are not shown, by the name of what was cut."""

TOO_DEEP = Own("(deeper values)")

LARGE = 32_000
"""Bytes beyond which an answer is not kept whole."""

_MAX_ITEMS = 3


@frozen
class _Room:
    """How much is left of a payload off the path; texts only of what is kept, and longer ones are cut there."""

    keys: int = 60
    depth: int = 10
    text: int | None = None


_ROOMS = (_Room(text=2_000), _Room(8, 4, 500), _Room(2, 3, 200))
"""Ever less, until what is kept is not large."""


def cut(value: Any, path: PayloadPath) -> Any:
    """A payload without what is far from a path: of a list the concerned item, or its first few; nothing very deep."""
    return _cut(value, path, _Room())


def excerpt(exchange: Exchange, path: PayloadPath | None = None) -> tuple[Exchange, PayloadPath | None]:
    """An exchange to be kept, and the path in it: of a large answer only what is near.

    The answer says how large it was.
    """
    answer = exchange.answer
    if answer is None or len(answer.body) <= LARGE or answer.whole is not None:
        return exchange, path
    body, near = answer.body[:LARGE], path
    if answer.json is not NOT_JSON:
        for room in _ROOMS:
            body = orjson.dumps(_cut(answer.json, path or (), room), option=orjson.OPT_NON_STR_KEYS)
            near = path and tuple([0 if isinstance(step, int) else step[: room.text] for step in path])
            if len(body) <= LARGE:
                break
    kept = Answer(answer.status, answer.headers, body, whole=len(answer.body))
    return evolve(exchange, answer=kept), near


def reread(value: Any) -> Any:
    """An excerpt as it was before it was written: our own words in it are known as ours again."""
    if isinstance(value, list):
        return list(map(reread, value))
    if isinstance(value, dict):
        return {(LEFT_OUT if key == LEFT_OUT else key): reread(child) for key, child in value.items()}
    return TOO_DEEP if value == TOO_DEEP else value


def _cut(value: Any, path: PayloadPath, room: _Room, above: int = 0) -> Any:
    if isinstance(value, str):
        return value[: room.text]
    if not isinstance(value, dict | list):
        return value
    if above >= room.depth and not path:
        return TOO_DEEP
    if isinstance(value, list):
        return [_cut(item, path[1:], room, above + 1) for item in _kept_items(value, path)]
    shown: dict[str, Any] = {}
    left_out: dict[str, int] = {}
    wanted = path[0] if path else None
    names = [name for name in islice(value, room.keys) if name != LEFT_OUT]  # a foreign one would pass for ours
    if isinstance(wanted, str) and wanted in value and wanted not in names:
        names.append(wanted)
    for name in names:
        child, below, short = value[name], path[1:] if name == wanted else (), name[: room.text]
        shown[short] = _cut(child, below, room, above + 1)
        if isinstance(child, list) and (missing := len(child) - len(_kept_items(child, below))):
            left_out[short] = missing
    if len(names) < len(value):
        left_out[LEFT_OUT] = len(value) - len(names)
    return {**shown, LEFT_OUT: left_out} if left_out else shown


def _kept_items(items: list[Any], path: PayloadPath) -> list[Any]:
    if path and isinstance(path[0], int) and path[0] < len(items):
        return [items[path[0]]]
    return items[:_MAX_ITEMS]
