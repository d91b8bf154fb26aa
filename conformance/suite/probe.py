"""An endpoint while it is probed: what may be asked, what was learned, and how to ask."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from attrs import define, field, frozen

from conformance.batches import BATCHES
from conformance.checks.several.failures import failed
from conformance.checks.several.trace import NO_ANSWER
from conformance.checks.watch import Watch
from conformance.contract import Contract, Operation, Parameter
from conformance.endpoint import Endpoint, askable
from conformance.exchange import NOT_JSON, Credentials, Exchange
from conformance.suite.asking import rules_of, upload_form

TRIES = 3
"""How often a request that only reads is sent, where no answer comes, or a 5xx, or 429."""

PATIENCE = 12.0
"""Seconds without an answer after which the same request is not tried again."""

QUICK = 1.0
"""Seconds without an answer after which the request that tells whether the endpoint is there is not tried again."""

MAX_LOST = 30.0
"""Seconds lost to answers that did not come, after which any endpoint is given up."""

MAX_SILENCE = 2 * TRIES
"""Requests without any answer after which an endpoint that never answered is given up."""

LOSSES = 2
"""Requests that failed on every try after which an operation that never answered is given up; hanging counts twice."""

MAX_ENVELOPES = 4
"""How deep in a body a list, or what has an id, is looked for."""

STOPPED = "the endpoint stopped answering"
REPEATABLE = frozenset({"GET", "DELETE"})


class OutOfReach(Exception):  # noqa: N818 - a reason to stop asking
    """The endpoint or the operation does not answer, or lets too much time pass without an answer."""


@frozen
class ProbeRequest:
    """A request as the probes put it."""

    operation: Operation
    query: tuple[tuple[str, str], ...]
    path: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    credentials: Credentials


@define
class Probe:
    """One endpoint, its own contract, and what watches it."""

    contract: Contract
    endpoint: Endpoint
    operations: tuple[str, ...]
    watch: Watch
    model: str | None = None
    """What to name where a batch is made, if that is known."""
    mark: str = "sim"
    """Stands in the name of the uploaded file, so that it is found again."""
    header: tuple[str, str] = ("Authorization", "Bearer …")
    """The header with the key, as the user's shell would fill it in."""
    batches: list[str] = field(factory=list)
    """Ids of batches that the endpoint has told."""
    files: list[str] = field(factory=list)
    """Ids of files that the endpoint has listed."""
    results: list[str] = field(factory=list)
    """Ids of output and error files that batches have told."""
    inputs: list[str] = field(factory=list)
    """Ids of input files that batches have told."""
    left_out: list[str] = field(factory=list)
    """Probes that were not reached."""
    over: str = ""
    """Why, the last time."""
    contradicted: list[str] = field(factory=list)
    """Successes that a look afterwards did not bear out."""
    not_asked: dict[str, str] = field(factory=dict)
    """Operations that could not be asked, and why."""
    odd: set[int] = field(factory=set)
    """Hashes of ids that were told and cannot stand in a path."""
    on_close: Callable[[], None] = lambda: None
    stopped: bool = False
    """Whether the endpoint stopped answering."""
    _unanswered: dict[ProbeRequest, Exchange] = field(factory=dict)
    _answered: dict[str, ProbeRequest] = field(factory=dict)
    """By operation, the first request that was answered."""
    _good: dict[str, Mapping[str, str]] = field(factory=dict)
    """By operation, the path of its last success."""
    _losses: Counter[str] = field(factory=Counter)
    _silent: int = 0
    _lost: float = 0.0

    @property
    def name(self) -> str:
        """The endpoint's name."""
        return self.endpoint.name

    def close(self) -> None:
        """End connections, and the simulator if there is one."""
        self.endpoint.close()
        self.on_close()

    def operation(self, name: str, *, groundwork: bool = False) -> Operation | None:
        """The operation, if it is to be probed and its contract has it.

        `groundwork`: also if it is not to be probed, where others that are build on it: where writing is allowed
        always, else if it only reads, and something named by its answers is to be asked for.
        """
        operation = self.contract.operations.get(name)
        if operation is None or name in self.operations or not groundwork:
            return operation if name in self.operations else None
        named = any("{" in self.contract.operations[one].path for one in self.operations)
        return operation if self.endpoint.writable or (operation.method == "GET" and named) else None

    def planned(self) -> Mapping[str, str]:
        """What is to be seen of the endpoint: operations, each with why it was not asked, if it was not."""
        allowed = [
            name for name in self.operations if self.endpoint.writable or self.contract.operations[name].method == "GET"
        ]
        return {name: self.not_asked.get(name) or self.over or "no id to ask for was told" for name in allowed}

    def ask(
        self,
        operation: Operation,
        query: Mapping[str, str] | list[tuple[str, str]] | None = None,
        *,
        path: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        credentials: Credentials = "given",
    ) -> Exchange:
        """Send one request, required query parameters added, again if it fails; learn the ids in the answer.

        Where it fails on every try, one that was answered before tells whether the endpoint still answers. A request
        that got no answer on any try is not sent again.

        Raises:
            OutOfReach: the endpoint or the operation is given up.
        """
        pairs = list(query.items()) if isinstance(query, Mapping) else list(query or ())
        pairs += [pair for pair in required_query(operation) if pair[0] not in dict(pairs)]
        parts = (tuple((path or {}).items()), tuple((headers or {}).items()), body, credentials)
        asked = ProbeRequest(operation, tuple(pairs), *parts)
        if asked in self._unanswered:
            return self._unanswered[asked]
        self._give_up(operation)
        exchange = self._try(asked, PATIENCE)
        if _fails(exchange):
            self._doubt(asked, exchange)
        elif credentials == "given":
            self._answered.setdefault(operation.name, asked)
            self._learn(exchange)
            if is_success(exchange):
                self._good[operation.name] = dict(path or {})
        return exchange

    def _give_up(self, operation: Operation) -> None:
        if self.stopped:
            raise OutOfReach(STOPPED)
        if not self._answered and self._silent >= MAX_SILENCE:
            raise OutOfReach("the endpoint does not answer")
        if self._lost > MAX_LOST:
            raise OutOfReach("too much time was lost on answers that did not come")
        if operation.name not in self._answered and self._losses[operation.name] >= LOSSES:
            raise OutOfReach(f"{operation.name} fails on every try")

    def _try(self, asked: ProbeRequest, patience: float) -> Exchange:
        """Send until it is answered, as often and as long as makes sense."""
        lost = 0.0
        tries = TRIES if asked.operation.method in REPEATABLE else 1
        number = 0
        while True:
            number += 1
            exchange = self.endpoint.send(
                asked.operation,
                path_parameters=dict(asked.path),
                query=list(asked.query),
                headers=dict(asked.headers),
                body=asked.body,
                credentials=asked.credentials,
            )
            if not _fails(exchange):
                return exchange
            if exchange.answer is None:
                self._silent += 1
                self._lost += exchange.seconds
                lost += exchange.seconds
            if number == tries or lost > patience:
                return exchange

    def _doubt(self, asked: ProbeRequest, exchange: Exchange) -> None:
        """A request failed on every try: is it the request, the operation, or is the endpoint gone?"""
        name = asked.operation.name
        self._losses[name] += LOSSES if exchange.answer is None and exchange.seconds > PATIENCE / 2 else 1
        if exchange.answer is None and asked.operation.method in REPEATABLE:
            self._unanswered[asked] = exchange
        others = [one for known, one in self._answered.items() if known != name and one.operation.method == "GET"]
        mine = [self._answered[name]] if name in self._answered and asked.operation.method == "GET" else []
        for witness in (others + mine)[:1]:
            self.stopped = _fails(self._try(witness, QUICK))

    def upload(self, operation: Operation, name: str, content: bytes) -> Exchange:
        """Upload a batch input file."""
        form, kind = upload_form(operation, rules_of(self.contract), name, content)
        return self.ask(operation, body=form, headers={"Content-Type": kind})

    def _learn(self, exchange: Exchange) -> None:
        for item in items(exchange) if exchange.operation != "delete_file" else ():
            self._keep(self.batches if exchange.operation in BATCHES else self.files, item.get("id"))
            for key, value in item.items():
                if key.endswith("_file_id"):
                    self._keep(self.inputs if key.startswith("input") else self.results, value)

    def _keep(self, told: list[str], name: object) -> None:
        if isinstance(name, str) and askable(name):
            told.append(name)
        elif isinstance(name, str):
            self.odd.add(hash(name))

    def told(self, operation: Operation) -> list[str]:
        """The ids that an operation can be asked for, each once: those first that are most likely to be there."""
        names = [parameter.name for parameter in operation.parameters if parameter.where == "path"]
        if names == ["batch_id"]:
            return list(dict.fromkeys(self.batches))
        if names != ["file_id"]:
            return []
        listed, named = list(dict.fromkeys(self.files)), (*self.results, *self.inputs)
        if operation.name == "file_content":  # results, as far as they are still there, are what can be read everywhere
            results = set(self.results)
            listed.sort(key=lambda name: name not in results)
        return list(dict.fromkeys((*listed, *named)))

    def known_path(self, operation: Operation) -> Mapping[str, str] | None:
        """Path parameters that name things the endpoint has shown, or else told of; None where it has told of none."""
        names = [parameter.name for parameter in operation.parameters if parameter.where == "path"]
        if not names or operation.name in self._good:
            return self._good.get(operation.name, {})
        told = self.told(operation)
        return {names[0]: told[0]} if told else None


