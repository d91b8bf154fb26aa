"""What whoever follows a spool needs to know: plain enough to be handed to another process."""

from pathlib import Path
from typing import Any

import orjson
from attrs import asdict, frozen


@frozen
class WatchPlan:
    """Where exchanges are kept, by which contracts they are judged, what is known, and where they are recorded.

    `against` are names and files of contracts, none for those that each host calls for; `base_paths` may stand before
    the paths of operations; `mask_key` is that of the recording's pseudonyms, as hexadecimal digits.
    """

    path: str
    against: tuple[str, ...] = ()
    base_paths: tuple[str, ...] = ()
    known: str | None = None
    record: str | None = None
    mask_key: str | None = None
    lang: str = "en"

    def dumps(self) -> bytes:
        """One line."""
        return orjson.dumps(asdict(self)) + b"\n"

    @classmethod
    def loads(cls, line: bytes) -> "WatchPlan":
        """What `dumps` wrote."""
        held: dict[str, Any] = orjson.loads(line)
        return cls(**{**held, "against": tuple(held["against"]), "base_paths": tuple(held["base_paths"])})

    @property
    def recording(self) -> Path | None:
        """The file to record to."""
        return Path(self.record) if self.record else None
