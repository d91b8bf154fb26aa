"""The control routes of a running simulator, under `/_control` and guarded by the same key: its time and its faults.

GET    /_control                                           what time it is, which faults are on
GET    /_control/batches/ID                                a batch as it is kept, with why it failed
POST   /_control/advance  {"seconds": 3600}                move time on
GET    /_control/faults                                    every fault there is
POST   /_control/faults   {"name", "operation"?, "times"?} turn one on, for one operation or a number of requests
DELETE /_control/faults   or /_control/faults/NAME         turn all off, or one
"""

from typing import Any

import orjson
from attrs import asdict
from starlette.requests import Request

from conformance.simulator.answer import ServedAnswer
from conformance.simulator.body import read_body
from conformance.simulator.faults import FAULTS, FaultError, Faults
from conformance.simulator.service import Service
from conformance.simulator.store import StateError
from conformance.simulator.troubles import Refusal


async def answer(
    request: Request, path: list[str], service: Service, faults: Faults, refusal: Refusal | None
) -> ServedAnswer:
    """Answer one control request; errors are `{"error": "…"}` whatever the provider."""
    if refusal:
        return ServedAnswer(401, {"error": "the simulator's key is needed here"})
    try:
        return await _answer(request.method, path, await read_body(request), service, faults)
    except Refusal as wrong:
        return ServedAnswer(400, {"error": wrong.detail})
    except (FaultError, ValueError) as error:
        return ServedAnswer(400, {"error": str(error)})
    except (StateError, OSError) as error:
        return ServedAnswer(507, {"error": str(error)})


async def _answer(method: str, path: list[str], body: bytes, service: Service, faults: Faults) -> ServedAnswer:
    match (method, path):
        case ("GET", []):
            pass
        case ("POST", ["advance"]):
            await advance(service, _number(_asked(body, "seconds"), "seconds"))
        case ("GET", ["batches", batch_id]) if batch_id in service.store.batches:
            await service.engine.settle(batch_id)
            return ServedAnswer(200, asdict(service.store.batches[batch_id]))
        case ("GET", ["faults"]):
            table = [{"name": one.name, "does": one.does, "provokes": one.provokes} for one in FAULTS.values()]
            return ServedAnswer(200, {"faults": table})
        case ("POST", ["faults"]):
            asked = _asked(body, "name", "operation", "times")
            faults.add(asked.get("name"), operation=asked.get("operation"), times=asked.get("times"))
        case ("DELETE", ["faults"]):
            faults.clear()
        case ("DELETE", ["faults", name]):
            faults.remove(name)
        case _:
            return ServedAnswer(404, {"error": f"no such control: {method} /_control/{'/'.join(path)}"})
    return ServedAnswer(200, {"now": service.clock.now(), "faults": list(faults.names)})


async def advance(service: Service, seconds: float) -> None:
    """Move time on, and every batch with it, before returning.

    Raises:
        ValueError: time does not go there.
        StateError, OSError: the state cannot be written; what was written until then holds.
    """
    service.store.save(moment=service.clock.after(seconds))
    service.clock.advance(seconds)
    await service.engine.settle_all(wait=True)


def _asked(body: bytes, *names: str) -> dict[str, Any]:
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ValueError("the body must be JSON") from None
    if not isinstance(asked, dict):
        raise ValueError("the body must be a JSON object")  # noqa: TRY004 - wrong data, not a wrong program
    if unknown := set(asked) - set(names):
        raise ValueError(f"{min(unknown)} is not known here; there are {', '.join(names)}")
    return asked


def _number(asked: dict[str, Any], name: str) -> float:
    value = asked.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} must be a number")  # noqa: TRY004 - likewise
    return value
