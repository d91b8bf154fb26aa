"""One endpoint against one contract: exchanges in, drifts out, with what was seen and what was not."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import define, evolve, field, frozen

from conformance.checks.coverage import Coverage
from conformance.checks.invariants import BATCHES, check_invariants, error_in_success, spread
from conformance.checks.request import Verdict, judge_request
from conformance.checks.response import check_form, check_status, complaints, payload_findings
from conformance.checks.sequence import (
    CAN_BE_REFUSED,
    PAGES,
    Observation,
    Page,
    check_page,
    read_page,
    reduce,
    rejected,
    undocumented_refusal,
)
from conformance.contract import Contract, Operation, Response
from conformance.drift import Drift, Finding, Ledger, sighting
from conformance.exchange import NOT_JSON, Answer, Exchange
from conformance.masking import is_token, pseudonym
from conformance.rules import Severity

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

    `unseen` says, for each operation that could not be checked, why. `reached` is false where no operation got past
    refusals. `totals` counts responses, `item_totals` items of lists, by operation and status.
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
    unseen: tuple[str, ...]
    reached: bool


@define
class Judge:
    """Takes exchanges in any order; `merge` joins two that saw different ones."""

    endpoint: str
    contract: Contract
    allow_empty: bool = False
    _ledger: Ledger = field(factory=Ledger)
    _observations: list[Observation] = field(factory=list)
    _requests: int = 0
    _not_offered: set[str] = field(factory=set)
    _failures: Counter[tuple[str, str]] = field(factory=Counter)
    _statuses: Counter[tuple[str, int]] = field(factory=Counter)
    """Of requests with a key believed good, by operation."""
    _totals: Counter[tuple[str, int]] = field(factory=Counter)
    _items: Counter[tuple[str, int]] = field(factory=Counter)
    _coverage: dict[str, Coverage] = field(factory=dict)

    def add(self, exchange: Exchange) -> None:
        """Judge one exchange."""
        operation = self.contract.operations.get(exchange.operation)
        if operation is None:
            self._not_offered.add(exchange.operation)
            return
        self._requests += 1
        answer = exchange.answer
        if answer is None:
            self._failures[operation.name, exchange.failure or "no response"] += 1
            return
        self._totals[operation.name, answer.status] += 1
        if exchange.credentials == "given":
            self._statuses[operation.name, answer.status] += 1
        verdict = judge_request(exchange.request, operation, dict(exchange.path_parameters))
        for finding in self._findings(exchange, answer, operation, verdict):
            self._record(finding, exchange)

    def _record(self, finding: Finding, exchange: Exchange) -> None:
        self._ledger.add(sighting(finding, exchange, self.endpoint, self.contract.name, exchange.operation))

    def _findings(
        self, exchange: Exchange, answer: Answer, operation: Operation, verdict: Verdict
    ) -> Iterator[Finding]:
        yield from check_status(answer, operation, _status_severity(answer.status))
        documented = operation.response(answer.status)
        if documented is not None:
            yield from check_form(answer, documented)
        yield from _check_request(exchange, answer.status, operation, verdict)
        yield from self._check_body(exchange, answer, operation, documented, verdict)

    def _check_body(
        self, exchange: Exchange, answer: Answer, operation: Operation, documented: Response | None, verdict: Verdict
    ) -> Iterator[Finding]:
        """Hold the body against its schema; leave an observation for what only several exchanges show."""
        well_formed = verdict.kind == "valid" and exchange.credentials == "given"
        observation = Observation(
            exchange=exchange,
            scope=_scope(exchange),
            status=answer.status,
            references=verdict.references,
            well_formed=well_formed,
        )
        schema = documented.schema if documented else None
        payload = answer.json
        if schema is not None and payload is not NOT_JSON:
            found = complaints(payload, schema)
            yield from payload_findings(found, schema)
            if is_success(answer.status):
                if error_in_success(payload, schema):
                    yield _success_carries_error(documented)
                yield from check_invariants(payload, operation.name, schema, found)
                self._coverage.setdefault(operation.name, Coverage(schema)).add(payload)
                page = read_page(payload, operation.name, exchange, sound=verdict.kind != "invalid")
                if page is not None:
                    self._items[operation.name, answer.status] += page.size
                    yield from check_page(page, payload, operation, schema)
                observation = evolve(
                    observation,
                    page=page,
                    told=tuple(_told(payload, page)),
                    statuses=tuple(_statuses(payload, operation.name, found)),
                )
        self._observations.append(observation)

    def merge(self, other: "Judge") -> None:
        """Add what another judge of the same pair saw."""
        self._ledger.update(other._ledger)  # noqa: SLF001 - its own class
        self._observations += other._observations  # noqa: SLF001
        self._requests += other._requests  # noqa: SLF001
        self._not_offered |= other._not_offered  # noqa: SLF001
        for mine, theirs in (
            (self._failures, other._failures),  # noqa: SLF001
            (self._statuses, other._statuses),  # noqa: SLF001
            (self._totals, other._totals),  # noqa: SLF001
            (self._items, other._items),  # noqa: SLF001
        ):
            mine.update(theirs)  # type: ignore[arg-type]
        for name, coverage in other._coverage.items():  # noqa: SLF001
            self._coverage.setdefault(name, Coverage(coverage.schema)).merge(coverage)

    def pair(self) -> Pair:
        """The result so far; the judge can go on."""
        ledger = Ledger()
        ledger.update(self._ledger)
        for exchange, finding in reduce(self._observations, self.contract.operations):
            ledger.add(sighting(finding, exchange, self.endpoint, self.contract.name, exchange.operation))
        probed = {name for name, _ in self._statuses} | {name for name, _ in self._failures}
        out_of_reach = {name for name in probed if not self._got_through(name)}
        return Pair(
            endpoint=self.endpoint,
            contract=self.contract,
            drifts=tuple(_tempered(ledger, out_of_reach)),
            requests=self._requests,
            responses=self._totals.total(),
            probed=frozenset(probed),
            not_offered=frozenset(self._not_offered),
            coverage=dict(self._coverage),
            totals=dict(self._totals),
            item_totals=dict(self._items),
            unseen=tuple(reason for name in sorted(probed) if (reason := self._unseen(name))),
            reached=bool(probed - out_of_reach),
        )

    def _got_through(self, name: str) -> bool:
        return any(not _is_unreachable(status) for operation, status in self._statuses if operation == name)

    def _unseen(self, name: str) -> str | None:
        """Why an operation was not seen; None if it was."""
        statuses = {status: count for (operation, status), count in self._statuses.items() if operation == name}
        successes = [status for status in statuses if is_success(status)]
        if successes:
            empty = name in PAGES and not any(self._items[name, status] for status in successes)
            return f"{name}: no list held an item" if empty and not self.allow_empty else None
        if not statuses:
            failures = [failure for operation, failure in self._failures if operation == name]
            return f"{name}: {failures[0]}" if failures else f"{name}: no response"
        return f"{name}: {_why_no_success(statuses)}"


_WHY = (
    ({401, 403}, "the key was refused"),
    ({404, 405, 410}, "the path is not there"),
    ({429}, "nothing but 429 (too many requests)"),
)


def _why_no_success(statuses: Mapping[int, int]) -> str:
    codes = ", ".join(str(status) for status in sorted(statuses))
    for group, words in _WHY:
        if set(statuses) <= group:
            return f"{words} ({codes})"
    if all(status >= 500 for status in statuses):
        return f"nothing but server errors ({codes})"
    return f"no request succeeded ({codes})"


def _status_severity(status: int) -> Severity:
    """Of an undocumented status, before the request is looked at."""
    return "breaking" if status < 400 else "info"


def _check_request(exchange: Exchange, status: int, operation: Operation, verdict: Verdict) -> Iterator[Finding]:
    """How the request was met, as far as this exchange alone shows."""
    if is_success(status):
        if operation.authenticated and exchange.credentials != "given":
            yield Finding(
                rule="auth-not-enforced",
                pointer="",
                expected="401 or 403",
                observed=f"{status} with {'no' if exchange.credentials == 'absent' else 'a wrong'} key",
                location=operation.location,
            )
        if verdict.kind == "invalid":
            yield Finding(
                rule="request-invalid-accepted",
                pointer=verdict.pointer,
                expected=verdict.reason,
                observed=_shown_input(exchange, verdict.pointer),
                location=_input_location(operation, verdict.pointer),
            )
    elif (
        verdict.kind == "valid"
        and not verdict.references
        and exchange.credentials == "given"
        and 400 <= status < 500
        and status not in CAN_BE_REFUSED
    ):
        yield rejected(operation, status)
        if operation.response(status) is None:
            yield undocumented_refusal(operation, status)


def _shown_input(exchange: Exchange, pointer: str) -> str:
    name = pointer.removeprefix("/")
    values = [value for key, value in exchange.request.query if key == name]
    if not values:
        return "a body that breaks it"
    value = values[-1]
    plain = is_token(value) or value.lstrip("-").replace(".", "").isdecimal()
    return f"{name}={value if plain else pseudonym(value)}"


def _input_location(operation: Operation, pointer: str) -> tuple[str | int, ...]:
    parameter = operation.parameter(pointer.removeprefix("/"))
    if parameter is not None:
        return parameter.schema.location
    return operation.body.location if operation.body is not None else operation.location


def _success_carries_error(documented: Response | None) -> Finding:
    return Finding(
        rule="success-carries-error",
        pointer="",
        expected="no error with a success status",
        observed="an error body",
        location=documented.location if documented else (),
    )


def _scope(exchange: Exchange) -> str:
    return exchange.request.url.split("/")[2] if "://" in exchange.request.url else ""


def _told(payload: Any, page: Page | None) -> Iterator[str]:
    """The ids that a body tells."""
    if page is not None:
        yield from page.ids
    for holder in (payload, payload.get("data") if isinstance(payload, dict) else None):
        if isinstance(holder, dict):
            yield from (
                value
                for key, value in holder.items()
                if (key == "id" or key.endswith("_id")) and isinstance(value, str)
            )
    if isinstance(payload, dict) and isinstance(payload.get("data"), list):
        for item in payload["data"]:
            if isinstance(item, dict):
                yield from (value for key, value in item.items() if key.endswith("_file_id") and isinstance(value, str))


def _statuses(
    payload: Any, operation: str, broken: Mapping[Any, Any]
) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    root = BATCHES.get(operation)
    if root is None:
        return
    for path, batch in spread(payload, root):
        if isinstance(batch, dict) and isinstance(batch.get("id"), str) and isinstance(batch.get("status"), str):
            place = (*path, "status")
            if place not in broken:
                yield batch["id"], batch["status"], place


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
