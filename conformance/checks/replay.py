"""What only several exchanges together show: paging, lifecycles, references, errors that come back.

One reading of the trace in time order finds what is wrong, and what would be if a name had been told before; a
second, made only where there are such doubts, settles them. Memory is bounded: what is forgotten is said at each
bound.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec
from attrs import define, field, frozen

from conformance.checks.recent import Recent
from conformance.checks.sequence import parameter_location, status_path
from conformance.checks.trace import Observation, Order, Trace, split
from conformance.checks.walks import Walks
from conformance.contract import Operation
from conformance.drift import Finding

RANK: Mapping[str, int] = {
    "in_queue": 0,
    "validating": 0,
    "in_progress": 1,
    "finalizing": 2,
    "cancelling": 3,
    "completed": 4,
    "failed": 4,
    "expired": 4,
    "cancelled": 4,
}
"""How far along a status is; a batch never goes to a lower rank, and never leaves the last."""
FINAL = 4
_RANKED = frozenset(RANK)

CAN_BE_REFUSED = frozenset({401, 403, 408, 429})
"""4xx that say nothing about the request: the key, or the moment."""

MAX_DOUBTS = 50_000
"""How many refusals, foreign cursors and 5xx can wait for the second reading; later ones are passed over."""

Sequel = tuple[Observation, Finding]
Absent = Callable[[Observation], bool]
"""Whether a request that shows no Authorization was sent without one."""


@frozen
class _Doubt:
    """Findings that hold if every name had been told before; `keyed`: and if the request carried a key."""

    observation: Observation
    names: frozenset[str]
    findings: tuple[Finding, ...]
    keyed: bool


Request = tuple[str, str, str, bytes | None]


def _request(one: Observation) -> Request:
    return (one.scope, one.method, one.url, one.body)


@define(eq=False)
class Replay:
    """Takes observations in time order, and says of each what it then shows."""

    operations: Mapping[str, Operation]
    _walks: Walks = field(factory=Walks)
    _states: defaultdict[str, Recent] = field(factory=lambda: defaultdict(Recent))
    """By scope."""
    _doubts: list[_Doubt] = field(factory=list)
    _failing: dict[Request, list[Observation]] = field(factory=dict)
    _failures: int = 0
    _succeeded: set[str] = field(factory=set)

    def take(self, one: Observation) -> Iterator[Sequel]:
        """The next one in time."""
        ids = split(one.ids)
        if one.sound and one.size is not None:
            yield from self._paging(one, ids, one.size)
        if one.states:
            yield from self._lifecycle(one, ids if one.batches is None else split(one.batches))
        if one.status < 300:
            self._succeeded.add(one.operation)
        elif one.status >= 500:
            if self._failures < MAX_DOUBTS:
                self._failures += 1
                self._failing.setdefault(_request(one), []).append(one)
        elif one.status >= 400 and one.references:
            self._refusal(one)

    def _paging(self, one: Observation, ids: list[str], size: int) -> Iterator[Sequel]:
        repeated, continued = self._walks.take(one, ids)
        findings = []
        if repeated:
            findings.append(_repeats(self.operations[one.operation], repeated, size))
        if size == 0 and one.has_more:
            findings.append(_empty_with_more(self.operations[one.operation]))
        if findings and not continued:
            self._doubt(one, {one.after or ""}, findings)
        else:
            for finding in findings:
                yield one, finding

    def _lifecycle(self, one: Observation, batches: list[str]) -> Iterator[Sequel]:
        states = split(one.states)
        places: Sequence[int] = range(len(states))
        if not _RANKED.issuperset(states):
            places = [index for index, status in enumerate(states) if status in RANK]
            batches, states = [batches[index] for index in places], [states[index] for index in places]
        for index, last in self._states[one.scope].changed(batches, states):
            if RANK[states[index]] < RANK[last] or RANK[last] == FINAL:
                found = self._goes_back(one, places[index], last, states[index])
                if found is not None:
                    yield one, found

    def _goes_back(self, one: Observation, index: int, before: str, status: str) -> Finding | None:
        response = self.operations[one.operation].response(one.status)
        if response is None or response.schema is None:
            return None
        path = status_path(one.operation, index)
        place = response.schema.place(path)
        return Finding(
            rule="invariant-lifecycle",
            pointer=place.pointer,
            expected=f"no way back from {before}",
            observed=f"{before}, then {status}",
            location=place.location,
            items=1 if "*" in place.pointer else 0,
            path=path,
        )

    def _refusal(self, one: Observation) -> None:
        """A refusal is the server's fault only if everything the request names had been told before."""
        operation = self.operations[one.operation]
        if one.well_formed and not may_refuse(operation, one.status):
            findings = [rejected(operation, one.status)]
            if operation.response(one.status) is None:
                findings.append(undocumented_refusal(operation, one.status))
            self._doubt(one, one.references, findings, keyed=True)

    def _doubt(
        self, one: Observation, names: Iterable[str], findings: Iterable[Finding], *, keyed: bool = False
    ) -> None:
        if len(self._doubts) < MAX_DOUBTS:
            light = msgspec.structs.replace(one, ids="", told="", batches="", states="")
            self._doubts.append(_Doubt(light, frozenset(names), tuple(findings), keyed))

    @property
    def has_doubts(self) -> bool:
        """Whether a second reading is needed."""
        return bool(self._doubts) or any(len(group) > 1 for group in self._failing.values())

    def settled(self, trace: Trace, absent: Absent) -> Iterator[Sequel]:
        """What the second reading confirms."""
        asked: dict[str, set[str]] = {}
        for doubt in self._doubts:
            asked.setdefault(doubt.observation.scope, set()).update(doubt.names)
        told: dict[tuple[str, str], Order] = {}
        fine: set[Request] = set()
        for one in trace:
            if one.scope in asked:
                for name in asked[one.scope].intersection((*split(one.ids), *split(one.told))):
                    told.setdefault((one.scope, name), one.order)
            if one.status < 500 and self._failing and (key := _request(one)) in self._failing:
                fine.add(key)
        for doubt in self._doubts:
            one = doubt.observation
            if doubt.keyed and one.unclear and absent(one):
                continue
            if all((one.scope, name) in told and told[one.scope, name] < one.order for name in doubt.names):
                yield from ((one, finding) for finding in doubt.findings)
        yield from self._server_errors(fine)

    def _server_errors(self, fine: set[Request]) -> Iterator[Sequel]:
        """The same request answered 5xx at least twice and never otherwise, while the operation succeeds for others."""
        for key, group in self._failing.items():
            operation = self.operations[group[0].operation]
            if key not in fine and len(group) > 1 and operation.name in self._succeeded:
                for one in group:
                    yield one, _server_error(operation, one.status)


