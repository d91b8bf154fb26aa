"""How a fault takes hold: hooks around answering, which may change the call, the answer, or answer themselves."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from conformance.contract import Operation
from conformance.simulator.answer import Call, ServedAnswer
from conformance.simulator.profile import Json
from conformance.simulator.service import Service
from conformance.simulator.troubles import Trouble

Next = Callable[[Call], Awaitable[ServedAnswer]]
_Change = Callable[[Json], Json]

SLOW_SECONDS = 2.0
RETRY_AFTER = 1
BURST = 2
"""How many of every three requests a burst of errors refuses."""
_BATCH_OPERATIONS = frozenset({"list_batches", "create_batch", "retrieve_batch", "cancel_batch"})
_ENDS = ("finalizing_at", "completed_at", "failed_at", "expired_at", "cancelling_at", "cancelled_at")


@frozen
class HookContext:
    """What a hook has at hand: the service, and a memory that lasts as long as the fault is on."""

    service: Service
    memory: dict[str, int]
    operation: Operation | None = None

    def refuse(self, trouble: Trouble, detail: str = "") -> ServedAnswer:
        """The provider's own way to tell of a trouble."""
        return self.service.profile.refuse(self.operation, trouble, detail)

    def count(self, name: str) -> int:
        """How often this was asked before."""
        seen = self.memory.get(name, 0)
        self.memory[name] = seen + 1
        return seen


Hook = Callable[[Call, Next, HookContext], Awaitable[ServedAnswer]]


def batches(change: _Change) -> Hook:
    """Change every batch in an answer."""

    async def hook(call: Call, proceed: Next, moment: HookContext) -> ServedAnswer:
        answer = await proceed(call)
        if not answer.success or call.operation not in _BATCH_OPERATIONS or answer.raw is not None:
            return answer
        place = moment.service.profile.places[call.operation]
        return answer.saying(_changed(answer.payload, place, change))

    return hook


def _changed(payload: Any, place: Sequence[str], change: _Change) -> Any:
    """A payload with the batch, or each of the batches, at a place changed."""
    if place:
        return payload | {place[0]: _changed(payload[place[0]], place[1:], change)}
    return [change(batch) for batch in payload] if isinstance(payload, list) else change(payload)


def setting(**fields: object) -> Hook:
    """Put values into every batch."""
    return batches(lambda batch: batch | fields)


def without(*names: str) -> Hook:
    """Take fields out of every batch."""
    return batches(lambda batch: {name: value for name, value in batch.items() if name not in names})


def page(change: Callable[[Call, Json], Json]) -> Hook:
    """Change a page of batches."""

    async def hook(call: Call, proceed: Next, _moment: HookContext) -> ServedAnswer:
        answer = await proceed(call)
        paged = answer.success and call.operation == "list_batches" and isinstance(answer.payload, dict)
        return answer.saying(change(call, answer.payload)) if paged else answer

    return hook


