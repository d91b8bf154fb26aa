"""What of an exchange may be shown or reach the disk: nobody's words, and still every drift.

Decided by place and contract: a payload is walked together with the schemas of every contract that knows its operation
and status. What a contract writes down at a place, its numbers and its names stay; so do words that are foreign to it
where it lists values; everything else is replaced by a pseudonym, the same for the same string, in a body and in a URL
alike.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

import orjson
from attrs import define, evolve, field

from conformance import contract
from conformance.contract import Contract
from conformance.excerpt import Own
from conformance.exchange import Answer, Exchange, Headers, Request, essence, header, method
from conformance.failures import known_failure
from conformance.masking import holds, is_duration, is_name, is_word
from conformance.multipart import FormPart, boundary_of, join, parts
from conformance.operations import FORMS, PARAMETER, Steps, steps
from conformance.pseudonyms import Pseudonyms, masked_media_type
from conformance.recording.content import masked_lines
from conformance.recording.forms import FILE_NAMES, Forms
from conformance.recording.har import ANSWER_HEADERS, HIDDEN, REQUEST_HEADERS
from conformance.recording.numbers import masked_number, masked_numeral
from conformance.recording.protocol import LINE
from conformance.recording.route import HIDDEN_HOST, known_bases, match, path_of, shown_host, shown_step
from conformance.recording.spots import Spot
from conformance.recording.views import Views, query_spots, schemas_of_lines, schemas_received, schemas_sent
from conformance.recording.vocabulary import Vocabulary, is_reference
from conformance.schema import FREE_MAPS

REFERENCES = frozenset({"after", "before"})
"""Query parameters that hold an id, whatever it looks like: it must stay equal to the one in a body."""

DEEPEST = 100
"""Levels of a payload below which nothing is kept but the kind of the value."""

_NUMBER = re.compile(r"\s*[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?\s*")
_TIMES = {
    "date-time": re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
    ),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "time": re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?"),
}
"""By the format that a schema asks for: what is such a time stays, as a number does where a number is documented."""
_PREFER = frozenset({"respond-async", "return=minimal", "return=representation", "handling=strict", "handling=lenient"})
"""What RFC 7240 registers; of `wait` the seconds would have to be looked at."""
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?utf-?8\"?\s*(?:;|$)", re.IGNORECASE)


CONTENT = "file_content"
"""The operation whose answer is a file."""


@define(eq=False)
class Mask:
    """Masks exchanges. The contracts must be all that judge them; pseudonyms are those of a key.

    `readable`: for people, with short pseudonyms; else for another judge, form and length kept. `open_ids`: ids stay,
    since they are a simulator's.
    """

    contracts: tuple[Contract, ...]
    names: Pseudonyms = field(factory=Pseudonyms)
    readable: bool = False
    open_ids: bool = False
    _words: Vocabulary = field(init=False)
    _forms: Forms = field(init=False)
    _spots: dict[tuple[Any, ...], Spot] = field(factory=dict, init=False)
    _bases: frozenset[Steps] = field(init=False)
    _queries: dict[str, Mapping[str, Spot]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        """Gather what the contracts say."""
        self._words = Vocabulary.of(self.contracts)
        self._bases = frozenset(steps(one.base_path) for one in self.contracts)
        self._forms = Forms(self.names, self.readable, self.open_ids, self._words.ids, self._words.id_checks)

    @classmethod
    def of(cls, contracts: Iterable[Contract] = (), key: bytes | None = None, **options: bool) -> "Mask":
        """With every contract that comes with the project, and these."""
        every = {one.file: one for one in (*map(contract.load, contract.names()), *contracts)}
        return cls(tuple(every.values()), Pseudonyms() if key is None else Pseudonyms(key), **options)

    def exchange(self, exchange: Exchange) -> Exchange:
        """An exchange that may be written down."""
        views, request, answer = self.views(exchange), exchange.request, exchange.answer
        kind = header(request.headers, "content-type") or ""
        return evolve(
            exchange,
            request=Request(
                method(request.method),
                self.url(request, views),
                self._headers(request.headers, REQUEST_HEADERS),
                None if request.body is None else self._body(request.body, views.sent, views, kind),
            ),
            answer=answer
            and Answer(
                answer.status,
                self._headers(answer.headers, ANSWER_HEADERS),
                self._answer(answer, views),
            ),
            path_parameters=tuple((name, self._forms.reference(value)) for name, value in exchange.path_parameters),
            failure=exchange.failure and known_failure(exchange.failure),
            secrets=(),
        )

    def views(self, exchange: Exchange) -> Views:
        """What the contracts know of an exchange."""
        request, answer = exchange.request, exchange.answer
        found = match(request.method, path_of(request.url), base_paths=known_bases() | self._bases)
        name = exchange.operation or (found.operation if found else "")
        operations = [one.operations[name] for one in self.contracts if name in one.operations]
        status = answer.status if answer else 0
        if name not in self._queries:
            self._queries[name] = query_spots(operations)
        return Views(
            name,
            self._spot((name,), lambda: schemas_sent(operations)),
            self._spot((name, status), lambda: schemas_received(operations, status)),
            self._queries[name],
            exchange.secrets,
        )

    def _spot(self, key: tuple[Any, ...], made: Any) -> Spot:
        if key not in self._spots:
            self._spots[key] = Spot.of(made())
        return self._spots[key]

    def _answer(self, answer: Answer, views: Views) -> bytes:
        """The body of an answer; of the content of a file the lines."""
        if views.operation == CONTENT and 200 <= answer.status < 300:
            place = self._spot((LINE,), lambda: schemas_of_lines(self.contracts))
            content = masked_lines(answer.body, lambda row: self.payload(row, place, views), self.names)
            return _opaque(answer.body, self.names) if content is None else content
        return self._body(answer.body, views.received, views, "")

    def _body(self, body: bytes, spot: Spot, views: Views, kind: str) -> bytes:
        try:
            payload = orjson.loads(body)
        except orjson.JSONDecodeError:
            form = parts(body, kind)
            asked = self._of(spot, views)
            return _opaque(body, self.names) if form is None else join(self._part(one, spot, asked) for one in form)
        return orjson.dumps(self.payload(payload, spot, views))

    def _part(self, part: FormPart, spot: Spot, views: Views) -> FormPart:
        """A part of a form: of a file the length stays."""
        kind = part.media_type and self._media_type(part.media_type)
        name, place = self._key(part.name, spot, "", views)
        if part.filename is not None:
            return FormPart(name, self._forms.file_name(part.filename), kind, b"x" * len(part.content))
        text = self._text(part.content.decode("utf-8", "replace"), place, part.name, views)
        return FormPart(name, None, kind, text.encode())

    def payload(self, value: Any, spot: Spot, views: Views) -> Any:
        """A JSON value of which one may read what the contracts know."""
        return self._value(value, spot, "", self._of(spot, views), 0)

    def _of(self, spot: Spot, views: Views) -> Views:
        return evolve(views, asks=spot is views.sent)

    def _value(self, value: Any, spot: Spot, name: str, views: Views, depth: int) -> Any:
        if isinstance(value, str):
            return str(value) if isinstance(value, Own) else self._text(value, spot, name, views)
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int | float):
            return masked_number(value, spot, name, depth)
        if depth >= DEEPEST:
            return type(value)()
        if isinstance(value, list):
            items = spot.items
            return [self._value(child, items, name, views, depth + 1) for child in value]
        return dict(self._fields(value, spot, name, views, depth))

    def _fields(
        self, holder: Mapping[str, Any], spot: Spot, holds_for: str, views: Views, depth: int
    ) -> Iterator[tuple[str, Any]]:
        for name, child in holder.items():
            if isinstance(name, Own):  # figures of ours, by name
                yield str(name), {self._key(one, spot, holds_for, views)[0]: figure for one, figure in child.items()}
            else:
                shown, place = self._key(name, spot, holds_for, views)
                yield shown, self._value(child, place, name, views, depth + 1)

    def _key(self, name: str, spot: Spot, holder: str, views: Views) -> tuple[str, Spot]:
        """The name of a property of what stands under `holder`, and the place of its value."""
        if isinstance(name, Own):
            return str(name), _NOWHERE
        known = spot.child(name)
        if known is not None:
            return name, known
        if spot.closed and holder not in FREE_MAPS:
            shown = is_name(name) and not views.asks and not holds(name, views.credentials)
            return name if shown else self._forms.stand_in(name, ()), _NOWHERE
        others = spot.others
        if others is not None:
            return self._forms.stand_in(name, spot.names), others
        return name if name in self._words.names else self._forms.stand_in(name, ()), _NOWHERE

    def _text(self, text: str, spot: Spot, name: str, views: Views) -> str:
        if not text:
            return text
        if is_reference(name):
            return self._forms.reference(text)
        if name in FILE_NAMES:
            return self._forms.file_name(text)
        if (
            text in spot.known
            or self._is_listed(text, spot, name, views)
            or any(_TIMES[one].fullmatch(text) for one in spot.times & _TIMES.keys())
        ):
            return text
        if spot.numeric and _NUMERAL.fullmatch(text):
            return masked_numeral(text)  # some clients take it for the number that belongs there
        return self._forms.stand_in(text, spot.checks)

    def _is_listed(self, text: str, spot: Spot, name: str, views: Views) -> bool:
        """Whether a string is foreign to the contracts, and drift cannot be told without it."""
        if is_duration(text):
            return spot.lasting or spot.listed
        told = spot.listed and name in self._words.listed  # what only requests list, no row names
        return told and is_word(text) and not holds(text, views.credentials)

    def url(self, request: Request, views: Views) -> str:
        """A URL of which host, known steps and known names stay; user info and fragment are dropped."""
        try:
            parts_ = urlsplit(request.url)
            host = parts_.netloc.rpartition("@")[2]
        except ValueError:
            return f"http://{HIDDEN_HOST}/"
        query = "&".join(
            f"{quote(self._parameter(name, views), safe='')}={quote(self._argument(name, value, views), safe='')}"
            for name, value in parse_qsl(parts_.query, keep_blank_values=True)
        )
        scheme = parts_.scheme if parts_.scheme in {"http", "https", ""} else "http"
        return urlunsplit((scheme, shown_host(host), self._masked_path(parts_.path, views), query, ""))

    def _masked_path(self, path: str, views: Views) -> str:
        """Which steps are parameters the place decides, counted from the right, as operations are recognised."""
        every = path.split("/")
        filled = [index for index, step in enumerate(every) if step]
        form = FORMS[views.operation][1][0] if views.operation in FORMS else ()
        variable = {
            filled[-number]
            for number, step in enumerate(reversed(form), 1)
            if step == PARAMETER and number <= len(filled)
        }
        return "/".join(
            step and ((index not in variable and shown_step(step, self._words.steps)) or self._step(step))
            for index, step in enumerate(every)
        )

    def _step(self, step: str) -> str:
        return quote(self._forms.reference(unquote(step)), safe="")

    def _parameter(self, name: str, views: Views) -> str:
        return name if name in views.query or name in self._words.names else self._forms.stand_in(name, ())

    def _argument(self, name: str, value: str, views: Views) -> str:
        spot = views.query.get(name, _NOWHERE)
        if name in REFERENCES or is_reference(name):
            return self._forms.reference(value) if value else value
        plain = not value or value in spot.known or (spot.boolean and value in {"true", "false"})
        if not plain and spot.numeric and _NUMBER.fullmatch(value):
            return masked_numeral(value)
        return value if plain else self._forms.stand_in(value, spot.checks)

    def _headers(self, headers: Headers, kept: Iterable[str]) -> Headers:
        return tuple((name, self._header(name.lower(), value)) for name, value in headers if name.lower() in kept)

    def _header(self, name: str, value: str) -> str:
        if name == "accept":
            return ", ".join(self._media_type(one) for one in value.split(","))
        if name == "content-type":
            charset = "; charset=utf-8" if _CHARSET.search(value) else ""
            return self._media_type(value) + (boundary_of(value) or charset)
        if name == "prefer":
            return value if value in _PREFER else "masked"
        return HIDDEN

    def _media_type(self, declared: str) -> str:
        return masked_media_type(essence(declared), self._words.media_types, self.names)


_NOWHERE = Spot()
_NUMERAL = re.compile(r"[-+]?[0-9]{1,40}(?:\.[0-9]{1,20})?")


def _opaque(body: bytes, names: Pseudonyms) -> bytes:
    """What stands for a body that is neither JSON nor a form: nor is it, and it starts alike."""
    if not body.strip():
        return body[:1]
    stands = b"masked " + names.digest(body)[:16].encode()
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return b"\xff" + stands
    start = text.lstrip()[:1]
    return start.encode() + stands if start in {"<", "{", "["} else stands
