"""What a file seems to be that is no recording, by `seeming.toml`."""

import re
import tomllib
from functools import cache
from pathlib import Path

from attrs import frozen

from conformance.recording.formats.head import Head

_ALONE = "the body of one answer"


@frozen
class Seeming:
    """What a file seems to be, and what to do with it instead."""

    what: str
    instead: str
    keys: frozenset[bytes] = frozenset()
    head: re.Pattern[bytes] | None = None
    first: bytes = b""

    def fits(self, head: Head) -> bool:
        """Whether a file begins like this."""
        if self.first:
            return head.data.startswith(self.first)
        if self.head is not None:
            return not head.is_json and self.head.match(head.data) is not None
        return self.keys <= set(head.names) and (head.alone or self.what != _ALONE)

    def __str__(self) -> str:
        """As it is told."""
        return f"{self.what} ({self.instead})"


def seeming(head: Head) -> Seeming | None:
    """The first row that fits; None where nobody knows."""
    return next((one for one in _rows() if one.fits(head)), None)


@cache
def _rows() -> tuple[Seeming, ...]:
    rows = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["seeming"]
    return tuple(
        Seeming(
            row["what"],
            row["instead"],
            frozenset(key.encode() for key in row.get("keys", ())),
            re.compile(row["head"].encode(), re.IGNORECASE) if "head" in row else None,
            bytes.fromhex(row.get("bytes", "")),
        )
        for row in rows
    )
