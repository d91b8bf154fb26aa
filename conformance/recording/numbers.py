"""What stands for a number, and for one that is written as text."""

import re

from conformance.batches import SUCCESS_CODES
from conformance.masking import is_large, is_short_number
from conformance.recording.spots import Spot

_LEAD = re.compile(r"\s*[-+]?0*")


def masked_number(value: float, spot: Spot, name: str, depth: int) -> float:
    """A number that is nobody's; of others the type stays, and whether it is 0."""
    if spot.numeric or not value or (name == "code" and depth == 1 and value in SUCCESS_CODES):
        return value
    if isinstance(value, float) and not value.is_integer():
        return 0.5
    if spot.listed and isinstance(value, int):
        return value if not is_large(value) else 1_000_000
    return type(value)(1)


def masked_numeral(text: str) -> str:
    """A number written as text; of a long one only its kind and how many digits it has."""
    if is_short_number(text):
        return text
    lead = _LEAD.match(text)
    kept = lead[0] if lead else ""
    whole, point, fraction = text[len(kept) :].partition(".")
    return kept + re.sub(r"[0-9]", "1", whole) + point + re.sub(r"[1-9]", "1", fraction)
