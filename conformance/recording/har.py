"""One HAR 1.2 entry as request and answer; what an entry lacks is said in words, never guessed.

http://www.softwareishard.com/blog/har-12-spec/ (fields in front of which stands `_` are free for programs that write
HAR).
"""

import base64
import binascii
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Literal, cast
from urllib.parse import urlsplit

import msgspec
from attrs import define, evolve, field

from conformance.coding import CodingError, decoded
from conformance.exchange import METHODS, Answer, Credentials, Headers, Request
from conformance.failures import known_failure
from conformance.recording.scan import BOM

CREDENTIAL_HEADERS = frozenset({"authorization", "api-key", "x-api-key"})
"""Headers whose values are looked for in answers, and shown nowhere."""

REQUEST_HEADERS = frozenset({"accept", "content-type", "prefer"}) | CREDENTIAL_HEADERS
ANSWER_HEADERS = frozenset({"content-type"})
"""Headers that are read: the others say nothing about drift, and may say much about people."""

LENGTH = "content-length"
"""Of a request, read and never written: with it one sees whether a body was kept as it was sent."""

CREDENTIALS, FAILURE, SECRETS = "_credentials", "_error", "_secrets"
"""Fields of our own recordings: what the request carried, where that is known; why no answer came (as in Chrome).

And, in what nobody else can read, the credentials in clear where no header shows them."""

IN_ORDER = "_inOrder"
"""A field of entries that our readers make of other tools' recordings: the order of the file is that of time."""

UNKNOWN = "x-unknown"
"""HAR's word for a media type that was not declared."""

HIDDEN = "Bearer <key>"
"""What stands for any credential."""

_NOTHING = msgspec.Raw()
_Encoded = Literal["body-base64", "body-compressed"]

MAX_BODY = 64 << 20
"""Bytes of a body once it is decompressed."""

Defect = Literal["broken", "truncated", "not-an-entry", "body-missing", "body-unreadable"]

_AUTHORITY = re.compile(r"[^/?#]*://[^/?#]*")
_LONGEST = 1000
"""Characters of a scheme and host; names have at most 255."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class EntryError(Exception):
    """An entry that cannot be judged."""

    def __init__(self, defect: Defect) -> None:
        """Say what is wrong with it."""
        super().__init__(defect)
        self.defect: Defect = defect


@define(eq=False)
class Recorded:
    """What an entry holds. `started` is None where it does not say when; `encoded` names how the body was wrapped up.

    `credentials` are None where the entry shows no Authorization and does not say why. `defect`: there was an answer,
    and its body cannot be had.
    """

    request: Request
    answer: Answer | None
    started: float | None
    credentials: Credentials | None
    failure: str | None = None
    encoded: _Encoded | None = None
    defect: Literal["body-missing", "body-unreadable"] | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """The credentials in clear."""
    location: str | None = field(default=None, repr=False)
    """Where a redirect leads."""
    seconds: float = 0.0
    """How long it took, as far as that is said."""
    in_order: bool = False
    """Whether the order of its file is that of time, whatever its clock says."""


class _Named(msgspec.Struct, gc=False):
    name: str
    value: msgspec.Raw = _NOTHING


class _Posted(msgspec.Struct, gc=False):
    text: str | None = None
    encoding: str | None = None


class _Sent(msgspec.Struct, gc=False):
    method: str
    url: str
    headers: list[_Named]
    posted: _Posted | None = msgspec.field(default=None, name="postData")


class _Content(msgspec.Struct, gc=False):
    size: msgspec.Raw = _NOTHING
    media_type: str | None = msgspec.field(default=None, name="mimeType")
    text: str | None = None
    encoding: str | None = None


class _Received(msgspec.Struct, gc=False):
    status: Annotated[int, msgspec.Meta(ge=0, lt=1000)]
    headers: list[_Named]
    content: _Content | None = None
    redirect: msgspec.Raw = msgspec.field(default=_NOTHING, name="redirectURL")


class _Entry(msgspec.Struct, gc=False):
    """What of an entry is read. All else is passed over, whatever and however much it is."""

    request: _Sent
    response: _Received
    started: msgspec.Raw = msgspec.field(default=_NOTHING, name="startedDateTime")
    credentials: Credentials | Literal[""] | None = msgspec.field(default=None, name=CREDENTIALS)
    failure: msgspec.Raw = msgspec.field(default=_NOTHING, name=FAILURE)
    milliseconds: msgspec.Raw = msgspec.field(default=_NOTHING, name="time")
    in_order: msgspec.Raw = msgspec.field(default=_NOTHING, name=IN_ORDER)
    secrets: msgspec.Raw = msgspec.field(default=_NOTHING, name=SECRETS)


_decode = msgspec.json.Decoder(_Entry).decode
_decode_text = msgspec.json.Decoder(str).decode
_decode_texts = msgspec.json.Decoder(tuple[str, ...]).decode
_decode_number = msgspec.json.Decoder(float).decode
_decode_anything = msgspec.json.Decoder(msgspec.Raw).decode


def parse(data: bytes, *, whole: bool = True) -> Recorded:
    """Read one entry.

    Raises:
        EntryError: it is not JSON, or no HAR entry.
    """
    broken: Defect = "broken" if whole else "truncated"
    try:
        return _recorded(_decode(data.removeprefix(BOM) if data[:3] == BOM else data))
    except (msgspec.ValidationError, ValueError) as error:
        known = isinstance(error, msgspec.ValidationError) or not isinstance(error, msgspec.DecodeError | UnicodeError)
        raise EntryError("not-an-entry" if known and _is_json(data.removeprefix(BOM)) else broken) from None
    except RecursionError:
        raise EntryError(broken) from None


def _recorded(entry: _Entry) -> Recorded:
    sent, received = entry.request, entry.response
    if not is_url(sent.url):
        raise ValueError(sent.url)
    headers, secrets = _sent_headers(sent.headers)
    if entry.secrets:
        secrets += _listed(entry.secrets)
    request = Request(_method(sent.method), sent.url, headers, _posted(sent.posted))
    credentials: Credentials | None = entry.credentials or ("given" if _shows_credential(headers) else None)
    started, seconds = _time(_text_of(entry.started)), _seconds(entry.milliseconds)
    in_order = bytes(entry.in_order) == b"true" if entry.in_order else False
    told = Recorded(request, None, started, credentials, secrets=secrets, seconds=seconds, in_order=in_order)
    if received.status == 0:
        return evolve(told, failure=known_failure(_text_of(entry.failure)))
    content = received.content or _Content()
    answered = _headers(received.headers, ANSWER_HEADERS)
    if not answered and content.media_type and content.media_type != UNKNOWN:
        answered = (("content-type", content.media_type),)
    try:
        body, encoded = _body(content, received, request.method)
    except EntryError as error:
        defect = cast("Literal['body-missing', 'body-unreadable']", error.defect)
        return evolve(told, defect=defect)
    told.answer, told.encoded = Answer(received.status, answered, body), encoded
    if 300 <= received.status < 400:
        told.location = _location(received)
    return told


def _method(text: str) -> str:
    """HTTP's own in capitals, as some tools do not write them."""
    return text if text in METHODS or text.upper() not in METHODS else text.upper()


