"""The two values that pass between server, faults and operations: a call that came in, the answer that goes out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from attrs import evolve, field, frozen
from starlette.requests import Request

Cut = Literal["", "before", "midway"]
"""Where the connection is dropped: nowhere, before the first byte of the answer, or in the middle of its body."""


@frozen
class Call:
    """One request, told apart. `base_url` is how the client reached the server, with `/v1` if it used that."""

    operation: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    base_url: str
    request: Request = field(repr=False)
    trusted: bool = False
    """The key is not asked for: a fault opened the door."""


@frozen
class ServedAnswer:
    """One response: `payload` as JSON, or `raw` as it is: bytes, or the file of that path."""

    status: int
    payload: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str | None = "application/json"
    raw: bytes | Path | None = None
    cut: Cut = ""

    @property
    def success(self) -> bool:
        """Whether the status says so."""
        return 200 <= self.status < 300

    def saying(self, payload: Any) -> "ServedAnswer":
        """The same answer with another JSON body."""
        return evolve(self, payload=payload)
