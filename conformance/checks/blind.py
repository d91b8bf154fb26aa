"""A ledger of the values seen where a contract is blind: a status that it documents as a bare string, say.

No check against such a contract finds drift there; what was seen can at least be read.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import Any

from conformance.batches import BATCHES
from conformance.checks.items import Items
from conformance.masking import HIDDEN_WORD, holds, shown_word
from conformance.schema import PayloadSchema
from conformance.smallest import beyond

Blind = dict[tuple[str, str], dict[str | None, int]]
"""By operation and place, how often each value was seen, as reports may show it; None counts the rest."""

MAX_VALUES = 1000
"""How many values of a place are told apart."""
FIELD = "status"
"""The one field whose words a client must tell apart."""


@cache
def blind_place(operation: str, schema: PayloadSchema) -> str | None:
    """The pointer of the batches' status, where the contract leaves its values open; None elsewhere."""
    if operation not in BATCHES:
        return None
    place = schema.place(tuple(0 if step == "*" else step for step in (*BATCHES[operation], FIELD)))
    node = schema.node(place) if place.documented else {}
    return place.pointer if node.get("type") == "string" and not node.keys() & {"enum", "const"} else None


def note(
    blind: Blind,
    operation: str,
    schema: PayloadSchema,
    payload: Mapping[str, Any],
    items: Items | None,
    *,
    credentials: tuple[str, ...] = (),
) -> None:
    """Take note of the values in a success body; what repeats a credential is not shown."""
    pointer = blind_place(operation, schema)
    if pointer is None:
        return
    values: Sequence[Any] = items.column(FIELD) if items is not None else [payload.get(FIELD)]
    words = Counter(shown_word(value) for value in values if isinstance(value, str))
    shown = Counter[str | None]()
    for word, count in words.items():
        shown[HIDDEN_WORD if holds(word, credentials) else word] += count
    merge(blind, {(operation, pointer): shown})


def merge(blind: Blind, other: Mapping[tuple[str, str], Mapping[str | None, int]]) -> None:
    """Add what was seen elsewhere."""
    for place, counts in other.items():
        kept = blind.setdefault(place, {})
        for value, count in counts.items():
            kept[value] = kept.get(value, 0) + count
        _settle(kept, slack=2)


def _settle(kept: dict[str | None, int], slack: int = 1) -> None:
    for _, count in beyond(kept, MAX_VALUES + (None in kept), _rank, slack):
        kept[None] = kept.get(None, 0) + count


def _rank(value: str | None) -> bytes:
    """By hash: a server that makes up words without end fills no memory. The sum of the rest goes before all."""
    return b"" if value is None else sha256(value.encode()).digest()


def rows(blind: Blind) -> Iterator[tuple[str, str, list[tuple[str | None, int]]]]:
    """Operation, place, and the values, most frequent first; None, the rest, is last."""
    for (operation, pointer), kept in sorted(blind.items()):
        _settle(kept)
        yield operation, pointer, sorted(kept.items(), key=lambda one: (one[0] is None, -one[1], one[0] or ""))
