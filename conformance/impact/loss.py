"""What a generated client loses of a response that conforms to its contract."""

from collections.abc import Iterator
from typing import Any

import orjson

from conformance.contract import Contract, Operation
from conformance.drift import Breach
from conformance.impact.clients import Read, answered, generated
from conformance.providers import PROVIDERS
from conformance.sample import sample


def client_loss(contract: Contract, operation: Operation) -> Iterator[Breach]:
    """What the generated client drops of a conforming response: the response itself, or a documented field."""
    provider = PROVIDERS.get(contract.name)
    read = generated(provider.client, operation.name) if provider and provider.client else None
    for key, response in operation.responses.items():
        if read is None or response.schema is None or not key.isdecimal():
            continue
        body = sample(response.schema)
        for pointer, observed in _lost(read, body, int(key)):
            yield Breach(
                rule="contract-generator-loss",
                pointer=pointer,
                expected=f"the {key} response, whole",
                observed=observed,
                location=response.location,
            )


def _lost(read: Read, body: Any, status: int) -> Iterator[tuple[str, str]]:
    try:
        parsed = read(answered(status, orjson.dumps(body)))
    except Exception as error:  # noqa: BLE001 - whatever the client raises is what is told
        yield "", f"raises {type(error).__name__}"
        return
    if parsed is None:
        yield "", "nothing is returned"
    elif hasattr(parsed, "to_dict"):
        back = parsed.to_dict()
        yield from ((f"/{key}", "the field is dropped") for key in body if key not in back)