def is_url(text: str) -> bool:
    """Whether a text can be taken apart as a URL."""
    if not text.isprintable() and _CONTROL.search(text):
        return False
    authority = _AUTHORITY.match(text)
    return authority is None or (len(authority[0]) <= _LONGEST and _is_authority(authority[0]))


@lru_cache(maxsize=1000)
def _is_authority(text: str) -> bool:
    try:
        _ = urlsplit(text).port
    except ValueError:
        return False
    return True


def _headers(recorded: list[_Named], kept: frozenset[str]) -> Headers:
    """Names in lower case."""
    return tuple([(name, _decode_text(one.value)) for one in recorded if (name := one.name.lower()) in kept])


def _sent_headers(recorded: list[_Named]) -> tuple[Headers, tuple[str, ...]]:
    """Names in lower case; a credential only says that it was there. And the credentials, without a scheme's name."""
    headers, secrets = [], []
    for one in recorded:
        name = one.name.lower()
        if name in CREDENTIAL_HEADERS:
            value = _text_of(one.value) or ""
            if value != HIDDEN:
                secrets.append(value.rpartition(" ")[2])
            headers.append((name, HIDDEN))
        elif name in REQUEST_HEADERS or name == LENGTH:
            headers.append((name, _decode_text(one.value)))
    return tuple(headers), tuple(secrets)


def _location(received: _Received) -> str | None:
    named = [_text_of(one.value) for one in received.headers if one.name.lower() == "location"]
    return next(filter(None, (*named, _text_of(received.redirect))), None)


def _shows_credential(headers: Headers) -> bool:
    return any(name in CREDENTIAL_HEADERS for name, _ in headers)


def _listed(raw: msgspec.Raw) -> tuple[str, ...]:
    """The strings of a list; none, if it is something else."""
    try:
        return _decode_texts(raw)
    except ValueError:
        return ()


def _text_of(raw: msgspec.Raw) -> str | None:
    """The string that this is; None if it is something else."""
    try:
        return _decode_text(raw)
    except ValueError:
        return None


def _time(text: str | None) -> float | None:
    try:
        moment = datetime.fromisoformat(text or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _seconds(milliseconds: msgspec.Raw) -> float:
    try:
        return max(0.0, _decode_number(milliseconds) / 1000)
    except ValueError:
        return 0.0


def _posted(posted: _Posted | None) -> bytes | None:
    if posted is None or posted.text is None:
        return None
    return base64.b64decode(posted.text) if posted.encoding == "base64" else posted.text.encode()


def _body(content: _Content, received: _Received, method: str) -> tuple[bytes, _Encoded | None]:
    """The body as it was before it was wrapped up, and how it was.

    Raises:
        EntryError: it is not there, or cannot be unwrapped.
    """
    if content.text is None:
        if bytes(content.size) == b"0" or method == "HEAD" or received.status in {204, 304}:
            return b"", None
        raise EntryError("body-missing")
    if not content.encoding:
        return content.text.encode(), None
    if content.encoding.lower() != "base64":
        raise EntryError("body-unreadable")
    try:
        body = base64.b64decode(content.text, validate=True)
    except (binascii.Error, ValueError):
        raise EntryError("body-unreadable") from None
    codings = [_text_of(one.value) or "" for one in received.headers if one.name.lower() == "content-encoding"]
    if set(",".join(codings).lower().replace(" ", "").split(",")) <= {"", "identity"} or _is_json(body):
        return body, "body-base64"
    try:
        return decoded(body, ",".join(codings), MAX_BODY), "body-compressed"
    except CodingError:
        raise EntryError("body-unreadable") from None


def _is_json(data: bytes) -> bool:
    """Whether this is JSON: a body may have been decompressed before it was recorded, as HAR demands."""
    try:
        _decode_anything(data)
    except (ValueError, RecursionError):
        return False
    return True
