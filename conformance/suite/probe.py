"""An endpoint while it is probed: what may be asked, what was learned, and how to ask."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from attrs import define, field

from conformance.checks.judge import Judge
from conformance.contract import Contract, Operation, Parameter
from conformance.endpoint import Endpoint
from conformance.exchange import NOT_JSON, Credentials, Exchange

MAX_SILENCE = 3
"""Requests without any answer after which an endpoint that never answered is given up."""

MAX_LOST = 25.0
"""Seconds lost to answers that did not come, after which any endpoint is given up."""

CONFIRMATIONS = 2
"""How often a request that met a 5xx is sent again: what it alone provokes comes back."""


class OutOfReach(Exception):  # noqa: N818 - a reason to stop asking
    """The endpoint does not answer, or lets too much time pass without an answer."""


@define
class Probe:
    """One endpoint, its own contract, and every contract's judge."""

    contract: Contract
    endpoint: Endpoint
    operations: tuple[str, ...]
    judges: tuple[Judge, ...]
    batches: list[str] = field(factory=list)
    """Ids of batches that the endpoint has told."""
    files: list[str] = field(factory=list)
    """Ids of files that the endpoint has told."""
    on_close: Callable[[], None] = lambda: None
    _silent: int = 0
    _answered: bool = False
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

        `groundwork`: also if it is not to be probed, where others that are build on it: on a simulator always, on a
        live endpoint if it only reads, and something named by its answers is to be asked for.
        """
        operation = self.contract.operations.get(name)
        if operation is None or name in self.operations or not groundwork:
            return operation if name in self.operations else None
        named = any("{" in self.contract.operations[one].path for one in self.operations)
        return operation if self.endpoint.advance is not None or (operation.method == "GET" and named) else None

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
        """Send one request, required query parameters added; learn the ids in the answer.

        Raises:
            OutOfReach: the endpoint is given up.
        """
        if (not self._answered and self._silent >= MAX_SILENCE) or self._lost > MAX_LOST:
            raise OutOfReach(f"{self.name} does not answer")
        pairs = list(query.items()) if isinstance(query, Mapping) else list(query or ())
        pairs += [pair for pair in required_query(operation) if pair[0] not in dict(pairs)]
        confirmations = CONFIRMATIONS if operation.method == "GET" else 0
        while True:
            started = time.monotonic()
            exchange = self.endpoint.send(
                operation, path_parameters=path, query=pairs, headers=headers, body=body, credentials=credentials
            )
            if exchange.answer is None:
                self._silent += 1
                self._lost += time.monotonic() - started
                return exchange
            self._answered = True
            if exchange.answer.status < 500 or not confirmations:
                self._learn(exchange)
                return exchange
            confirmations -= 1

    def upload(self, operation: Operation, content: bytes) -> Exchange:
        """Upload a batch input file."""
        form = httpx.Request(
            "POST",
            "http://form",
            data={"purpose": "batch"},
            files={"file": ("probe.jsonl", content, "application/jsonl")},
        )
        return self.ask(operation, body=form.read(), headers={"Content-Type": form.headers["content-type"]})

    def _learn(self, exchange: Exchange) -> None:
        for item in items(exchange):
            told = {"batch": self.batches, "file": self.files}.get(str(item.get("object")))
            if told is not None and isinstance(item.get("id"), str):
                told.append(item["id"])
            self.files += [value for key, value in item.items() if key.endswith("_file_id") and isinstance(value, str)]

    def known_path(self, operation: Operation) -> Mapping[str, str] | None:
        """Path parameters that name things the endpoint has told of; None where it has told of none."""
        told = {"batch_id": self.batches, "file_id": self.files}
        names = [parameter.name for parameter in operation.parameters if parameter.where == "path"]
        if any(not told.get(name) for name in names):
            return None
        return {name: told[name][-1] for name in names}


def payload(exchange: Exchange) -> Any:
    """The answer's JSON; None where there is none."""
    found = exchange.answer.json if exchange.answer else None
    return None if found is NOT_JSON else found


def items(exchange: Exchange) -> list[Mapping[str, Any]]:
    """The objects in a success: those of a list, or the one that was asked for; envelopes opened."""
    body = payload(exchange)
    if exchange.answer is None or exchange.answer.status >= 300:
        return []
    while isinstance(body, dict) and isinstance(body.get("data"), dict):
        body = body["data"]
    if isinstance(body, dict) and isinstance(body.get("data"), list):
        return [item for item in body["data"] if isinstance(item, dict)]
    return [body] if isinstance(body, dict) else []


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
