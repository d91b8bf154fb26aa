"""One endpoint against one contract: exchanges in, drifts out, with what was seen and what was not."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from hashlib import blake2b
from types import MappingProxyType

from attrs import define, evolve, field, frozen

from conformance.checks.blind import Seen, note
from conformance.checks.columns import Columns
from conformance.checks.coverage import Coverage
from conformance.checks.failures import NO_ANSWER
from conformance.checks.invariants import check_invariants, error_in_success
from conformance.checks.met import check_met
from conformance.checks.ordinary import Ordinary
from conformance.checks.request import Verdict, query_pairs, request_judge
from conformance.checks.response import (
    MAX_COMPLAINTS,
    Found,
    check_content,
    check_form,
    check_status,
    complaints,
    payload_breaches,
)
from conformance.checks.sequels import Sequels
from conformance.checks.sequence import PAGES, Page, check_page, read_page, statuses, told
from conformance.checks.tally import Keyless, Tally
from conformance.checks.trace import Observation, Order, brief
from conformance.contract import Contract, Operation, Response
from conformance.drift import Breach, Drift, Ledger, sighting
from conformance.excerpt import LARGE, excerpt
from conformance.exchange import NOT_JSON, Answer, Exchange
from conformance.masking import HIDDEN_WORD, holds
from conformance.rules import Severity
from conformance.schema import PayloadSchema

MAX_TOLD = 2_000
"""Breaches of one kind of look at one body that are told; the rest are counted."""

_DIGEST = 16
"""Bytes that stand for a longer request body."""

ToldOf = tuple[Page | None, str, str | None, str]
"""What only success bodies tell: the page, names, batches and their statuses."""

NOTHING_TOLD: ToldOf = (None, "", "", "")

Recall = Callable[[Iterable[Exchange]], Iterable[Exchange]]
"""Gives exchanges in full of which only an outline is at hand, in the same order."""

UNREACHABLE = frozenset({401, 403, 404, 405, 408, 410, 429})
"""With 5xx: what an operation answers that could not be reached rather than drifted."""


def is_success(status: int) -> bool:
    """2xx."""
    return 200 <= status < 300


def _is_unreachable(status: int) -> bool:
    return status in UNREACHABLE or status >= 500


@frozen
class Pair:
    """What became of one endpoint against one contract, before known drift is taken into account.

    `unseen` says, for each operation that could not be checked, why; `stopped` why the endpoint has to be taken for one
    that stopped answering. `reached` is false where no operation got past refusals. `totals` counts responses,
    `item_totals` items of lists, by operation and status.
    """

    endpoint: str
    contract: Contract
    drifts: tuple[Drift, ...]
    requests: int
    responses: int
    probed: frozenset[str]
    not_offered: frozenset[str]
    coverage: Mapping[str, Coverage]
    totals: Mapping[tuple[str, int], int]
    item_totals: Mapping[tuple[str, int], int]
    blind: Seen
    unseen: tuple[str, ...]
    reached: bool
    stopped: str | None = None
    untold: tuple[str, ...] = ()
    """Of which drifts there were too many to tell them all, a line each."""


@define
class Judge:
    """Takes exchanges in any order; `flush` and `take` bring together what several judges saw.

    Exchanges are kept in memory, as examples of what only several of them show, unless `recall` can read them again.
    """

    endpoint: str
    contract: Contract
    allow_empty: bool = False
    recall: Recall | None = None
    tally: Tally = field(factory=Tally)
    _coverage: dict[str, Coverage] = field(factory=dict)
    _kept: dict[Order, Exchange] = field(factory=dict)
    _replayed: Sequels = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Start with nothing seen."""
        self._replayed = Sequels(self.endpoint, self.contract)

    def add(self, exchange: Exchange, *, unclear: bool = False) -> None:
        """Judge one exchange.

        `unclear`: the request shows no Authorization, and may have been recorded without; `pair` is told.
        """
        tally, operation = self.tally, self.contract.operations.get(exchange.operation)
        if operation is None:
            tally.not_offered.add(exchange.operation)
            return
        tally.requests += 1
        answer = exchange.answer
        if answer is None:
            tally.failures[operation.name, exchange.failure or "no response"] += 1
            tally.trace.append(_unanswered(exchange, unclear=unclear))
            self._keep(exchange)
            return
        query = query_pairs(exchange.request.url)
        verdict = request_judge(operation).judge(exchange.request, exchange.path_parameters, query)
        told_of = self._judge_answer(exchange, answer, operation, verdict, query)
        tally.trace.append(_observe(exchange, answer.status, verdict, told_of, unclear=unclear))
        key = (operation.name, answer.status)
        tally.totals[key] += 1
        if unclear:
            keyless = tally.keyless.setdefault(exchange.origin[0], Keyless())
            keyless.statuses[key] += 1
            self._note(keyless.if_sent, exchange, check_met(exchange, answer.status, operation, verdict, "given"))
            self._note(keyless.if_absent, exchange, check_met(exchange, answer.status, operation, verdict, "absent"))
        else:
            if exchange.credentials == "given":
                tally.statuses[key] += 1
            met = check_met(exchange, answer.status, operation, verdict, exchange.credentials)
            self._note(tally.ledger, exchange, met)
        self._keep(exchange)

    def _keep(self, exchange: Exchange) -> None:
        if self.recall is None:
            self._kept[exchange.order] = excerpt(exchange)[0]

    def _note(self, ledger: Ledger, exchange: Exchange, breaches: Iterable[Breach]) -> None:
        for number, breach in enumerate(breaches):
            shown = _without(breach, exchange.secrets) if exchange.secrets else breach
            drift = sighting(shown, exchange, self.endpoint, self.contract.name, exchange.operation)
            if number < MAX_TOLD:
                ledger.add(drift)
            else:
                ledger.drop(drift)

    def _judge_answer(
        self,
        exchange: Exchange,
        answer: Answer,
        operation: Operation,
        verdict: Verdict,
        query: list[tuple[str, str]],
    ) -> ToldOf:
        """Hold status, form and body against the contract."""
        ledger, documented = self.tally.ledger, operation.response(answer.status)
        if documented is None or _is_content(operation, answer):
            self._note(ledger, exchange, _check_bodiless(answer, operation, documented))
            return NOTHING_TOLD
        readable = is_success(answer.status) and not answer.too_deep
        ordinary = _ordinary_of(operation, documented) if readable else None
        read = ordinary.read(answer.body) if ordinary is not None else None
        payload, listed = read or (answer.json, None)
        self._note(ledger, exchange, check_form(answer, payload, documented))
        schema = documented.schema
        if schema is None or payload is NOT_JSON:
            return NOTHING_TOLD
        found = Found()
        if read is None:
            found = complaints(payload, schema, large=len(answer.body) > LARGE)
            self._note(ledger, exchange, payload_breaches(found, schema))
            if not found.whole:
                self.tally.unlooked[operation.name] += 1
                return NOTHING_TOLD
        if not is_success(answer.status):
            return NOTHING_TOLD
        if error_in_success(payload, schema):
            self._note(ledger, exchange, [_success_carries_error(documented)])
        if read is None:
            doubtful = ordinary.doubtful(answer.body) if ordinary is not None else None
            self._note(ledger, exchange, check_invariants(payload, operation.name, schema, found.complaints, doubtful))
            data = payload.get("data") if isinstance(payload, dict) else None
            listed = Columns(data) if isinstance(data, list) else None
        self._cover(operation.name, schema).add(payload, listed)
        if isinstance(payload, dict):
            note(self.tally.blind, operation.name, schema, payload, listed, credentials=exchange.secrets)
        page = read_page(payload, operation, dict(query), listed, sound=verdict.kind != "invalid")
        if page is not None:
            self.tally.items[operation.name, answer.status] += page.size
            self._note(ledger, exchange, check_page(page, payload, operation, schema))
        return (page, told(payload, listed), *statuses(payload, operation.name, listed, found.complaints))

    def _cover(self, operation: str, schema: PayloadSchema) -> Coverage:
        if operation not in self._coverage:
            self._coverage[operation] = Coverage(schema, self.tally.seen.setdefault(operation, set()))
        return self._coverage[operation]

    def take(self, tally: Tally) -> None:
        """Add what another judge of the same pair flushed; it is of no further use."""
        self._replayed.take(tally.trace)
        self.tally.merge(tally)

    def flush(self) -> Tally:
        """What was gathered since the last time, fit to travel to another process."""
        tally, self.tally = self.tally, Tally()
        self._replayed = Sequels(self.endpoint, self.contract)
        self._coverage.clear()
        return tally

    def pair(
        self, absent: Callable[[str], bool] = lambda _: False, planned: Mapping[str, str] = MappingProxyType({})
    ) -> Pair:
        """The result so far; the judge can go on.

        `absent`: whether Authorization, where a request of that file does not show it, was not sent. `planned`: the
        operations that were to be seen besides those that were asked, each with why it was not asked.
        """
        tally, ledger, statuses = self.tally, Ledger(), Counter(self.tally.statuses)
        ledger.update(tally.ledger)
        for file, keyless in tally.keyless.items():
            ledger.update(keyless.if_absent if absent(file) else keyless.if_sent)
            if not absent(file):
                statuses.update(keyless.statuses)
        sequels, stopped = self._sequels(absent)
        ledger.update(sequels)
        drifts = tuple(ledger)
        probed = {name for name, _ in statuses} | {name for name, _ in tally.failures}
        out_of_reach = {name for name in probed if not _got_through(name, statuses)}
        return Pair(
            endpoint=self.endpoint,
            contract=self.contract,
            drifts=tuple(_tempered(drifts, out_of_reach)),
            requests=tally.requests,
            responses=tally.totals.total(),
            probed=frozenset(probed),
            not_offered=frozenset(tally.not_offered),
            coverage={name: self._covered(name) for name in tally.seen},
            totals=dict(tally.totals),
            item_totals=dict(tally.items),
            blind=Counter(tally.blind),
            unseen=tuple(
                reason
                for name in sorted(probed | (planned.keys() & self.contract.operations.keys()))
                if (reason := self._unseen(name, statuses, planned.get(name, "not asked")))
            ),
            reached=bool(probed - out_of_reach),
            stopped=stopped,
            untold=tuple(_untold(ledger)),
        )

    def _covered(self, operation: str) -> Coverage:
        if operation not in self._coverage:
            responses = self.contract.operations[operation].responses.values()
            schemas = [one.schema for one in responses if one.schema is not None and one.status[0] in "2d"]
            self._cover(operation, schemas[0])
        return self._coverage[operation]

    def _sequels(self, absent: Callable[[str], bool]) -> tuple[Ledger, str | None]:
        """What only several exchanges show, each with its example in full; why the endpoint has stopped answering."""
        shown, stopped = self._replayed.all(self.tally.trace, lambda one: absent(one.file))
        ledger, drifts = Ledger(), list(shown)
        examples = [drift.example for drift in drifts if drift.example is not None]
        recall = self.recall or (lambda outlines: [self._kept.get(one.order, one) for one in outlines])
        for drift, example in zip(drifts, recall(examples), strict=True):
            ledger.add(evolve(drift, example=example))
        return ledger, stopped

    def _unseen(self, name: str, every: Mapping[tuple[str, int], int], not_asked: str) -> str | None:
        """Why an operation was not seen; None if it was, or need not be."""
        if self.tally.unlooked[name]:
            return f"{name}: of an answer only the first {MAX_COMPLAINTS:,} wrong values were looked at"
        statuses = {status: count for (operation, status), count in every.items() if operation == name}
        successes = [status for status in statuses if is_success(status)]
        if successes:
            empty = name in PAGES and not self._held_items(name)
            return f"{name}: no list held an item" if empty and not self.allow_empty else None
        operation = self.contract.operations[name]
        if self.allow_empty and operation.method == "GET" and self._lists_are_empty(operation):
            return None
        if not statuses:
            failures = {
                failure: count for (operation, failure), count in self.tally.failures.items() if operation == name
            }
            return f"{name}: {max(sorted(failures), key=failures.__getitem__, default=not_asked)}"
        return f"{name}: {_why_no_success(statuses, named='{' in operation.path)}"

    def _held_items(self, name: str) -> bool:
        return any(count for (operation, _), count in self.tally.items.items() if operation == name)

    def _lists_are_empty(self, operation: Operation) -> bool:
        """Whether the lists that would tell what to ask an operation for were answered, and held nothing."""
        lists = {LISTED_BY[one.name] for one in operation.parameters if one.where == "path" and one.name in LISTED_BY}
        answered = {name for (name, status) in self.tally.statuses if is_success(status)}
        return bool(lists) and lists <= answered and not any(map(self._held_items, lists))


