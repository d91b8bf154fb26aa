"""What Ruby's VCR keeps of an exchange: an item of `http_interactions`, which `recorded_at` ends."""

from typing import Any

from conformance.exchange import header
from conformance.recording.formats import cassette
from conformance.recording.formats.interaction import Interaction


def interaction(kept: Any) -> Interaction | None:
    """What an item of `http_interactions` holds; None where it is no exchange.

    Raises:
        ValueError: a body cannot be read, or breaks off with the file.
    """
    found = cassette.interaction(kept)
    if found is not None and "recorded_at" not in kept and _is_short(found):
        raise ValueError("it breaks off")
    return found


def _is_short(one: Interaction) -> bool:
    """Whether less of a body is there than was declared."""
    length = header(one.headers, "content-length") or ""
    return length.isdecimal() and len(one.body or b"") < int(length) and not header(one.headers, "content-encoding")
