"""What of an exchange may reach the disk: nobody's words, and still every drift.

This goes beyond `conformance.masking`, which is for what people read, since a masked recording is judged again. A
masked string keeps its form (a URL stays a URL), is no shorter than before, and equals what it equalled, in a body
and in a URL alike.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import orjson
from attrs import define, evolve, field

from conformance import contract
from conformance.contract import Contract
from conformance.exchange import Answer, Exchange, Headers, Request
from conformance.masking import SHOWN_PARAMETERS, SHOWN_PLACES, is_token, pseudonym, shown_key
from conformance.recording.har import ANSWER_HEADERS, HIDDEN, REQUEST_HEADERS
from conformance.recording.route import STATIC_STEPS, match

REFERENCES = frozenset({"after", "before"})
"""Query parameters that hold an id, whatever it looks like: it must stay equal to the one in a body."""

_NUMBER = re.compile(r"\s*[-+]?[0-9.]{1,40}(?:[eE][-+]?[0-9]{1,4})?\s*")
_HEADER = re.compile(r"[A-Za-z0-9/*+;=,._ \"-]{1,200}")
_VERSION = re.compile(r"v[0-9]{1,2}")
_STANDS = re.compile(r"<string:[0-9]+ sha256:[0-9a-f]{20}>x*")
_CODES = frozenset({"code"})
"""Fields whose number tells an error from a success, documented or not."""


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _uuid(text: str) -> str:
    digest = _digest(text)
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


_PLAIN = re.compile(
    r"|[0-9]{1,4}[smhdw]"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9:.]{5,20}(?:[Zz]|[+-][0-9:]{4,6})?)?"
    r"|https://[0-9a-f]{32}\.invalid/|[0-9a-f]{32}@masked\.invalid"
)
"""Nobody's secret: durations, dates, and what was masked before."""

_FORMS: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"), _uuid),
    (re.compile(r"[a-z]{2,8}://\S+"), lambda text: f"https://{_digest(text)[:32]}.invalid/"),
    (re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), lambda text: f"{_digest(text)[:32]}@masked.invalid"),
)
"""Forms that a schema may ask for by `format` or `pattern`, and what keeps them."""


def mask_string(text: str) -> str:
    """What stands for a string: always the same for the same."""
    if _PLAIN.fullmatch(text):
        return text
    for form, masked in _FORMS:
        if form.fullmatch(text):
            return masked(text)
    return stand_in(text)


def stand_in(text: str) -> str:
    """What stands for a string of no form, and for one that a report would show: it then shows the same."""
    if _STANDS.fullmatch(text):
        return text
    return f"{pseudonym(text)[:-1]}{_digest(text)[4:20]}>".ljust(len(text), "x")


@define(eq=False)
class Mask:
    """Masks exchanges; what stands in the contracts is no secret."""

    contracts: tuple[Contract, ...]
    _known: frozenset[str] = field(init=False)
    _words: frozenset[str] = field(init=False)
    """Names of fields that hold words of the API."""

    def __attrs_post_init__(self) -> None:
        """Gather what the contracts say."""
        self._known = frozenset().union(*(one.known_strings for one in self.contracts))
        self._words = SHOWN_PLACES.union(*(_closed(one.document.data) for one in self.contracts))

    @classmethod
    def of_all_contracts(cls) -> "Mask":
        """With every contract that comes with the project."""
        return cls(tuple(map(contract.load, contract.names())))

    def exchange(self, exchange: Exchange) -> Exchange:
        """An exchange that may be written down."""
        request, answer = exchange.request, exchange.answer
        return evolve(
            exchange,
            request=Request(
                request.method,
                self._url(request),
                _headers(request.headers, REQUEST_HEADERS),
                None if request.body is None else self._body(request.body),
            ),
            answer=answer and Answer(answer.status, _headers(answer.headers, ANSWER_HEADERS), self._body(answer.body)),
            path_parameters=tuple((name, self._text(value)) for name, value in exchange.path_parameters),
        )

    def _body(self, body: bytes) -> bytes:
        try:
            payload = orjson.loads(body)
        except orjson.JSONDecodeError:
            return _opaque(body)
        return orjson.dumps(self._value(payload, word=False, documented=True))

    def _value(self, value: Any, *, word: bool, documented: bool) -> Any:
        match value:
            case str():
                return self._word(value) if word else self._text(value)
            case dict():
                return dict(self._fields(value, documented=documented))
            case list():
                return [self._value(child, word=False, documented=documented) for child in value]
            case int() | float() if not documented and not isinstance(value, bool):
                return 0 if float(value).is_integer() else 0.5
        return value

    def _fields(self, holder: dict[str, Any], *, documented: bool) -> Iterator[tuple[str, Any]]:
        for name, value in holder.items():
            known = name in self._known or name in _CODES
            shown = name if known else shown_key(name)
            shown = shown if shown == name else stand_in(name)
            yield shown, self._value(value, word=name in self._words, documented=documented and known)

    def _word(self, text: str) -> str:
        return text if text in self._known or is_token(text) or _PLAIN.fullmatch(text) else stand_in(text)

    def _text(self, text: str) -> str:
        return text if text in self._known else mask_string(text)

    def _url(self, request: Request) -> str:
        parts = urlsplit(request.url)
        found = match(request.method, parts.path)
        names = {value for _, value in found.parameters} if found else set()
        path = "/".join(self._step(step, names) for step in parts.path.split("/"))
        query = "&".join(
            f"{quote(shown_key(name), safe='')}={quote(self._argument(name, value), safe='')}"
            for name, value in request.query
        )
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], path, query, ""))

    def _step(self, step: str, names: set[str]) -> str:
        text = unquote(step)
        word = not step or step in STATIC_STEPS or _VERSION.fullmatch(step) or (text.isalpha() and text.isascii())
        return step if word and text not in names else quote(self._text(text), safe="")

    def _argument(self, name: str, value: str) -> str:
        plain = _NUMBER.fullmatch(value) or (name in SHOWN_PARAMETERS and is_token(value))
        return value if plain and name not in REFERENCES else self._text(value)


def _closed(node: Any) -> Iterator[str]:
    """Names of properties whose values a document lists."""
    if isinstance(node, dict):
        properties = node.get("properties")
        for name, child in properties.items() if isinstance(properties, dict) else ():
            if isinstance(child, dict) and ("enum" in child or "const" in child):
                yield name
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _closed(child)


def _headers(headers: Headers, kept: Iterable[str]) -> Headers:
    return tuple((name, _header(name.lower(), value)) for name, value in headers if name.lower() in kept)


def _header(name: str, value: str) -> str:
    if name == "authorization":
        return HIDDEN
    return value if _HEADER.fullmatch(value) else mask_string(value.split(";", maxsplit=1)[0].strip().lower())


_STARTS = {b"<": b"<", b"{": b"{", b"[": b"["}


def _opaque(body: bytes) -> bytes:
    """What stands for a body that is not JSON: nor is it, and it starts alike."""
    if not body.strip():
        return body[:1]
    stands = b"masked " + sha256(body).hexdigest()[:16].encode()
    try:
        body.decode()
    except UnicodeDecodeError:
        return b"\xff" + stands
    return _STARTS.get(body.lstrip()[:1], b"") + stands