def _is_content(operation: Operation, answer: Answer) -> bool:
    """Whether an answer is a file, no body of the API."""
    return operation.name == "file_content" and is_success(answer.status)


def _check_bodiless(answer: Answer, operation: Operation, documented: Response | None) -> Iterator[Breach]:
    """What there is to say where no body is judged."""
    if documented is None:
        yield from check_status(answer, operation, _status_severity(answer.status))
    else:
        yield from check_content(answer, documented)


@cache
def _ordinary_of(operation: Operation, documented: Response) -> Ordinary | None:
    """One for all endpoints: contracts live as long as the program."""
    return None if documented.schema is None else Ordinary.of(operation, documented.schema)


def _got_through(name: str, statuses: Iterable[tuple[str, int]]) -> bool:
    return any(not _is_unreachable(status) for operation, status in statuses if operation == name)


LISTED_BY = {"batch_id": "list_batches", "file_id": "list_files"}
"""Path parameters, and the operation that tells what to put there."""

_WHY = (
    ({401, 403}, "the key was refused"),
    ({404, 410}, "the path is not there"),
    ({405}, "the method is not allowed there"),
    ({404, 405, 410}, "the path is not there"),
    ({429}, "nothing but 429 (too many requests)"),
)


def _why_no_success(statuses: Mapping[int, int], *, named: bool) -> str:
    """Why nothing succeeded; `named`: where something is asked for by its id, which may be all that is not there."""
    codes = ", ".join(str(status) for status in sorted(statuses))
    if named and set(statuses) <= {404, 410}:
        return f"nothing was found under an id that was asked for ({codes})"
    for group, words in _WHY:
        if set(statuses) <= group:
            return f"{words} ({codes})"
    if all(status >= 500 for status in statuses):
        return f"nothing but server errors ({codes})"
    return f"no request succeeded ({codes})"


