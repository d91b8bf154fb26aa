"""One request with its response, as HAR records it."""

import re
from enum import Enum
from functools import cached_property
from typing import Any, Literal
from urllib.parse import parse_qsl

import orjson
from attrs import define, evolve, field, frozen

Headers = tuple[tuple[str, str], ...]
PayloadPath = tuple[str | int, ...]
"""Keys and indexes to a value in a body."""
Origin = tuple[str, int]
"""The file of a recording or of what a run keeps, and the byte at which it stands there once decompressed."""
Order = tuple[float, str, int]
"""Where an exchange stands in time: when it started, then its place in its file."""
Credentials = Literal["given", "absent", "wrong"]
"""What the request carried as Authorization: something believed good, nothing, or something known to be no key."""


class NotJson(Enum):
    """What a body that cannot be read as JSON is parsed to: the same in every process."""

    NOT_JSON = "not JSON"


NOT_JSON = NotJson.NOT_JSON

MAX_VALUES = 1_500_000
"""Values in a body that is read: more of them would fill hundreds of megabytes, however few bytes they take."""

MAX_DEPTH = 200
"""Levels of lists and objects within each other; RFC 8259 leaves the limit to the reader."""

MAX_TEXT = 1 << 20
"""Characters of a text that are read: whoever judges it makes several copies."""

_BRACKET = re.compile(rb'[^"\[\]{}]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"\[\]{}]*+)*+([\[\]{}])', re.DOTALL)
_NO_BRACKETS = bytes(sorted({*range(256)} - {*b"[]{}"}))
_ORDINARY_DEPTH = 6


def header(headers: Headers, name: str) -> str | None:
    """The first header of that name, in any case."""
    name = name.lower()
    for key, value in headers:
        if key.lower() == name:
            return value
    return None


def essence(declared: str) -> str:
    """A media type without its parameters, in lower case."""
    return declared.partition(";")[0].strip().lower()


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"})


def method(text: str) -> str:
    """A request's method as it may be shown; what is none of HTTP's own may be anybody's word."""
    return text if text in METHODS else "OTHER"


def _is_deep(body: bytes) -> bool:
    """What pairs of brackets leave after a few rounds is nested deeper, or stands in strings: then it is counted."""
    left = body.translate(None, _NO_BRACKETS)
    for _ in range(_ORDINARY_DEPTH):
        left = left.replace(b"[]", b"").replace(b"{}", b"")
    if len(left) <= MAX_DEPTH:
        return False
    depth, at = 0, 0
    while depth <= MAX_DEPTH and (found := _BRACKET.match(body, at)):
        depth += 1 if found[1] in b"[{" else -1
        at = found.end()
    return depth > MAX_DEPTH


def parsed(text: bytes) -> Any:
    """What JSON says, or NOT_JSON; very long strings are cut."""
    try:
        payload = orjson.loads(text)
    except orjson.JSONDecodeError:
        return NOT_JSON
    return _clipped(payload) if len(text) > MAX_TEXT else payload


def _clipped(value: Any) -> Any:
    """A payload, its longest texts cut in place."""
    if isinstance(value, str):
        return value[:MAX_TEXT]
    for key, child in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if isinstance(child, str | list | dict):
            value[key] = _clipped(child)
    return value


@frozen
class Request:
    """What was sent. `url` is absolute; `body` is None where none was sent or kept."""

    method: str
    url: str = field(repr=False)
    headers: Headers = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query as decoded pairs, in order, blanks kept."""
        return parse_qsl(self.url.partition("#")[0].partition("?")[2], keep_blank_values=True)


@define(eq=False, slots=False)
class Answer:
    """What came back. `body` is decoded from its content encoding.

    `whole`: how many bytes it was, where only what is near a place was kept of it.
    """

    status: int
    headers: Headers = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    whole: int | None = None

    @property
    def media_type(self) -> str | None:
        """The declared media type without parameters, in lower case; None where none is declared."""
        declared = header(self.headers, "content-type")
        return essence(declared) or None if declared else None

    def forget(self) -> None:
        """Let go of what was parsed, which takes many times the memory of the body."""
        self.__dict__.pop("json", None)

    @property
    def too_many(self) -> bool:
        """Whether there may be more than MAX_VALUES values in it; commas in strings count too."""
        body = self.body
        return len(body) > MAX_VALUES and sum(map(body.count, (b",", b"[", b"{"))) > MAX_VALUES

    @cached_property
    def too_deep(self) -> bool:
        """Whether it is JSON, as far as brackets tell, that goes deeper than MAX_DEPTH."""
        return self.body.count(b"[") + self.body.count(b"{") > MAX_DEPTH and _is_deep(self.body)

    @cached_property
    def json(self) -> Any:
        """The body as JSON, or NOT_JSON; likewise where it is too much to be read."""
        return NOT_JSON if self.too_many or self.too_deep else parsed(self.body)


@define(eq=False, slots=False)
class Exchange:
    """One exchange. `answer` is None where nothing came back; `failure` then says why, in a few words.

    `started` is in seconds since the epoch, `seconds` how long it took where that was measured, and without end where
    nobody knows when it was. `origin` is (file, offset) of a recording or of what a run keeps. `secrets` are the
    credentials that the request carried, in clear: what repeats them is not shown.
    """

    operation: str
    request: Request
    answer: Answer | None
    started: float = 0.0
    origin: Origin = ("", 0)
    credentials: Credentials = "given"
    failure: str | None = None
    path_parameters: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    seconds: float = 0.0
    in_order: bool = False
    """Whether the order of its file is that of time, whatever the clock says."""
    outline: bool = False
    """Whether headers and bodies were not kept."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    unkept: int | None = None
    """How many bytes the answer's body had, where it is not at hand: nothing can be said of it."""

    @property
    def order(self) -> Order:
        """Where the exchange stands in time."""
        return (self.started, *self.origin)

    def outlined(self) -> "Exchange":
        """Its address, and what can be said of it without headers and bodies."""
        if self.outline:
            return self
        return evolve(
            self,
            request=Request(self.request.method, self.request.url),
            answer=None if self.answer is None else Answer(self.answer.status),
            outline=True,
            secrets=(),
        )
