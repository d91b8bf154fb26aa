"""A ledger of the values seen where a contract is blind: a status that it documents as a bare string, say.

No check against such a contract finds drift there; what was seen can at least be read.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from typing import Any

from conformance.checks.columns import Columns
from conformance.checks.invariants import BATCHES
from conformance.masking import HIDDEN_WORD, holds, shown_word
from conformance.schema import PayloadSchema

Seen = Counter[tuple[str, str, str]]
"""How often, by operation, place and value as reports may show it."""

MAX_VALUES = 1000
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
    seen: Seen,
    operation: str,
    schema: PayloadSchema,
    payload: Any,
    listed: Columns | None,
    *,
    credentials: tuple[str, ...] = (),
) -> None:
    """Take note of the values in a success body; what repeats a credential is not shown."""
    pointer = blind_place(operation, schema)
    if pointer is None:
        return
    values: Sequence[Any] = listed.column(FIELD) if listed is not None else [payload.get(FIELD)]
    for value, count in Counter(value for value in values if isinstance(value, str)).items():
        word = shown_word(value)
        seen[operation, pointer, HIDDEN_WORD if holds(word, credentials) else word] += count
    if len(seen) > 2 * MAX_VALUES:
        prune(seen)


def prune(seen: Seen) -> None:
    """Keep the values of smallest hash, so that a server that makes up words without end fills no memory."""
    for key in sorted(seen, key=lambda key: sha256(repr(key).encode()).digest())[MAX_VALUES:]:
        del seen[key]


def rows(seen: Seen) -> Iterator[tuple[str, str, list[tuple[str, int]]]]:
    """Operation, place, and the values, most frequent first."""
    places = sorted({(operation, pointer) for operation, pointer, _ in seen})
    for operation, pointer in places:
        values = [(value, count) for (*place, value), count in seen.items() if tuple(place) == (operation, pointer)]
        yield operation, pointer, sorted(values, key=lambda one: (-one[1], one[0]))
