"""What typed clients make of drift: each is given the very response that drifted, and what it returns is looked at."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import orjson
from attrs import define, field, frozen

from conformance.contract import Contract, Operation
from conformance.drift import Drift
from conformance.exchange import NOT_JSON, Answer
from conformance.impact import outcomes
from conformance.impact.attempt import Attempt, CallThread
from conformance.impact.faces import Face
from conformance.impact.place import DriftPlace, named, shown
from conformance.impact.received import Received
from conformance.impact.sdk import NAME, Sdk
from conformance.providers import PROVIDERS
from conformance.sample import sample

MAX_BODY, MAX_OBJECTS = 1_000_000, 20_000
"""Bytes of a body that clients are given, and objects in it: of each they keep what it lacks."""

MAX_BODIES, MAX_BYTES = 300, 4_000_000
"""Of one contract, how many bodies clients are given, and how many bytes in all: drifts come most severe first."""

MAX_HANGS = 2
"""Responses that a client does not come back from, after which it is given no more."""

_WHOLE = frozenset(
    {
        "response-body-not-json",
        "response-media-type-undocumented",
        "response-status-undocumented",
        "success-carries-error",
        "request-valid-rejected",
        "server-error",
    }
)
"""Rules that speak of a response as a whole."""
_IN_PAYLOAD = ("response-", "invariant-")
"""Beginnings of rules that speak of one place in a payload."""

STRICT = " (strict)"
"""What is added to the name of a client that is made so."""

_REFUSALS = 400
"""The first status of those that refuse."""

_INDEX = re.compile(r"\[\d+\]")


class Client(Protocol):
    """One client."""

    def reads(self, operation: str) -> bool:
        """Whether it has a call for an operation."""
        ...

    def read(self, operation: str, received: Received, last_page: bytes) -> Any:
        """What a program that makes the call gets, or what is raised; a list has one more page, the last."""
        ...


def impacts(
    drifts: Sequence[Drift], contract: Contract, *, sdk: Callable[[Drift], bool] = lambda _: True
) -> list[Mapping[str, str]]:
    """For each drift, by client, what becomes of the payload; empty where a payload is not the matter.

    `sdk`: of which drifts the `openai` SDK is asked too, which takes half a second to import.
    """
    readers = Readers(contract)
    asked: dict[tuple[str, Received], list[int]] = {}
    for number, drift in enumerate(drifts):
        if (received := _received(drift, contract)) is not None:
            asked.setdefault((drift.identity.operation or "", received), []).append(number)
    found: list[Mapping[str, str]] = [{} for _ in drifts]
    try:
        for (name, received), numbers in _affordable(asked):
            wanted = any(sdk(drifts[number]) for number in numbers)
            reading = ClientReading(readers, contract.operations[name], received, wanted)
            for number in numbers:
                found[number] = reading.words(drifts[number])
    finally:
        readers.close()
    return found


_Asked = tuple[tuple[str, Received], list[int]]


def _affordable(asked: Mapping[tuple[str, Received], list[int]]) -> Iterator[_Asked]:
    """As many as there is room for; a body that is given to nobody takes none."""
    left = MAX_BYTES
    for (name, received), numbers in list(asked.items())[:MAX_BODIES]:
        size = len(received.body)
        if _is_too_large(received) or size <= left:
            left -= 0 if _is_too_large(received) else size
            yield (name, received), numbers


def _is_too_large(received: Received) -> bool:
    return len(received.body) > MAX_BODY or received.body.count(b"{") > MAX_OBJECTS


def _received(drift: Drift, contract: Contract) -> Received | None:
    answer = drift.example.answer if drift.example else None
    if answer is None or drift.identity.operation not in contract.operations:
        return None
    return Received.of(answer) if drift.rule in _WHOLE or drift.rule.startswith(_IN_PAYLOAD) else None


@frozen
class _TooLarge:
    """A body that nobody was given."""


@define
class Readers:
    """The clients of a contract, asked one after the other."""

    contract: Contract
    _clients: dict[str, Client] = field(factory=dict)
    _given_up: set[str] = field(factory=set)
    _hangs: dict[str, int] = field(factory=dict)
    _right: dict[tuple[str, str, int], str | None] = field(factory=dict)
    _worker: CallThread = field(factory=CallThread)

    def read(self, operation: Operation, received: Received, *, sdk: bool) -> Iterator[tuple[str, Attempt | _TooLarge]]:
        """What each client that has the operation makes of a response."""
        for name in self._names(sdk=sdk):
            client = self._client(name)
            if client is None or not client.reads(operation.name):
                continue
            if _is_too_large(received):
                yield name, _TooLarge()
            elif (attempt := self._attempt(name, client, operation, received)) is not None:
                yield name, attempt

    def envelope(self, name: str, operation: Operation) -> str | None:
        """The property of a payload that holds what a client hands out of it, if it is not the payload itself."""
        client = self._clients.get(name)
        return client.envelopes.get(operation.name) if isinstance(client, Face) else None

    def close(self) -> None:
        """Let go of the thread."""
        self._worker.close()

    def _names(self, *, sdk: bool) -> Iterator[str]:
        provider = PROVIDERS.get(self.contract.name)
        if provider is not None and provider.client is not None:
            yield provider.client
            yield f"{provider.client}{STRICT}"
        if sdk:
            yield NAME

    def _client(self, name: str) -> Client | None:
        if name in self._given_up:
            return None
        if name not in self._clients:
            made = Sdk.of() if name == NAME else Face.of(name.removesuffix(STRICT), strict=name.endswith(STRICT))
            if made is None:
                self._given_up.add(name)
                return None
            self._clients[name] = made
        return self._clients[name]

    def _attempt(self, name: str, client: Client, operation: Operation, received: Received) -> Attempt | None:
        if self._hangs.get(name, 0) >= MAX_HANGS:
            return None
        last_page = _last_page(operation, received.status)
        attempt = self._worker.attempt(lambda: client.read(operation.name, received, last_page))
        if attempt.hung is not None:  # with the client, which is still at it
            self._hangs[name] = self._hangs.get(name, 0) + 1
            del self._clients[name]
            self._client(name)
        return attempt

    def raises(self, name: str, operation: Operation, status: int) -> str | None:
        """What a client raises for a refusal of this status that is as documented; None of a success."""
        key = (name, operation.name, status)
        if key not in self._right:
            documented = operation.response(status)
            schema = documented.schema if documented else None
            right = Received(status, "application/json", b"{}" if schema is None else orjson.dumps(sample(schema)))
            is_refusal = status >= _REFUSALS
            attempt = self._attempt(name, self._clients[name], operation, right) if is_refusal else None
            self._right[key] = type(attempt.error).__name__ if attempt and attempt.error else None
        return self._right[key]


@define
class ClientReading:
    """What every client made of one response."""

    readers: Readers
    operation: Operation
    received: Received
    sdk: bool
    _payload: Any = None
    _attempts: Mapping[str, Attempt | _TooLarge] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        """Ask them."""
        payload = Answer(self.received.status, (), self.received.body).json
        self._payload = None if payload is NOT_JSON else payload
        self._attempts = dict(self.readers.read(self.operation, self.received, sdk=self.sdk))

    def words(self, drift: Drift) -> Mapping[str, str]:
        """By client, in a few words, without a value that came from the endpoint."""
        return {name: self._words(name, attempt, drift) for name, attempt in self._attempts.items()}

    def _words(self, name: str, attempt: Attempt | _TooLarge, drift: Drift) -> str:
        if isinstance(attempt, _TooLarge):
            return outcomes.TOO_LARGE
        if attempt.hung is not None:
            return outcomes.HANGS.format(seconds=f"{attempt.hung:g}")
        place = DriftPlace(
            () if drift.rule in _WHOLE else drift.path or (),
            self._payload,
            self.readers.envelope(name, self.operation),
            drift.rule == "response-property-undocumented",
        )
        if attempt.error is None:
            return shown(attempt.value, place)
        kind = type(attempt.error).__name__
        if self.readers.raises(name, self.operation, self.received.status) == kind:
            return outcomes.RIGHTLY.format(name=kind)
        is_it = self._is_it(name, attempt.error, place)
        return (outcomes.RAISES if is_it else outcomes.ELSEWHERE).format(name=kind)

    def _is_it(self, name: str, error: Exception, place: DriftPlace) -> bool:
        """Whether an error is over a place: the one it names, or another that it would be over as well."""
        told = getattr(error, "place", None)
        if not place.path or not isinstance(told, str) or _covers(told, place):
            return True
        twin = self._attempts.get(name.removesuffix(STRICT)) if name.endswith(STRICT) else None
        return isinstance(twin, Attempt) and twin.error is None and place.is_named(twin.value)


def _covers(told: str, place: DriftPlace) -> bool:
    """Whether what a client could not read, as JSONPath, is a place or above it; in any item of a list."""
    told = _INDEX.sub("[*]", told)
    is_enveloped = place.envelope is not None and place.path[:1] == (place.envelope,)
    for path in (place.path, place.path[1:]) if is_enveloped else (place.path,):
        wanted = _INDEX.sub("[*]", named(path))
        if wanted == told or (told != "$" and wanted.startswith((f"{told}.", f"{told}["))):
            return True
    return False


def _last_page(operation: Operation, status: int) -> bytes:
    """A page of a list, as documented, with nothing in it."""
    documented = operation.response(status)
    schema = documented.schema if documented else None
    return b"{}" if schema is None else orjson.dumps(_emptied(sample(schema)))


def _emptied(page: Any) -> Any:
    if isinstance(page, list):
        return []
    if not isinstance(page, dict):
        return page
    return {name: False if name == "has_more" else _emptied(value) for name, value in page.items()}
