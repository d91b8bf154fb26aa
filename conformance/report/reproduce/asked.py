"""Of a request, what a command may show that sends it again."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import orjson
from attrs import define, evolve, field, frozen

from conformance.excerpt import cut
from conformance.exchange import Exchange, header
from conformance.multipart import FormPart, parts
from conformance.operations import FORMS, PARAMETER_NAMES
from conformance.recording.mask import Mask
from conformance.recording.vocabulary import is_reference

NO_SUCH_ID = "no-such-id"
"""Stands for an id that the endpoint said it does not have."""

_NOT_FOUND = 404
_PSEUDONYM = re.compile(r"<string:[0-9]+ [0-9a-f]{8}>")
_NOT_IN_NAMES = re.compile(r"[^A-Z0-9]+")


@frozen
class RequestText:
    """A request as text. `variables`: by the text that stands for it in `target` and `body`, a variable's name.

    `server` is scheme and host, `target` path and query as they are sent; `body` is None for none; `form` holds the
    parts where it is a form; `origins` says of each variable, by its name, where it is from.
    """

    server: str
    target: str
    content_type: str | None
    body: bytes | None
    form: tuple[FormPart, ...] | None
    variables: Mapping[str, str] = field(factory=dict)
    origins: Mapping[str, str] = field(factory=dict)


def as_sent(exchange: Exchange, server: str, variables: Mapping[str, str]) -> RequestText:
    """The request as it was: what a simulator is asked is nobody's. `variables` stand for ids in it."""
    request, url = exchange.request, urlsplit(exchange.request.url)
    kind = header(request.headers, "content-type")
    form = parts(request.body, kind) if request.body and kind else None
    target = url.path + (f"?{url.query}" if url.query else "")
    return RequestText(server, target, kind, request.body, None if form is None else tuple(form), variables)


def as_shown(exchange: Exchange, mask: Mask) -> RequestText:
    """The request as anybody may see it: what is hidden is a variable."""
    shown = _Shown(exchange, mask)
    url = urlsplit(mask.url(exchange.request, mask.views(exchange)))
    server = f"{quote(url.scheme)}://{quote(url.netloc, safe=':[].-')}"
    target = shown.path(url.path, server) + shown.query(url.query)
    masked = mask.exchange(exchange).request
    kind = header(masked.headers, "content-type")
    form = parts(masked.body, kind) if masked.body and kind else None
    body = None if form is not None else shown.body()
    form = None if form is None else shown.form(form)
    return RequestText(
        server, target, kind, body, None if form is None else tuple(form), shown.variables, shown.origins
    )


@define
class _Shown:
    """What is found to be hidden on the way through a request."""

    exchange: Exchange
    mask: Mask
    variables: dict[str, str] = field(factory=dict)
    origins: dict[str, str] = field(factory=dict)
    _base: str = ""

    def path(self, masked: str, server: str) -> str:
        """The path, each hidden step a variable."""
        raw = urlsplit(self.exchange.request.url).path.split("/")
        steps = masked.split("/")
        own = FORMS[self.exchange.operation][1][0] if self.exchange.operation in FORMS else ()
        filled = [index for index, step in enumerate(raw) if step]
        first = filled[-len(own)] if 0 < len(own) <= len(filled) else len(raw)
        self._base = server + "/".join(step if step == raw[at] else "…" for at, step in enumerate(steps[:first]))
        shown = []
        for index, (step, before) in enumerate(zip(steps, raw, strict=True)):
            if unquote(step) == unquote(before):
                shown.append(before)
            elif index > first and raw[index - 1] in PARAMETER_NAMES:
                shown.append(self._id(PARAMETER_NAMES[raw[index - 1]]))
            else:
                shown.append(self._hidden(f"PATH_{index}", unquote(step)))
        return "/".join(shown)

    def query(self, masked: str) -> str:
        """The query, each hidden value a variable."""
        raw = self.exchange.request.query
        pairs = parse_qsl(masked, keep_blank_values=True)
        texts = []
        for (name, value), (_, before) in zip(pairs, raw, strict=True):
            text = quote(value, safe=",:") if value == before else self._value(name, value)
            texts.append(f"{quote(name, safe='')}={text}")
        return f"?{'&'.join(texts)}" if texts else ""

    def form(self, masked: list[FormPart]) -> list[FormPart]:
        """The parts that contracts know; of a value that none of them names there is a variable."""
        known = self.mask.views(self.exchange).sent
        found = []
        for part in masked:
            place = known.child(part.name)
            text = part.content.decode(errors="replace")
            if place is None:
                continue
            if part.filename is None and text not in place.known:
                text = self._hidden(self._named(part.name), self.mask.names.short(text))
            found.append(part if part.filename is not None else evolve(part, content=text.encode()))
        return found

    def body(self) -> bytes | None:
        """The body; its ids are variables, what else is hidden keeps its stand-in. Empty where it is no JSON."""
        raw = self.exchange.request.body
        if not raw:
            return None
        try:
            parsed = orjson.loads(raw)
        except orjson.JSONDecodeError:
            return b""
        views = self.mask.views(self.exchange)
        masked = self.mask.payload(cut(parsed, ()), views.sent, views)
        for name, value in _ids(masked):
            self.variables[value] = self._named(name)
            self.origins.setdefault(self._named(name), self._from(name))
        return orjson.dumps(masked)

    def _value(self, name: str, value: str) -> str:
        if name in {"after", "before"} or is_reference(name):
            return self._id(name)
        return self._hidden(self._named(name), value)

    def _id(self, name: str) -> str:
        answer = self.exchange.answer
        if answer is not None and answer.status == _NOT_FOUND:
            return NO_SUCH_ID
        self.origins.setdefault(self._named(name), self._from(name))
        return self._stands(self._named(name))

    def _hidden(self, name: str, value: str) -> str:
        self.origins.setdefault(name, value)
        return self._stands(name)

    def _stands(self, name: str) -> str:
        self.variables[f"<{name}>"] = name
        return f"<{name}>"

    def _named(self, name: str) -> str:
        """A variable's name for that of a parameter."""
        shown = _NOT_IN_NAMES.sub("_", "VALUE" if _PSEUDONYM.fullmatch(name) else name.upper()).strip("_")
        return shown if shown and not shown[0].isdigit() else f"VALUE_{shown}".rstrip("_")

    def _from(self, name: str) -> str:
        """The request that tells such ids, and where in its answer."""
        operation = self.exchange.operation
        if operation == "file_content":
            return f"GET {self._base}/batches .data[].output_file_id"
        about_files = "file" in name or (not name.startswith("batch") and operation == "list_files")
        return f"GET {self._base}/{'files' if about_files else 'batches'} .data[].id"


def _ids(payload: Any) -> Iterator[tuple[str, str]]:
    """The hidden ids in a masked payload, by the names that they stand under."""
    for name, value in payload.items() if isinstance(payload, dict) else ():
        if isinstance(value, str) and is_reference(name) and _PSEUDONYM.fullmatch(value):
            yield name, value
        else:
            yield from _ids(value)
