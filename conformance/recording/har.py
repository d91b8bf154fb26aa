"""One HAR 1.2 entry as request and answer; what an entry lacks is said in words, never guessed.

http://www.softwareishard.com/blog/har-12-spec/ (fields in front of which stands `_` are free for programs that write
HAR).
"""

import base64
import binascii
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, cast, get_args

import orjson
import zstandard
from attrs import frozen

from conformance.exchange import Answer, Credentials, Headers, Request, header

REQUEST_HEADERS = frozenset({"accept", "authorization", "content-type", "prefer"})
ANSWER_HEADERS = frozenset({"content-type"})
"""Headers that are read: the others say nothing about drift, and may say much about people."""

CREDENTIALS, FAILURE = "_credentials", "_error"
"""Fields of our own recordings: what the request carried, where that is known; why no answer came (as in Chrome)."""

UNKNOWN = "x-unknown"
"""HAR's word for a media type that was not declared."""

HIDDEN = "Bearer <key>"
"""What stands for any Authorization."""

_AUTHORIZED = ("authorization", HIDDEN)
_CREDENTIALS = frozenset(get_args(Credentials))

MAX_BODY = 64 << 20
"""Bytes of a body once it is decompressed."""

Defect = Literal["broken", "truncated", "not-an-entry", "body-missing", "body-unreadable"]


class EntryError(Exception):
    """An entry that cannot be judged."""

    def __init__(self, defect: Defect) -> None:
        """Say what is wrong with it."""
        super().__init__(defect)
        self.defect: Defect = defect


@frozen
class Recorded:
    """What an entry holds. `started` is None where it does not say when; `encoded` names how the body was wrapped up.

    `credentials` are None where the entry shows no Authorization and does not say why.
    """

    request: Request
    answer: Answer | None
    started: float | None
    credentials: Credentials | None
    failure: str | None = None
    encoded: Literal["body-base64", "body-compressed"] | None = None


def parse(data: bytes, *, whole: bool = True) -> Recorded:
    """Read one entry.

    Raises:
        EntryError: it is not JSON, no HAR entry, or its body is not there or cannot be read.
    """
    try:
        entry = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise EntryError("broken" if whole else "truncated") from None
    try:
        return _recorded(entry)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise EntryError("not-an-entry") from None


def _recorded(entry: Mapping[str, Any]) -> Recorded:
    sent, received = entry["request"], entry["response"]
    method, url, status = sent["method"], sent["url"], received["status"]
    if type(method) is not str or type(url) is not str or type(status) is not int or not 0 <= status < 1000:
        raise TypeError
    headers = _headers(sent["headers"], REQUEST_HEADERS)
    request = Request(method, url, headers, _posted(sent))
    credentials: Credentials | None = entry.get(CREDENTIALS) or ("given" if _AUTHORIZED in headers else None)
    if credentials is not None and credentials not in _CREDENTIALS:
        raise TypeError
    started = _time(entry.get("startedDateTime"))
    if status == 0:
        failure = entry.get(FAILURE)
        return Recorded(request, None, started, credentials, failure if isinstance(failure, str) else "no response")
    content = received.get("content") or {}
    answered, encoded = _headers(received["headers"], ANSWER_HEADERS), None
    if not received["headers"] and content.get("mimeType") not in {None, "", UNKNOWN}:
        answered = (("content-type", content["mimeType"]),)
    text = content.get("text")
    if type(text) is str and "encoding" not in content:
        body = text.encode()
    elif text is None:
        body = _absent(content, method, status)
    else:
        body, encoded = _decoded(content, received["headers"])
    return Recorded(request, Answer(status, answered, body), started, credentials, encoded=encoded)


def _headers(recorded: list[Mapping[str, str]], kept: frozenset[str]) -> Headers:
    """Names in lower case; Authorization only says that it was there."""
    return tuple(
        [
            (name, HIDDEN if name == "authorization" else one["value"])
            for one in recorded
            if (name := one["name"].lower()) in kept
        ]
    )


def _time(text: object) -> float | None:
    try:
        moment = datetime.fromisoformat(text)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _posted(sent: Mapping[str, Any]) -> bytes | None:
    posted = sent.get("postData") or {}
    text = posted.get("text")
    if not isinstance(text, str):
        return None
    return base64.b64decode(text) if posted.get("encoding") == "base64" else text.encode()


def _absent(content: Mapping[str, Any], method: str, status: int) -> bytes:
    """The body of an entry that has none: empty if the entry says so, or HTTP."""
    if content.get("size") == 0 or method == "HEAD" or status in {204, 304}:
        return b""
    raise EntryError("body-missing")


def _decoded(content: Mapping[str, Any], headers: Any) -> tuple[bytes, Literal["body-base64", "body-compressed"]]:
    """A body in base64, decompressed if it was recorded as it came over the wire."""
    if content["encoding"] != "base64":
        raise EntryError("body-unreadable")
    try:
        body = base64.b64decode(content["text"], validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise EntryError("body-unreadable") from None
    coding = next((one["value"].strip().lower() for one in headers if one["name"].lower() == "content-encoding"), "")
    if coding in {"", "identity"} or _is_json(body):
        return body, "body-base64"
    return _decompressed(body, cast("str", coding)), "body-compressed"


def _is_json(body: bytes) -> bool:
    """Whether the body was decompressed before it was recorded, as HAR demands."""
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True


def _decompressed(body: bytes, coding: str) -> bytes:
    try:
        if coding == "zstd":
            return zstandard.ZstdDecompressor().decompress(body, max_output_size=MAX_BODY)
        if coding in {"gzip", "x-gzip", "deflate"}:
            decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)
            plain = decoder.decompress(body, MAX_BODY)
            if decoder.eof:
                return plain
    except (zlib.error, zstandard.ZstdError):
        pass
    raise EntryError("body-unreadable")


def entry(
    request: Request,
    answer: Answer | None,
    started: float,
    *,
    credentials: Credentials | None = None,
    failure: str | None = None,
    seconds: float = 0.0,
) -> dict[str, Any]:
    """A HAR entry; bodies that are not UTF-8 are in base64. `credentials` are kept if the headers do not tell them."""
    moment = datetime.fromtimestamp(started, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    query = [{"name": name, "value": value} for name, value in request.query]
    sent: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _named(request.headers),
        "queryString": query,
        "headersSize": -1,
        "bodySize": len(request.body or b""),
    }
    if request.body is not None:
        declared = header(request.headers, "content-type") or ""
        text, encoding = _text(request.body)
        sent["postData"] = {"mimeType": declared, "text": text, **encoding}
    content: dict[str, Any] = {"size": 0, "mimeType": UNKNOWN}
    if answer is not None:
        text, encoding = _text(answer.body)
        content = {"size": len(answer.body), "mimeType": answer.media_type or UNKNOWN, "text": text, **encoding}
    extra = {CREDENTIALS: credentials} if credentials else {}
    return {
        "startedDateTime": moment,
        "time": round(seconds * 1000, 3),
        "request": sent,
        "response": {
            "status": answer.status if answer else 0,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _named(answer.headers) if answer else [],
            "content": content,
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": round(seconds * 1000, 3), "receive": 0},
        **extra,
        **({FAILURE: failure or "no response"} if answer is None else {}),
    }


def _named(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _text(body: bytes) -> tuple[str, dict[str, str]]:
    try:
        return body.decode(), {}
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), {"encoding": "base64"}
