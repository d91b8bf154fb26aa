"""What a contract says of a batch's input: the `x-limits` of its create_batch, and the schema of that request.

`x-limits` is a list of mappings, each with a `name`, a `source`, and a `value`; or `minimum`, `maximum` and `formats`;
or a `schema`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.contract import Contract, ContractError
from conformance.references import at
from conformance.schema import PayloadSchema

HOURS: Mapping[str, int] = {"h": 1, "d": 24}
"""Hours in each unit that a window is written in."""
_BYTES: Mapping[str, int] = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
"""Sizes are read as binary, the larger of the two meanings."""


def limits(contract: Contract) -> Mapping[str, Mapping[str, Any]]:
    """The contract's limits by name, the first of each; empty where it states none.

    Raises:
        ContractError: they are not such a list.
    """
    create = contract.operations.get("create_batch")
    entries = at(contract.document, create.location).get("x-limits", []) if create else []
    if not isinstance(entries, list) or not all(isinstance(one, dict) and "name" in one for one in entries):
        raise ContractError(f"{contract.file}: x-limits must be a list of mappings, each with a name")
    return {str(one["name"]): one for one in reversed(entries)}


def size(text: object) -> int | None:
    """The bytes of a size like `100MB` or `1G`; None of anything else."""
    match = re.fullmatch(r"([0-9]{1,9})\s*([KMG]?)i?B?", str(text))
    return int(match[1]) * _BYTES[match[2]] if match else None


def hours(text: object) -> int | None:
    """The hours of a window like `12h` or `7d`; None of anything else."""
    match = re.fullmatch(r"([1-9][0-9]{0,3})([hd])", str(text))
    return int(match[1]) * HOURS[match[2]] if match else None


def words_of(schema: PayloadSchema | None, name: str) -> Mapping[str, Any]:
    """What a request's schema says of one of its properties, where it says it in branches all of them together."""
    if schema is None:
        return {}
    place = schema.place((name,))
    if not place.documented:
        return {}
    whole: dict[str, Any] = {}
    for node in _branches(schema.node(place)):
        whole = {**node, **whole}
    return whole


def _branches(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, dict):
        yield node
        for key in ("anyOf", "oneOf", "allOf"):
            for branch in node.get(key, ()):
                yield from _branches(branch)