def _untold(ledger: Ledger) -> Iterator[str]:
    for (rule, operation, status), count in sorted(ledger.dropped.items(), key=str):
        yield f"{operation} ({status}): {rule} was seen at {count:,} more places or values than are told"


def _status_severity(status: int) -> Severity:
    """Of an undocumented status, before the request is looked at."""
    return "breaking" if status < 400 else "info"


def _success_carries_error(documented: Response) -> Breach:
    return Breach(
        rule="success-carries-error",
        pointer="",
        expected="no error with a success status",
        observed="an error body",
        location=documented.location,
    )


def _observe(exchange: Exchange, status: int, verdict: Verdict, told_of: ToldOf, *, unclear: bool) -> Observation:
    request, (page, names, batches, states) = exchange.request, told_of
    started, file, offset = exchange.order
    return Observation(
        started,
        file,
        offset,
        exchange.operation,
        _scope(request.url),
        status,
        request.method,
        brief(request.url),
        _short(request.body),
        verdict.kind == "valid" and exchange.credentials == "given",
        unclear,
        tuple(map(brief, verdict.references)),
        exchange.credentials,
        "",
        page.size if page else None,
        brief(page.after) if page and page.after is not None else None,
        page is not None and page.has_more,
        page is not None and page.sound,
        page.ids if page else "",
        names,
        batches,
        states,
    )


