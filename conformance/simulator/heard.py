"""What a simulator says of a request: one line, without anything that only its sender should know."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from attrs import define, field
from starlette.types import Message, Scope, Send

Listener = Callable[[str], None]
"""Takes a line."""
_LONGEST = 200
OPERATION = "batch-conformance.operation"
"""Where a request keeps which operation it is."""


@define
class Heard:
    """Listens to an answer while it is sent."""

    scope: Scope
    send: Send
    _started: float = field(factory=time.perf_counter)
    _status: int = 0
    _bytes: int = 0
    _whole: bool = False

    async def __call__(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
        else:
            self._bytes += len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
        await self.send(message)

    def line(self) -> str:
        """`GET /v1/batches?limit -> 200 list_batches, 512 bytes, 3 ms`: of the query the names only."""
        names = [name for name, _ in parse_qsl(_text(self.scope["query_string"]), keep_blank_values=True)]
        path = _text(self.scope["raw_path"]) + (f"?{'&'.join(names)}" if names else "")
        what = self.scope.get(OPERATION) or "no operation"
        got = f"{self._status} {what}, {self._bytes} bytes" if self._status else f"no answer, {what}"
        cut = "" if self._whole else ", connection closed"
        spent = (time.perf_counter() - self._started) * 1000
        return f"{_shown(self.scope['method'])} {_shown(path)} -> {got}{cut}, {spent:.0f} ms"


def _text(value: Any) -> str:
    return bytes(value).decode("latin-1")


def _shown(text: str) -> str:
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return re.sub(r"[^\x21-\x7e]", "?", short)
