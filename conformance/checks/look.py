"""One exchange, looked at by one contract: pure, and the same wherever it is done."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any

import msgspec
from attrs import evolve

from conformance.batches import BATCHES
from conformance.checks import batch_columns, content
from conformance.checks.case import Case
from conformance.checks.finder import Finder, finders
from conformance.checks.items import NO_PAGE
from conformance.checks.kind import kinds
from conformance.checks.names import LONG, brief
from conformance.checks.quick import Quick
from conformance.checks.several.trace import NO_ANSWER, Observation
from conformance.checks.sight import Sight
from conformance.contract import Contract, Operation
from conformance.drift import Breach
from conformance.exchange import Credentials, Exchange
from conformance.masking import HIDDEN_WORD, holds
from conformance.operations import candidates, steps

Teller = Callable[[Case], Any]

TELLERS: Mapping[str, tuple[str, Teller]] = {
    **dict.fromkeys(BATCHES, ("batches", batch_columns.batches)),
    "upload_file": ("uploaded", content.uploaded),
    "file_content": ("lines", content.lines),
}
"""What else of an exchange is kept for the finders of several, by operation, under a name: plain values, and small."""

COARSE = 1.0
"""Seconds in which something began that began at a whole second: the clock may have no finer ones."""

_DIGEST = 16
"""Bytes that stand for a longer request body."""

_Met = Mapping[Credentials, Sequence[Breach]]
"""How a request was met, by what it may have carried."""


def look(exchange: Exchange, contract: Contract, *, unclear: bool = False) -> Sight:
    """What an exchange shows.

    `unclear`: the request shows no Authorization, and may have been recorded without.
    """
    operation = contract.operations.get(exchange.operation)
    if operation is None:
        return Sight(exchange, observation=deletion(exchange))
    if exchange.answer is None:
        return Sight(exchange, operation, observation=_observed(exchange, unclear=unclear))
    asked = kinds(operation).of(exchange, exchange.answer, unclear=unclear)
    quick = _quick_of(operation, exchange.answer.status)
    case = Case(exchange, exchange.answer, operation, asked, exchange.credentials, quick)
    breaches, met = (_quiet if case.is_ordinary else _of_kind)(case, unclear=unclear)
    looking = finders(operation.name)
    deeper = _found(looking.top if case.is_ordinary else (*looking.top, *looking.body), case)
    breaches = [*breaches, *deeper]
    if exchange.secrets:
        breaches = _without_secrets(breaches, exchange)
        shown: _Met = {credentials: _without_secrets(found, exchange) for credentials, found in met.items()}
        met = shown
    return Sight(exchange, operation, breaches, met, _observed(exchange, case, unclear=unclear), case)


def _of_kind(case: Case, *, unclear: bool) -> tuple[Sequence[Breach], _Met]:
    """What is found without a look into the body, and how the request was met, by what it may have carried."""
    looking, met = finders(case.operation.name), dict[Credentials, Sequence[Breach]]()
    breaches = _found(looking.kind, case)
    carried: tuple[Credentials, ...] = ("given", "absent") if unclear else (case.exchange.credentials,)
    for case.credentials in carried:
        met[case.credentials] = _found(looking.carried, case)
    return breaches, met


def _quiet(case: Case, *, unclear: bool) -> tuple[Sequence[Breach], _Met]:
    """The same, which those of a kind share if nothing is to be found in their bodies."""
    if case.kind.quiet is None:
        case.kind.quiet = _of_kind(case, unclear=unclear)
    return case.kind.quiet


def _found(finders: Iterable[Finder], case: Case) -> list[Breach]:
    return [breach for one in finders for breach in one.find(case)]


@cache
def _quick_of(operation: Operation, status: int) -> Quick | None:
    """The shortcut for a success; none where one that looks into it has no quick form."""
    documented, forms = operation.response(status), finders(operation.name).quick_forms
    if documented is None or documented.schema is None or forms is None or not 200 <= status < 300:
        return None
    return Quick.of(operation, documented.schema, forms)


def deletion(exchange: Exchange) -> Observation | None:
    """What one that is not judged leaves all the same: what was deleted is there no more, whoever asks for it."""
    return _observed(exchange, unclear=False) if exchange.request.method == "DELETE" else None


def _observed(exchange: Exchange, case: Case | None = None, *, unclear: bool) -> Observation:
    """What the finders of several need; `case` is None where no answer came."""
    request, (started, file, offset) = exchange.request, exchange.order
    address = request.url.partition("?")[0].partition("#")[0]
    scope_of = _scope if len(address) <= LONG else _scope.__wrapped__  # long ones are not remembered
    kind, references, after = case.asked if case else (None, [value for _, value in exchange.path_parameters], None)
    page = (case and case.page) or NO_PAGE
    is_settled = case is not None and case.is_settled
    batches, states = batch_columns.statuses(case) if case and is_settled else ((), ())
    return Observation(
        started=started,
        file=file,
        offset=offset,
        ended=started + exchange.seconds + (COARSE if started.is_integer() else 0.0),
        in_order=exchange.in_order,
        operation=exchange.operation,
        scope=scope_of(exchange.operation, request.method, address),
        status=exchange.answer.status if exchange.answer else NO_ANSWER,
        method=request.method,
        url=brief(request.url),
        body=_short(request.body),
        unclear=unclear,
        well_formed=kind is not None and kind.validity.kind == "valid" and exchange.credentials == "given",
        references=tuple(map(brief, references)),
        credentials=exchange.credentials,
        failure="" if case else exchange.failure or "no response",
        size=page.size,
        after=None if after is None or page is NO_PAGE else brief(after),
        has_more=None if kind and kind.limit == 0 and not page.size else page.has_more,
        falls=page.falls,
        sound=kind is not None and page is not NO_PAGE and kind.sound,
        query=kind.query if kind and page is not NO_PAGE else "",
        ids=page.ids,
        told=batch_columns.told_beside(case) if case and is_settled else (),
        batches=batches,
        states=states,
        packed=_packed(case) if case else b"",
        is_documented_error=case is not None and case.is_documented_error,
    )


_pack = msgspec.msgpack.Encoder().encode


def _packed(case: Case) -> bytes:
    """What a teller of the operation has to say."""
    name, tell = TELLERS.get(case.operation.name, ("", None))
    told = None if tell is None else tell(case)
    return b"" if told is None else _pack({name: told})


@lru_cache(maxsize=4096)
def _scope(operation: str, method: str, address: str) -> str:
    """The host, as hosts compare, and what stands before the operation's own path."""
    before, _, rest = address.partition("://")
    authority, _, path = rest.partition("/") if rest else ("", "", before)
    host = authority.rpartition("@")[2].lower()
    host = host.removesuffix({"http": ":80", "https": ":443"}.get(before.lower(), "")).removesuffix(".")
    base = next((base for name, base, _ in candidates(method, steps(path)) if name == operation), ())
    return brief("/".join((host, *base)))


def _short(body: bytes | None) -> bytes | None:
    """A request's body, or what stands for a long one."""
    return body if body is None or len(body) <= _DIGEST else blake2b(body, digest_size=_DIGEST).digest()


def _without_secrets(breaches: Iterable[Breach], exchange: Exchange) -> list[Breach]:
    """Breaches in which an answer that repeats the credential of its request says nothing of it."""
    return [_without(breach, exchange.secrets) for breach in breaches]


def _without(breach: Breach, secrets: tuple[str, ...]) -> Breach:
    place, _, name = breach.pointer.rpartition("/")
    if isinstance(breach.value, str) and holds(breach.value, secrets):
        breach = evolve(breach, value=HIDDEN_WORD, observed=HIDDEN_WORD)
    return evolve(breach, pointer=f"{place}/*") if holds(name, secrets) else breach
