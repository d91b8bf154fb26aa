"""Requests that failed: with no answer, with a 5xx, or put off with 429.

A request that fails on every try while others are answered is at fault itself (`server-error`, `request-unanswered`).
What a retry mends, or came once, is counted: a packet gets lost in any night, but an endpoint that fails often is not
well because its clients try again. Where nothing is answered any more, nothing can be said of the requests: the
endpoint has stopped.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from attrs import define, field

from conformance.checks.several.sequel import Sequel, Several
from conformance.checks.several.trace import NO_ANSWER, Observation
from conformance.contract import Operation
from conformance.drift import Breach
from conformance.rules import Severity

OFTEN, OFTEN_OF = 3, 20
"""Failures that others make up for are a warning from so many on, if they are one in so many answers: 5 %."""

SILENT_TRIES, FAILED_TRIES = 2, 3
"""At the end of what was seen: so many requests without an answer, or so many tries of one that was answered before,
and the endpoint has stopped answering."""

MAX_FAILURES = 50_000
"""How many failures are looked into; later ones are passed over."""

_Request = tuple[str, str, str, bytes | None, str]


def failed(status: int) -> bool:
    """Whether a status (or NO_ANSWER) says nothing but that the request has to come again."""
    return status in {NO_ANSWER, 429} or status >= 500


def request(one: Observation) -> _Request:
    """What makes two requests the same."""
    return (one.scope, one.method, one.url, one.body, one.credentials)


@define(eq=False)
class Failures(Several):
    """Takes observations in time order, and says in the end what those that failed amount to."""

    _failing: dict[_Request, list[Observation]] = field(factory=dict)
    _mended: set[_Request] = field(factory=set)
    """Those of them that were answered otherwise."""
    _kept: int = 0
    _answers: int = 0
    _answered: set[str] = field(factory=set)
    """Operations with an answer that is no failure."""
    _succeeded: set[str] = field(factory=set)
    _last: Observation | None = None
    """The last answer that is no failure."""
    _silent: int = 0
    """Requests without an answer since then."""
    _tried: Counter[_Request] = field(factory=Counter)
    """How often each request failed since then."""
    _latest: Observation | None = None
    """The last that failed."""

    def take(self, one: Observation) -> Iterable[Sequel]:
        """The next one in time; nothing is found before the last."""
        self._answers += one.status != NO_ANSWER
        if failed(one.status):
            self._note(one)
            return ()
        self._answered.add(one.operation)
        if one.status < 300:
            self._succeeded.add(one.operation)
        self._last, self._silent = one, 0
        if self._tried:
            self._tried.clear()
        return ()

    def _note(self, one: Observation) -> None:
        self._latest = one
        self._silent += one.status == NO_ANSWER
        if self._kept < MAX_FAILURES:
            self._kept += 1
            self._failing.setdefault(request(one), []).append(one)
            self._tried[request(one)] += 1

    @property
    def is_doubtful(self) -> bool:
        """Whether any failed: then it matters which of them were answered otherwise at any time."""
        return bool(self._failing)

    def again(self, one: Observation) -> None:
        """The next one of the second reading."""
        if self._failing and not failed(one.status) and (key := request(one)) in self._failing:
            self._mended.add(key)

    @property
    def stopped(self) -> str | None:
        """Why the endpoint has to be taken for one that stopped answering; None where it has not."""
        if self._last is None or self._latest is None:
            return None
        again = any(count >= FAILED_TRIES and key in self._mended for key, count in self._tried.items())
        if self._silent < SILENT_TRIES and not again:
            return None
        requests = self._tried.total()
        return f"the endpoint stopped answering: the last {requests} requests failed ({_words(self._latest)})"

    def settle(self) -> Iterator[Sequel]:
        """What they show, whether or not the endpoint has stopped."""
        over = self.stopped is not None
        passing: list[tuple[Observation, bool]] = []
        for key, group in self._failing.items():
            mended = key in self._mended
            for one in group:
                if over and self._last is not None and one.order > self._last.order:
                    continue
                breach = None if mended or len(group) < SILENT_TRIES else self._provoked(one, group[-1])
                if breach is not None:
                    yield Sequel(one, breach)
                elif one.operation in self._answered:
                    passing.append((one, mended))
        often = len(passing) >= OFTEN and len(passing) * OFTEN_OF >= self._answers
        for one, mended in passing:
            severity: Severity = "warning" if often else "info"
            yield Sequel(one, _passing(self.operations[one.operation], one, severity, mended=mended))

    def _provoked(self, one: Observation, last: Observation) -> Breach | None:
        """What a request did that failed on every try, up to the last one; None where others fared no better."""
        operation = self.operations[one.operation]
        if one.status == NO_ANSWER:
            return _unanswered(operation, one) if self._last is not None and last.order < self._last.order else None
        if one.status >= 500 and operation.name in self._succeeded:
            return Breach(
                rule="server-error",
                pointer="",
                expected="no 5xx that the request provokes",
                observed=one.status,
                location=(*operation.location, "responses"),
            )
        return None


def _unanswered(operation: Operation, one: Observation) -> Breach:
    return Breach(
        rule="request-unanswered",
        pointer="",
        expected="an answer, as other requests get one",
        observed=_words(one),
        location=operation.location,
    )


def _passing(operation: Operation, one: Observation, severity: Severity, *, mended: bool) -> Breach:
    return Breach(
        rule="server-error" if one.status >= 500 else "request-unanswered",
        pointer="",
        expected="an answer at the first try",
        observed=f"{_words(one)}, mended by a retry" if mended else _words(one),
        location=(*operation.location, "responses"),
        severity=severity,
    )


def _words(one: Observation) -> str:
    return one.failure or str(one.status)
