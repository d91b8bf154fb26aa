"""Requests that Schemathesis derives from a contract.

Boundary values first, then random ones, the same in every run.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
from attrs import frozen

from conformance.contract import Contract, Operation, is_json

RANDOM_CASES = 8
"""Random requests of each kind, valid and invalid."""


@frozen
class GeneratedRequest:
    """A request to be sent. `query` is in order; `headers` only what it adds."""

    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes | None


def generate(contract: Contract, operation: Operation) -> tuple[GeneratedRequest, ...]:
    """Requests for one operation, each once. Path parameters are left to the caller: names are told by the server."""
    unique = {_request(kwargs): None for kwargs in _cases(contract, operation)}
    return tuple(one for one in unique if one is not None and (one.query or one.body or one.headers))


def _cases(contract: Contract, operation: Operation) -> Iterator[Mapping[str, Any]]:
    _settle_storage()
    import schemathesis  # noqa: PLC0415 - heavy, and only here

    config = schemathesis.Config.from_dict(
        {
            "base-url": "http://localhost",
            "generation": {"deterministic": True, "allow-x00": False, "allow-extra-parameters": False},
            "phases": {"coverage": {"unexpected-methods": [], "generate-duplicate-query-parameters": False}},
        }
    )
    path, method = operation.location[1], str(operation.location[2])
    schema = schemathesis.openapi.from_dict(_without_security(contract), config=config)
    target = schema[str(path)][method.upper()]
    modes = list(schemathesis.GenerationMode)
    for case in schema.iter_coverage_cases(target, generation_modes=modes, generation_config=schema.config.generation):
        yield case.as_transport_kwargs(base_url="http://localhost")
    for mode in modes:
        for case in _random_cases(target.as_strategy(mode)):
            yield case.as_transport_kwargs(base_url="http://localhost")


def _random_cases(strategy: Any) -> list[Any]:
    import hypothesis  # noqa: PLC0415 - heavy, and only here

    drawn: list[Any] = []

    @hypothesis.settings(
        max_examples=RANDOM_CASES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=[check for check in hypothesis.HealthCheck if isinstance(check, hypothesis.HealthCheck)],
    )
    @hypothesis.given(strategy)
    def draw(case: Any) -> None:
        drawn.append(case)

    draw()
    return drawn


def _without_security(contract: Contract) -> dict[str, Any]:
    """The contract without authentication: keys are the probes' business, not the generator's."""
    document = orjson.loads(orjson.dumps(contract.document.data))
    document["security"] = []
    for item in document["paths"].values():
        for method in item.values():
            if isinstance(method, dict):
                method.pop("security", None)
    return document  # type: ignore[no-any-return]


def _request(kwargs: Mapping[str, Any]) -> GeneratedRequest | None:
    """The request in plain values; None where it cannot be sent as HTTP."""
    query = []
    for name, value in (kwargs.get("params") or {}).items():
        query += [(name, str(one)) for one in (value if isinstance(value, list) else [value])]
    headers = {name: value for name, value in kwargs["headers"].items() if name.lower() not in _OURS}
    body: bytes | None = None
    if "json" in kwargs:
        body = orjson.dumps(kwargs["json"], option=orjson.OPT_NON_STR_KEYS)
        headers.setdefault("Content-Type", "application/json")
    elif isinstance(kwargs.get("data"), bytes | str) and is_json(str(kwargs["headers"].get("Content-Type", ""))):
        data = kwargs["data"]
        body = data.encode("utf-8", "replace") if isinstance(data, str) else data
        headers.setdefault("Content-Type", "application/json")
    elif kwargs.get("data") or kwargs.get("files"):
        return None
    plain = all(_sendable(name) and _sendable(value) for name, value in headers.items())
    text = all(_encodable(name) and _encodable(value) for name, value in query)
    return GeneratedRequest(tuple(query), tuple(headers.items()), body) if plain and text else None


_OURS = frozenset(
    {"accept", "accept-encoding", "authorization", "connection", "user-agent", "x-schemathesis-testcaseid"}
)


def _sendable(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _settle_storage() -> None:
    """Keep Hypothesis' tables of characters with the environment, not in whatever folder the user stands in."""
    if "HYPOTHESIS_STORAGE_DIRECTORY" not in os.environ:
        inside = Path(sys.prefix)
        owned = sys.prefix != sys.base_prefix and os.access(inside, os.W_OK)
        home = inside / ".hypothesis" if owned else Path(tempfile.mkdtemp(prefix="batch-conformance-"))
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(home)
