"""One exchange, looked at by one contract: pure, and the same wherever it is done."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any

from attrs import evolve

from conformance.checks import content
from conformance.checks.case import Case
from conformance.checks.finder import Finder, finders
from conformance.checks.items import statuses
from conformance.checks.quick import Quick
from conformance.checks.several.trace import NO_ANSWER, Observation, brief
from conformance.checks.sight import Sight
from conformance.contract import Contract, Operation
from conformance.drift import Breach
from conformance.exchange import Credentials, Exchange
from conformance.masking import HIDDEN_WORD, holds
from conformance.operations import candidates, steps

TELLERS: Mapping[str, Callable[[Case], Any]] = {
    "batches": content.batches,
    "uploaded": content.uploaded,
    "lines": content.lines,
}
"""What else of an exchange is kept for the finders of several, by name: plain values, and small ones."""

CURSORS = frozenset({"after", "before"})
"""Parameters that lead from page to page of one walk."""

COARSE = 1.0
"""Seconds in which something began that began at a whole second: the clock may have no finer ones."""

_DIGEST = 16
"""Bytes that stand for a longer request body."""


def look(exchange: Exchange, contract: Contract, *, unclear: bool = False) -> Sight:
    """What an exchange shows.

    `unclear`: the request shows no Authorization, and may have been recorded without.
    """
    operation = contract.operations.get(exchange.operation)
    if operation is None:
        return Sight(exchange, observation=deletion(exchange))
    if exchange.answer is None:
        return Sight(exchange, operation, observation=_observed(exchange, unclear=unclear))
    answer, looking = exchange.answer, finders(operation.name)
    case = Case(exchange, answer, operation, exchange.credentials, _quick_of(operation, answer.status))
    breaches = _found(looking.outside, case)
    if case.ordinary is None:
        breaches += _found(looking.inside, case)
    met: dict[Credentials, list[Breach]] = {}
    for case.credentials in ("given", "absent") if unclear else (exchange.credentials,):
        met[case.credentials] = _found(looking.carried, case)
    return Sight(exchange, operation, breaches, met, _observed(exchange, case, unclear=unclear), case)


def _found(finders: Iterable[Finder], case: Case) -> list[Breach]:
    breaches: list[Breach] = []
    for one in finders:
        breaches += one.find(case)
    secrets = case.exchange.secrets
    return [_without(breach, secrets) for breach in breaches] if secrets else breaches


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
    request, page = exchange.request, case.page if case else None
    started, file, offset = exchange.order
    seen: dict[str, Any] = {}
    if case is None:
        seen["references"] = tuple(brief(value) for _, value in exchange.path_parameters)
        seen["failure"] = exchange.failure or "no response"
    else:
        validity = case.validity
        seen["well_formed"] = validity.kind == "valid" and exchange.credentials == "given"
        seen["references"] = tuple(map(brief, validity.references))
        seen["is_documented_error"] = case.is_documented_error
        if extra := {name: value for name, tell in TELLERS.items() if (value := tell(case)) is not None}:
            seen["extra"] = extra
    if case is not None and page is not None:
        after = None if page.after is None else brief(page.after)
        seen["query"] = brief("&".join(sorted(f"{name}={value}" for name, value in case.query if name not in CURSORS)))
        seen |= {"size": page.size, "after": after, "sound": page.sound, "ids": page.ids}
        seen |= {"has_more": page.has_more, "falls": page.falls}
    if case is not None and case.is_settled:
        seen["told"] = content.names(case, seen.get("extra", {}).get("batches"))
        seen["batches"], seen["states"] = statuses(case.payload, case.operation.name, case.items, case.broken)
    return Observation(
        started,
        file,
        offset,
        started + exchange.seconds + (COARSE if started.is_integer() else 0.0),
        exchange.in_order,
        exchange.operation,
        _scope(exchange.operation, request.method, request.url.partition("?")[0].partition("#")[0]),
        NO_ANSWER if exchange.answer is None else exchange.answer.status,
        request.method,
        brief(request.url),
        _short(request.body),
        unclear=unclear,
        credentials=exchange.credentials,
        **seen,
    )


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


def _without(breach: Breach, secrets: tuple[str, ...]) -> Breach:
    """A breach in which an answer that repeats the credential of its request says nothing of it."""
    place, _, name = breach.pointer.rpartition("/")
    if isinstance(breach.value, str) and holds(breach.value, secrets):
        breach = evolve(breach, value=HIDDEN_WORD, observed=HIDDEN_WORD)
    return evolve(breach, pointer=f"{place}/*") if holds(name, secrets) else breach