def _fails(exchange: Exchange) -> bool:
    return failed(NO_ANSWER if exchange.answer is None else exchange.answer.status)


def is_success(exchange: Exchange) -> bool:
    """Whether the answer is 2xx."""
    return exchange.answer is not None and 200 <= exchange.answer.status < 300


def payload(exchange: Exchange) -> Any:
    """The answer's JSON; None where there is none."""
    found = exchange.answer.json if exchange.answer else None
    return None if found is NOT_JSON else found


def items(exchange: Exchange) -> list[Mapping[str, Any]]:
    """The objects in a success: those of a list, or the one that was asked for; envelopes opened."""
    body = payload(exchange)
    if exchange.answer is None or exchange.answer.status >= 300:
        return []
    level = [body]
    for _ in range(MAX_ENVELOPES):
        for one in level:
            if isinstance(one, list):
                return [item for item in one if isinstance(item, dict)]
            if isinstance(one, dict) and "id" in one:
                return [one]
        level = [inner for one in level if isinstance(one, dict) for inner in one.values()]
    return []


def ids(exchange: Exchange) -> list[str]:
    """The ids of the objects in a success, in order."""
    return [item["id"] for item in items(exchange) if isinstance(item.get("id"), str)]


def required_query(operation: Operation) -> list[tuple[str, str]]:
    """The query parameters without which a request would be invalid, with a value that the contract names."""
    return [(one.name, _some_value(one)) for one in operation.parameters if one.where == "query" and one.required]


def _some_value(parameter: Parameter) -> str:
    node = parameter.schema.node(parameter.schema.place(()))
    named = [*node.get("enum", ()), node.get("example"), node.get("default"), "batch"]
    return str(next(value for value in named if value is not None))
