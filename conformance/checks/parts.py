"""A large payload in parts: each holds a few thousand values, in place, so that what is wrong in it can be told.

A validator tells all that is wrong at once, at some kilobytes each; of a page with a hundred thousand wrong items that
is more than a machine has.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from conformance.exchange import PayloadPath

VALUES = 2_000
"""Values of a part, more or less."""


@frozen
class PayloadPart:
    """Some of a payload, with what encloses it. `starts`: by list, the index at which its items stand in the whole."""

    payload: Any
    starts: Mapping[PayloadPath, int] = {}

    def path(self, path: PayloadPath) -> PayloadPath:
        """Where in the whole payload a path of the part leads."""
        if not self.starts:
            return path
        whole: PayloadPath = ()
        for step in path:
            whole = (*whole, step + self.starts.get(whole, 0) if isinstance(step, int) else step)
        return whole


def parts(payload: Any, values: int = VALUES) -> Iterator[PayloadPart]:
    """The payload in parts that together hold all of it; one part where it is small."""
    if _is_small(payload, values):
        yield PayloadPart(payload)
    elif isinstance(payload, list):
        yield from _of_list(payload, values)
    else:
        yield from _of_object(payload, values)


def _of_list(whole: list[Any], values: int) -> Iterator[PayloadPart]:
    gathered: list[Any] = []
    start, weight = 0, 0
    for index, item in enumerate(whole):
        size = _size(item, values)
        if gathered and weight + size > values:
            yield PayloadPart(gathered, {(): start})
            gathered, start, weight = [], index, 0
        if size > values:
            for part in parts(item, values):
                yield PayloadPart(
                    [part.payload], {(): index, **{(index, *path): at for path, at in part.starts.items()}}
                )
            start = index + 1
        else:
            gathered.append(item)
            weight += size
    if gathered:
        yield PayloadPart(gathered, {(): start})


def _of_object(whole: dict[str, Any], values: int) -> Iterator[PayloadPart]:
    """Where there are few keys, what is small stands beside each part of what is large: it still looks like itself."""
    beside = {}
    if len(whole) <= values // 100:
        beside = {key: child for key, child in whole.items() if _is_small(child, values // 100)}
    gathered: dict[str, Any] = {**beside}
    weight = 0
    for key, child in whole.items():
        if key in beside:
            continue
        size = _size(child, values)
        if size > values:
            for part in parts(child, values):
                yield PayloadPart({**beside, key: part.payload}, {(key, *path): at for path, at in part.starts.items()})
            continue
        gathered[key] = child
        weight += size
        if weight > values:
            yield PayloadPart(gathered)
            gathered, weight = {**beside}, 0
    if len(gathered) > len(beside):
        yield PayloadPart(gathered)


def _is_small(value: Any, values: int) -> bool:
    return _size(value, values) <= values


def _size(value: Any, enough: int) -> int:
    """How many values there are in one, itself included; beyond `enough` nobody counts."""
    if not isinstance(value, dict | list):
        return 1
    count, todo = 1, [value]
    while todo and count <= enough:
        one = todo.pop()
        count += len(one)
        if count <= enough:
            todo += [
                child for child in (one.values() if isinstance(one, dict) else one) if isinstance(child, dict | list)
            ]
    return count
