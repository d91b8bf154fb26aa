"""Requests that Schemathesis derives from a contract.

Boundary values first, then random ones, the same in every run. Those of this project's contracts are made beforehand
(`make regen`) and travel with it, each with a fingerprint of what it was made from; of a contract that is another one,
or has changed since, they are made when they are needed, which takes the extra `generate`.
"""

import atexit
import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import orjson
from attrs import frozen

from conformance.contract import Contract, Operation, is_json
from conformance.errors import UserError
from conformance.reach import reach
from conformance.specs import specs_dir

RANDOM_CASES = 8
"""Random requests of each kind, valid and invalid."""


@frozen
class GeneratedRequest:
    """A request to be sent. `query` is in order; `headers` only what it adds."""

    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes | None

    def written(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"query": self.query, "headers": self.headers, "body": self.body and self.body.decode("latin-1")}

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        """Back from JSON."""
        body = written["body"]
        return cls(
            tuple((name, value) for name, value in written["query"]),
            tuple((name, value) for name, value in written["headers"]),
            None if body is None else body.encode("latin-1"),
        )


FOLDER = "requests"
"""In `specs/`: what was made beforehand, a file a contract."""


class GeneratorMissingError(UserError):
    """Requests were to be made, and what makes them is not installed."""


@cache
def generate(contract: Contract, operation: Operation) -> tuple[GeneratedRequest, ...]:
    """Requests for one operation, each once. Path parameters are left to the caller: names are told by the server.

    The same contract gives the same requests, so they are made once and kept with the environment.

    Raises:
        GeneratorMissingError: they are to be made, and Schemathesis is not installed.
    """
    if not varies(operation):
        return ()
    made = premade(contract.name.partition("@")[0]).get(operation.name)
    if made is not None and made.fingerprint == fingerprint(contract, operation):
        return made.requests
    if find_spec("schemathesis") is None:
        raise GeneratorMissingError(
            f"no requests were made beforehand for {operation.name} of this contract; "
            "pip install 'batch-conformance[generate]' brings what makes them"
        )
    return _kept(contract, operation)


def varies(operation: Operation) -> bool:
    """Whether an operation has anything to vary."""
    return operation.body is not None or any(parameter.where == "query" for parameter in operation.parameters)


@frozen
class Premade:
    """Requests that were made beforehand, and of what."""

    fingerprint: str
    requests: tuple[GeneratedRequest, ...]


@cache
def premade(contract: str) -> Mapping[str, Premade]:
    """What travels with this project for the contract of a name, by operation; empty where there is nothing."""
    try:
        kept = orjson.loads((specs_dir() / FOLDER / f"{contract}.json").read_bytes())
    except OSError:
        return {}
    return {
        name: Premade(one["fingerprint"], tuple(map(GeneratedRequest.read, one["requests"])))
        for name, one in kept["operations"].items()
    }


def fingerprint(contract: Contract, operation: Operation) -> str:
    """What the requests depend on: of the contract, what it says of the operation's requests, but for its prose."""
    asked = [(*place, key) for place in (operation.location, operation.location[:-1]) for key in _ASKING]
    said = reach(contract.document, (), asked).data
    return sha256(_json([_without_prose(said), operation.method, operation.template, RANDOM_CASES])).hexdigest()[:32]


_ASKING = ("parameters", "requestBody")


def _without_prose(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_prose(one) for one in node]
    if not isinstance(node, dict):
        return node
    prose = {key for key, value in node.items() if key in _PROSE and isinstance(value, str)}
    return {key: _without_prose(node[key]) for key in node if key not in prose and not str(key).startswith("x-")}


_PROSE = ("description", "summary", "title")


def makers() -> str:
    """What makes the requests, with versions: others may make other requests."""
    return ", ".join(f"{name} {version(name)}" for name in ("schemathesis", "hypothesis"))


def _kept(contract: Contract, operation: Operation) -> tuple[GeneratedRequest, ...]:
    """Requests made in this environment, now or earlier."""
    key = sha256(f"{fingerprint(contract, operation)} {makers()}".encode()).hexdigest()[:32]
    kept = storage() / f"{key}.json"
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):  # missing, or not what it should be: made anew
        return tuple(GeneratedRequest.read(one) for one in orjson.loads(kept.read_bytes()))
    made = make(contract, operation)
    with contextlib.suppress(OSError):
        beside = kept.with_suffix(f".{os.getpid()}")
        beside.write_bytes(orjson.dumps([one.written() for one in made]))
        beside.replace(kept)
    return made


def make(contract: Contract, operation: Operation) -> tuple[GeneratedRequest, ...]:
    """Make them anew, which takes seconds."""
    unique = {_request(kwargs): None for kwargs in _cases(contract, operation)}
    return tuple(one for one in unique if one is not None and (one.query or one.body or one.headers))


@cache
def storage() -> Path:
    """A folder that lasts as long as the environment, or where that is not ours, as long as the process."""
    owned = sys.prefix != sys.base_prefix and os.access(sys.prefix, os.W_OK)
    folder = Path(sys.prefix) / ".batch-conformance" if owned else Path(tempfile.mkdtemp(prefix="batch-conformance-"))
    folder.mkdir(exist_ok=True)
    if not owned:
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _cases(contract: Contract, operation: Operation) -> Iterator[Mapping[str, Any]]:
    # Hypothesis' tables of characters belong there too, not in whatever folder the user stands in.
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(storage()))
    import schemathesis  # noqa: PLC0415 - heavy, and only here

    config = schemathesis.Config.from_dict(
        {
            "base-url": "http://localhost",
            "generation": {"deterministic": True, "allow-x00": False, "allow-extra-parameters": False},
            "phases": {"coverage": {"unexpected-methods": [], "generate-duplicate-query-parameters": False}},
        }
    )
    schema = schemathesis.openapi.from_dict(_without_security(contract), config=config)
    target = schema[operation.template][operation.method]
    modes = list(schemathesis.GenerationMode)
    for case in schema.iter_coverage_cases(target, generation_modes=modes, generation_config=schema.config.generation):
        yield case.as_transport_kwargs(base_url="http://localhost")
    for mode in modes:
        for case in _random_cases(target.as_strategy(mode)):
            yield case.as_transport_kwargs(base_url="http://localhost")


def _random_cases(strategy: Any) -> list[Any]:
    import hypothesis  # noqa: PLC0415 - heavy, and only here
    from hypothesis.errors import Unsatisfiable  # noqa: PLC0415 - likewise

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

    with contextlib.suppress(Unsatisfiable):  # nothing invalid can be made where all is allowed
        draw()
    return drawn


def _without_security(contract: Contract) -> dict[str, Any]:
    """The contract without authentication: keys are the probes' business, not the generator's."""
    document = json.loads(_json(contract.document.data))
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
        body = _json(kwargs["json"])
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


def _json(value: Any) -> bytes:
    """JSON of whatever a contract or a generator holds: whole numbers of any size, and texts that are not Unicode."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return json.dumps(value, default=str).encode()


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
