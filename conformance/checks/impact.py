"""What typed clients make of a drifted payload.

The drifted value is set into an otherwise conforming body and given to each client.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import orjson

from conformance.contract import Contract, Operation
from conformance.drift import Drift, Finding
from conformance.providers import PROVIDERS
from conformance.sample import remove, replace, sample, value_at

_MISSING = "response-required-property-missing"
_WHOLE = frozenset({"response-body-not-json", "response-media-type-undocumented", "success-carries-error"})
_STATUS = "response-status-undocumented"
_IN_PAYLOAD = ("response-property-", "response-required-", "response-value-", "invariant-constant")


def impact(drift: Drift, contract: Contract) -> Mapping[str, str]:
    """By client, what becomes of the payload; empty where a payload is not the matter or no client is installed."""
    response = _drifted(drift, contract)
    provider = PROVIDERS.get(contract.name)
    if response is None or provider is None:
        return {}
    operation = contract.operations[drift.identity.operation or ""]
    parse = _parser(provider.client, operation)
    return {} if parse is None else {provider.client: _outcome(parse, response, drift)}


def _drifted(drift: Drift, contract: Contract) -> httpx.Response | None:
    """The drift, and nothing but it, as a response."""
    exchange, operation = drift.example, contract.operations.get(drift.identity.operation or "")
    if exchange is None or exchange.answer is None or operation is None:
        return None
    answer = exchange.answer
    request = httpx.Request("GET", "http://localhost")
    if drift.rule in _WHOLE or drift.rule == _STATUS:
        headers = {"content-type": answer.media_type or "text/plain"}
        return httpx.Response(answer.status, headers=headers, content=answer.body, request=request)
    documented = operation.response(answer.status)
    if not drift.rule.startswith(_IN_PAYLOAD) or drift.path is None or documented is None or documented.schema is None:
        return None
    body = sample(documented.schema)
    if drift.rule == _MISSING:
        body = remove(body, drift.path)
    else:
        try:
            body = replace(body, drift.path, value_at(answer.json, drift.path))
        except LookupError:
            return None
    return httpx.Response(
        answer.status, content=orjson.dumps(body), headers={"content-type": "application/json"}, request=request
    )


Parse = Callable[[httpx.Response], Any]


def _parser(package: str, operation: Operation) -> Parse | None:
    """The generated client's own reading of this operation's responses."""
    try:
        root = importlib.import_module(package)
        folder = importlib.import_module(f"{package}.api")
    except ImportError:
        return None
    for module in _modules(folder, operation.name):
        client = root.AuthenticatedClient(base_url="http://localhost", token="")
        return lambda response: module._parse_response(client=client, response=response)  # noqa: SLF001 - what a call runs; returned at once
    return None


def _modules(folder: Any, name: str) -> list[Any]:
    import pkgutil  # noqa: PLC0415 - only here

    return [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(folder.__path__, f"{folder.__name__}.")
        if found.name.rpartition(".")[2] == name
    ]


def _outcome(parse: Parse, response: httpx.Response, drift: Drift) -> str:
    """In a few words; never a value that came from the endpoint unless the report shows it anyway."""
    try:
        parsed = parse(response)
    except Exception as error:  # noqa: BLE001 - whatever the client raises is the finding
        return f"raises {type(error).__name__}"
    if parsed is None:
        return "returns None: the response is lost in silence"
    return _kept(parsed, drift)


def _kept(parsed: Any, drift: Drift) -> str:
    """How the drifted value looks from the client's side."""
    if drift.path is None or not drift.path:
        return f"returns {type(parsed).__name__}"
    found = parsed
    for step in drift.path:
        if isinstance(step, int):
            found = found[min(step, len(found) - 1)] if isinstance(found, list) and found else None
            continue
        extra = getattr(found, "additional_properties", {})
        if isinstance(extra, dict) and step in extra:
            return "kept aside in additional_properties"
        found = getattr(found, step, None)
    if type(found).__name__ == "Unset":
        return "unset, in silence"
    if found is None:
        return "None, in silence"
    return f"accepts it as {type(found).__name__}"


def client_loss(contract: Contract, operation: Operation) -> Iterator[Finding]:
    """What the generated client drops of a conforming response: the response itself, or a documented field."""
    provider = PROVIDERS.get(contract.name)
    parse = _parser(provider.client, operation) if provider else None
    if parse is None:
        return
    for key, response in operation.responses.items():
        if response.schema is None or not key.isdecimal():
            continue
        body = sample(response.schema)
        answer = httpx.Response(int(key), json=body, request=httpx.Request("GET", "http://localhost"))
        try:
            parsed = parse(answer)
        except Exception as error:  # noqa: BLE001 - whatever the client raises is the finding
            lost = [("", f"raises {type(error).__name__}")]
        else:
            lost = list(_lost(body, parsed))
        for pointer, observed in lost:
            yield Finding(
                rule="contract-generator-loss",
                pointer=pointer,
                expected=f"the {key} response, whole",
                observed=observed,
                location=response.location,
            )


def _lost(body: Any, parsed: Any) -> Iterator[tuple[str, str]]:
    if parsed is None:
        yield "", "nothing is returned"
    elif hasattr(parsed, "to_dict"):
        back = parsed.to_dict()
        yield from ((f"/{key}", "the field is dropped") for key in body if key not in back)
