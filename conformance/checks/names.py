"""Names that servers give: ids of batches and files, as they are compared and kept."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

LONG = 400
"""How many characters of a name or URL are kept; what is longer keeps a digest of the rest."""

Names = tuple[str, ...]


def brief(text: str) -> str:
    """A name or URL, or what stands for a long one: still equal to what it equalled."""
    if len(text) <= LONG:
        return text
    return f"{text[: LONG - 40]}…{blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"


def names_in(values: Iterable[Any]) -> Names:
    """Those of some values that are names, in brief: strings that are not empty."""
    return tuple([brief(value) for value in values if value and isinstance(value, str)])
