"""What only several exchanges together show: paging, lifecycles, references, errors that come back.

One reading of the trace in time order finds what is wrong, and what would be if a name had been told before; a
second, made only where there are such doubts, settles them. Memory is bounded: what is forgotten is said at each
bound.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec
from attrs import define, field, frozen

from conformance.checks.failures import Failures, Request, Sequel, failed, request
from conformance.checks.recent import Recent
from conformance.checks.sequence import parameter_location, status_path
from conformance.checks.trace import Observation, Order, Trace, split
from conformance.checks.walks import Walks
from conformance.contract import Operation
from conformance.drift import Breach

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
"""How many refusals and foreign cursors can wait for the second reading; later ones are passed over."""

Absent = Callable[[Observation], bool]
"""Whether a request that shows no Authorization was sent without one."""


@frozen
class _Doubt:
    """Breaches that hold if every name had been told before; `keyed`: and if the request carried a key."""

    observation: Observation
    names: frozenset[str]
    breaches: tuple[Breach, ...]
    keyed: bool


@define(eq=False)
class Replay:
    """Takes observations in time order, and says of each what it then shows."""

    operations: Mapping[str, Operation]
    _walks: Walks = field(factory=Walks)
    _states: defaultdict[str, Recent] = field(factory=lambda: defaultdict(Recent))
    """By scope."""
    _doubts: list[_Doubt] = field(factory=list)
    _failures: Failures = field(init=False)
    stopped: str | None = None
    """Why the endpoint has to be taken for one that stopped answering, once the whole trace was settled."""

    def __attrs_post_init__(self) -> None:
        """Start with nothing seen."""
        self._failures = Failures(self.operations)

    def take(self, one: Observation) -> Iterator[Sequel]:
        """The next one in time."""
        self._failures.take(one)
        if failed(one.status):
            return
        ids = split(one.ids)
        if one.sound and one.size is not None:
            yield from self._paging(one, ids, one.size)
        if one.states:
            yield from self._lifecycle(one, ids if one.batches is None else split(one.batches))
        if one.status >= 400 and one.references:
            self._refusal(one)

    def _paging(self, one: Observation, ids: list[str], size: int) -> Iterator[Sequel]:
        repeated, continued = self._walks.take(one, ids)
        breaches = []
        if repeated:
            breaches.append(_repeats(self.operations[one.operation], repeated, size))
        if size == 0 and one.has_more:
            breaches.append(_empty_with_more(self.operations[one.operation]))
        if breaches and not continued:
            self._doubt(one, {one.after or ""}, breaches)
        else:
            for breach in breaches:
                yield one, breach

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

    def _goes_back(self, one: Observation, index: int, before: str, status: str) -> Breach | None:
        response = self.operations[one.operation].response(one.status)
        if response is None or response.schema is None:
            return None
        path = status_path(one.operation, index)
        place = response.schema.place(path)
        return Breach(
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
            breaches = [rejected(operation, one.status)]
            if operation.response(one.status) is None:
                breaches.append(undocumented_refusal(operation, one.status))
            self._doubt(one, one.references, breaches, keyed=True)

    def _doubt(
        self, one: Observation, names: Iterable[str], breaches: Iterable[Breach], *, keyed: bool = False
    ) -> None:
        if len(self._doubts) < MAX_DOUBTS:
            light = msgspec.structs.replace(one, ids="", told="", batches="", states="")
            self._doubts.append(_Doubt(light, frozenset(names), tuple(breaches), keyed))

    @property
    def has_doubts(self) -> bool:
        """Whether a second reading is needed."""
        return bool(self._doubts) or bool(self._failures)

    def settled(self, trace: Trace, absent: Absent) -> Iterator[Sequel]:
        """What the second reading confirms."""
        asked: dict[str, set[str]] = {}
        for doubt in self._doubts:
            asked.setdefault(doubt.observation.scope, set()).update(doubt.names)
        past, answered = _Past(), set[Request]()
        for one in trace:
            if one.scope in asked:
                past.take(one, asked[one.scope])
            if self._failures and not failed(one.status) and (key := request(one)) in self._failures:
                answered.add(key)
        for doubt in self._doubts:
            one = doubt.observation
            if doubt.keyed and ((one.unclear and absent(one)) or past.excuses(one, doubt.names)):
                continue
            if past.had_told(one, doubt.names):
                yield from ((one, breach) for breach in doubt.breaches)
        yield from self._failures.breaches(answered)
        self.stopped = self._failures.stopped(answered)


Name = tuple[str, str]
"""A scope, and a name in it."""


@define(eq=False)
class _Past:
    """What had become of the things that doubtful requests name."""

    _told: dict[Name, Order] = field(factory=dict)
    """When a response first told of it."""
    _deleted: dict[Name, Order] = field(factory=dict)
    """When it was first asked to be deleted, and was perhaps."""
    _over: set[Name] = field(factory=set)
    """Batches that were cancelled, or had ended, at some time."""
    _running: dict[Name, Order] = field(factory=dict)
    """When a batch was last told to go on."""

    def take(self, one: Observation, names: set[str]) -> None:
        """What one observation says of some names."""
        for name in names.intersection((*split(one.ids), *split(one.told))):
            self._told.setdefault((one.scope, name), one.order)
        if one.method == "DELETE" and (one.status < 300 or failed(one.status)):
            for name in names.intersection(one.references):
                self._deleted.setdefault((one.scope, name), one.order)
        if one.states:
            batches = split(one.ids if one.batches is None else one.batches)
            for name, status in zip(batches, split(one.states), strict=True):
                if name in names and RANK.get(status, 0) >= RANK["cancelling"]:
                    self._over.add((one.scope, name))
                elif name in names:
                    self._running[one.scope, name] = one.order

    def had_told(self, one: Observation, names: Iterable[str]) -> bool:
        """Whether every name had been told before."""
        return all((key := (one.scope, name)) in self._told and self._told[key] < one.order for name in names)

    def excuses(self, one: Observation, names: Iterable[str]) -> bool:
        """Whether a refusal is right for what was there: nothing, after a deletion; a batch that had ended."""
        keys = [(one.scope, name) for name in names]
        if one.operation == "cancel_batch":
            return any(key in self._over and not self._running.get(key, one.order) > one.order for key in keys)
        return any(key in self._deleted and self._deleted[key] < one.order for key in keys)


def _repeats(operation: Operation, repeated: int, size: int) -> Breach:
    return Breach(
        rule="page-cursor-ignored",
        pointer="",
        expected="only items that come after the cursor",
        observed=f"{repeated} of {size} items had come before",
        location=parameter_location(operation, "after"),
    )


def _empty_with_more(operation: Operation) -> Breach:
    return Breach(
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


def rejected(operation: Operation, status: int) -> Breach:
    """A request that keeps the contract was refused."""
    return Breach(
        rule="request-valid-rejected",
        pointer="",
        expected="a success: the request keeps the contract",
        observed=status,
        location=operation.location,
    )


def undocumented_refusal(operation: Operation, status: int) -> Breach:
    """The second thought on an undocumented status: the request was valid, so it weighs more."""
    return Breach(
        rule="response-status-undocumented",
        pointer="",
        expected=f"one of {', '.join(operation.responses)}",
        observed=status,
        location=(*operation.location, "responses"),
        severity="warning",
        counted=False,
    )
