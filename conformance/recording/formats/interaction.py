"""One request with its answer, as any tool keeps it, and as the HAR entry that everything else here reads."""

import re
from datetime import UTC, datetime
from typing import Any

import orjson
from attrs import frozen

from conformance.coding import CodingError, decoded
from conformance.exchange import Headers, header
from conformance.recording.entry import written
from conformance.recording.har import IN_ORDER, MAX_BODY

COARSE = 1000.0
"""Milliseconds that an exchange may have taken whose time is known by the second only."""

_GZIP = b"\x1f\x8b"
_NO_BODY = frozenset({204, 304})
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})(?:;[^\r\n]*)?\r\n")
_CODED = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""Headers that say how a body travelled: it is written down as it was before."""


@frozen
class Interaction:
    """What a tool kept. `status` is None where no answer was kept, a `body` None where none was.

    `moment` is in seconds since the epoch, as the tool, or else the server, says by the second.
    """

    method: str
    url: str
    request_headers: Headers = ()
    request_body: bytes | None = None
    status: int | None = None
    headers: Headers = ()
    body: bytes | None = None
    moment: float | None = None

    def entry(self) -> bytes:
        """The HAR entry, as JSON."""
        sent: dict[str, Any] = {
            "method": self.method,
            "url": self.url,
            "headers": _named(self.request_headers),
        }
        if self.request_body:
            sent["postData"] = written(_plain(self.request_body, self.request_headers)[0])
        body, packed = _plain(self.body or b"", self.headers)
        content: dict[str, Any] = {"size": len(body), **written(body)}
        if self.body is None and self._had_body():
            content = {"size": -1}
        received = {
            "status": self.status or 0,
            "headers": _named(self.headers, without=_CODED) + _named((("content-encoding", packed),) if packed else ()),
            "content": content,
        }
        whole: dict[str, Any] = {"request": sent, "response": received, IN_ORDER: True}
        moment = self.moment if self.moment is not None else moment_of(header(self.headers, "date"))
        if moment is not None:
            whole |= {"startedDateTime": datetime.fromtimestamp(moment, UTC).isoformat(), "time": COARSE}
        return orjson.dumps(whole)

    def _had_body(self) -> bool:
        """Whether there was a body that nobody kept."""
        length = (header(self.headers, "content-length") or "0").strip()
        return self.method.upper() != "HEAD" and self.status not in _NO_BODY and length.isdecimal() and int(length) > 0


def moment_of(text: str | None) -> float | None:
    """Seconds since the epoch of a date as in HTTP or in ISO 8601; None where it is none."""
    if not text:
        return None
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - slow to import, and few recordings need it

    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text.strip())
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return None


def _named(headers: Headers, without: frozenset[str] = frozenset()) -> list[dict[str, str]]:
    return [{"name": _clean(name), "value": _clean(value)} for name, value in headers if name.lower() not in without]


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _plain(body: bytes, headers: Headers) -> tuple[bytes, str]:
    """A body as it was before it was chunked and packed; and what it is still packed in, where that cannot be undone.

    Many tools undo that themselves and leave the headers as they were; others drop the headers.
    """
    if "chunked" in (header(headers, "transfer-encoding") or "").lower():
        body = _joined(body)
    declared = ",".join(value for name, value in headers if name.lower() == "content-encoding").strip()
    codings = declared or ("gzip" if body.startswith(_GZIP) else "")
    if not codings:
        return body, ""
    try:
        unpacked = decoded(body, codings, MAX_BODY)
    except CodingError:
        return body, "" if _is_text(body) else codings
    return (unpacked if declared or _is_text(unpacked) else body), ""


def _is_text(body: bytes) -> bool:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    return not re.search(r"[\x00-\x08\x0e-\x1f]", text)


def _joined(body: bytes) -> bytes:
    """What chunks hold; the body itself where it is not made of chunks."""
    at, found = 0, bytearray()
    while size := _CHUNK.match(body, at):
        length = int(size[1], 16)
        end = size.end() + length
        if length == 0:
            return bytes(found)
        if body[end : end + 2] != b"\r\n":
            return body
        found += body[size.end() : end]
        at = end + 2
    return body
