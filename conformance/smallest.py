"""Of what may be without end the smallest are kept, and somebody sums the rest."""

from collections.abc import Callable, MutableMapping
from typing import Any, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


def beyond(
    kept: MutableMapping[Key, Value], most: int, rank: Callable[[Key], Any], slack: int = 1
) -> list[tuple[Key, Value]]:
    """Take all but the `most` keys of smallest rank out of a mapping that holds over `slack` times as many.

    What stays was never taken out before, however the keys came in or were split: what is known of it is whole. Who
    looks only now and then lets the mapping grow by a slack, and looks without one in the end.
    """
    if len(kept) <= slack * most:
        return []
    return [(key, kept.pop(key)) for key in sorted(kept, key=rank)[most:]]