def _repeats(operation: Operation, repeated: int, size: int) -> Finding:
    return Finding(
        rule="page-cursor-ignored",
        pointer="",
        expected="only items that come after the cursor",
        observed=f"{repeated} of {size} items had come before",
        location=parameter_location(operation, "after"),
    )


def _empty_with_more(operation: Operation) -> Finding:
    return Finding(
        rule="page-empty-with-more",
        pointer="",
        expected="has_more false where there are no items",
        observed="no items, has_more true",
        location=(*operation.location, "responses"),
    )


def may_refuse(operation: Operation, status: int) -> bool:
    """Whether a 4xx says nothing about the request.

    It may be about the key or the moment; what changes something may besides be refused for the state it finds, as
    documented: a batch that has ended cannot be cancelled.
    """
    return status in CAN_BE_REFUSED or (operation.method != "GET" and operation.response(status) is not None)


def rejected(operation: Operation, status: int) -> Finding:
    """A request that keeps the contract was refused."""
    return Finding(
        rule="request-valid-rejected",
        pointer="",
        expected="a success: the request keeps the contract",
        observed=status,
        location=operation.location,
    )


def undocumented_refusal(operation: Operation, status: int) -> Finding:
    """The second thought on an undocumented status: the request was valid, so it weighs more."""
    return Finding(
        rule="response-status-undocumented",
        pointer="",
        expected=f"one of {', '.join(operation.responses)}",
        observed=status,
        location=(*operation.location, "responses"),
        severity="warning",
        counted=False,
    )


def _server_error(operation: Operation, status: int) -> Finding:
    return Finding(
        rule="server-error",
        pointer="",
        expected="no 5xx that the request provokes",
        observed=status,
        location=(*operation.location, "responses"),
    )