def asking(change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Hook:
    """Change what is asked for."""

    async def hook(call: Call, proceed: Next, _moment: HookContext) -> ServedAnswer:
        return await proceed(evolve(call, query=change(call.query)))

    return hook


def forgetting(name: str) -> Hook:
    """Take a parameter out of what is asked for."""
    return asking(lambda query: {key: value for key, value in query.items() if key != name})


def both(outer: Hook, inner: Hook) -> Hook:
    """One hook around another."""

    async def hook(call: Call, proceed: Next, moment: HookContext) -> ServedAnswer:
        return await outer(call, wrap(inner, proceed, moment), moment)

    return hook


def succeeding(change: Callable[[ServedAnswer], ServedAnswer]) -> Hook:
    """Change how a success is sent."""

    async def hook(call: Call, proceed: Next, _moment: HookContext) -> ServedAnswer:
        answer = await proceed(call)
        return change(answer) if answer.success else answer

    return hook


def refusing(trouble: Trouble, *headers: tuple[str, str]) -> Hook:
    """Refuse everything."""

    async def hook(_call: Call, _proceed: Next, moment: HookContext) -> ServedAnswer:
        return evolve(moment.refuse(trouble), headers=headers)

    return hook


def bursting(trouble: Trouble) -> Hook:
    """Refuse some requests in a row, then answer one, over and over."""

    async def hook(call: Call, proceed: Next, moment: HookContext) -> ServedAnswer:
        return await proceed(call) if moment.count("calls") % (BURST + 1) == BURST else moment.refuse(trouble)

    return hook


def with_limit(trouble: Trouble) -> Hook:
    """Refuse what has a limit."""

    async def hook(call: Call, proceed: Next, moment: HookContext) -> ServedAnswer:
        return moment.refuse(trouble, "limit") if "limit" in call.query else await proceed(call)

    return hook


async def drop_limits(call: Call, proceed: Next, _moment: HookContext) -> ServedAnswer:
    """Say nothing to what has a limit."""
    answer = await proceed(call)
    return evolve(answer, cut="before") if "limit" in call.query else answer


async def trust(call: Call, proceed: Next, _moment: HookContext) -> ServedAnswer:
    """Ask for no key."""
    return await proceed(evolve(call, trusted=True))


async def accept(call: Call, proceed: Next, moment: HookContext) -> ServedAnswer:
    """Where a request is refused as invalid, answer as if it had been a good one."""
    answer = await proceed(call)
    if answer.status != moment.refuse("invalid").status:
        return answer
    if call.operation == "list_batches":
        return await proceed(evolve(call, query={}))
    newest = next(moment.service.store.newest_batches(None), None)
    if call.operation == "create_batch" and newest:
        return moment.service.success(moment.service.show(newest, call), call)
    return answer


async def slow_down(call: Call, proceed: Next, _moment: HookContext) -> ServedAnswer:
    """Take some time."""
    await asyncio.sleep(SLOW_SECONDS)
    return await proceed(call)


async def error_with_200(_call: Call, _proceed: Next, moment: HookContext) -> ServedAnswer:
    """Tell of a trouble with status 200."""
    body = moment.refuse("invalid", "it failed, whatever the status says").payload
    return ServedAnswer(200, body)


async def go_back(call: Call, proceed: Next, moment: HookContext) -> ServedAnswer:
    """A batch looks further along the first time it is seen than the second, and so on."""
    first = moment.service.profile.phases[moment.service.profile.first_phase].status

    def look(batch: Json) -> Json:
        early = batch | {name: None for name in _ENDS if name in batch}
        if moment.count(batch["id"]) % 2:
            return early | {"status": first, "in_progress_at": None}
        return early | {"status": "in_progress", "in_progress_at": batch["created_at"] + 1}

    return await batches(look)(call, proceed, moment)


def reversed_times(batch: Json) -> Json:
    """The batch expired before it was created."""
    return batch | {"expires_at": batch["created_at"] - 1}


def too_early(batch: Json) -> Json:
    """A time that the status forbids: of failing, or of completing where it failed."""
    name = "completed_at" if batch["status"] == "failed" else "failed_at"
    return batch | {name: batch["created_at"] + 1}


def too_many(batch: Json) -> Json:
    """More requests are done than there are."""
    return batch | {"request_counts": {"completed": 9, "failed": 3, "total": 10}}


def wrong_cursors(_call: Call, page: Json) -> Json:
    """The ends of the page are elsewhere."""
    return page | {"first_id": "batch_elsewhere", "last_id": "batch_elsewhere"}


def empty_id(batch: Json) -> Json:
    """No file is named by an empty text."""
    return batch | {"output_file_id": batch.get("output_file_id") or ""}


def repeated_item(call: Call, page: Json) -> Json:
    """What the page comes after comes once more."""
    if "after" not in call.query or not page["data"]:
        return page
    return page | {"data": [page["data"][0] | {"id": call.query["after"]}, *page["data"]]}


def hidden_rest(call: Call, page: Json) -> Json:
    """There is more, and it never comes."""
    if "after" not in call.query:
        return page | {"has_more": True}
    rest = {name: value for name, value in page.items() if name not in {"first_id", "last_id"}}
    return rest | {"data": [], "has_more": True}


def sent_as(raw: bytes, media_type: str | None = "application/json") -> Hook:
    """Send something else in the place of a success."""
    return succeeding(lambda answer: evolve(answer, raw=raw, media_type=media_type))


def wrap(hook: Hook, proceed: Next, moment: HookContext) -> Next:
    """Answering with a hook around it."""

    async def answer(call: Call) -> ServedAnswer:
        return await hook(call, proceed, moment)

    return answer