def _unanswered(exchange: Exchange, *, unclear: bool) -> Observation:
    request, (started, file, offset) = exchange.request, exchange.order
    return Observation(
        started,
        file,
        offset,
        exchange.operation,
        _scope(request.url),
        NO_ANSWER,
        request.method,
        brief(request.url),
        _short(request.body),
        well_formed=False,
        unclear=unclear,
        references=tuple(brief(value) for _, value in exchange.path_parameters),
        credentials=exchange.credentials,
        failure=exchange.failure or "no response",
    )


def _scope(url: str) -> str:
    return url.split("/", 3)[2] if "://" in url else ""


def _short(body: bytes | None) -> bytes | None:
    """A request's body, or what stands for a long one."""
    return body if body is None or len(body) <= _DIGEST else blake2b(body, digest_size=_DIGEST).digest()


def _without(breach: Breach, secrets: tuple[str, ...]) -> Breach:
    """A breach in which an answer that repeats the credential of its request says nothing of it."""
    place, _, name = breach.pointer.rpartition("/")
    if isinstance(breach.value, str) and holds(breach.value, secrets):
        breach = evolve(breach, value=HIDDEN_WORD, observed=HIDDEN_WORD)
    return evolve(breach, pointer=f"{place}/*") if holds(name, secrets) else breach


def _tempered(drifts: Iterable[Drift], out_of_reach: set[str]) -> Iterator[Drift]:
    """Where nothing got through, a refusal is no verdict on the request."""
    for drift in drifts:
        if drift.identity.operation in out_of_reach:
            if drift.rule == "request-valid-rejected":
                continue
            if drift.rule == "response-status-undocumented":
                yield evolve(drift, severity="info")
                continue
        yield drift
