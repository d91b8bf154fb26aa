"""The operations on batches, as every provider has them; its contract and its profile say where it differs."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from conformance.input_rules import metadata_offence, window_hours, window_offence
from conformance.simulator.answer import Call, ServedAnswer
from conformance.simulator.body import read_body
from conformance.simulator.described import node_at
from conformance.simulator.exhibits import REQUESTS
from conformance.simulator.lifecycle import Batch
from conformance.simulator.profile import File
from conformance.simulator.requests import check_body, check_query, page_limit, read_object, required_of
from conformance.simulator.rows import CHAT, input_row
from conformance.simulator.service import Service
from conformance.simulator.shape import Otherwise
from conformance.simulator.troubles import Refusal

_WINDOW = "24h"
"""Where none is asked for."""


async def list_batches(service: Service, call: Call) -> ServedAnswer:
    """A page, newest first.

    A cursor is a place in the list: after an id that is no batch's nothing comes, so the page is empty (no provider
    documents a refusal).
    """
    operation = service.operation(call)
    check_query(operation, call.query)
    limit = page_limit(operation, call.query)
    await service.engine.settle_all()
    after = call.query.get("after") if operation.parameter("after") else None
    # One more than asked for tells whether there are more.
    batches = list(islice(service.store.newest_batches(after), None if limit is None else limit + 1))
    page = [service.show(batch, call) for batch in batches[:limit]]
    return service.profile.answer(call.operation, page, page_values(page, more=len(batches) > len(page)))


def page_values(page: list[dict[str, Any]], *, more: bool) -> Mapping[str, Any]:
    """What stands around a page, where the contract has it: an empty one has no first and last item."""
    ends = [page[index].get("id") if page else None for index in (0, -1)]
    return {"object": Otherwise("list"), "first_id": ends[0], "last_id": ends[1], "has_more": more}


async def create_batch(service: Service, call: Call) -> ServedAnswer:
    """Begin a batch over an uploaded file; the file itself is checked later."""
    profile, asked = service.profile, read_object(await read_body(call.request))
    operation = service.operation(call)
    required = required_of(operation)
    asked_for = _text(asked, "input_file_id", None if "input_file_id" in required else "file-any")
    file = service.store.files.get(asked_for) or (_made(service, asked_for) if profile.takes_any_file else None)
    if file is None:
        raise Refusal("invalid", f"input_file_id: there is no file {asked_for}")
    if file.purpose != profile.rules.batch_purpose:
        raise Refusal(
            "invalid", f"input_file_id: the file's purpose is {file.purpose}, it must be {profile.rules.batch_purpose}"
        )
    usual = next((one for one in profile.rules.endpoints if one.endswith("/chat/completions")), CHAT)
    endpoint = _text(asked, "endpoint", None if "endpoint" in required else usual)
    if profile.rules.endpoints and endpoint not in profile.rules.endpoints:
        raise Refusal("invalid", f"endpoint must be {' or '.join(profile.rules.endpoints)}")
    window = _text(asked, "completion_window", None if "completion_window" in required else _WINDOW)
    hours = window_hours(window, profile.name)
    if hours is None:
        raise Refusal("invalid", window_offence(window, profile.name) or "")
    metadata = asked.get("metadata")
    if "metadata" in asked and (offence := metadata_offence(metadata, profile.name)):
        raise Refusal("invalid", offence)
    model = _replaced(service, asked)
    check_body(operation, asked)
    now = service.clock.now()
    batch_id, number = service.store.new_batch_id()
    batch = Batch(
        id=profile.batch_id(batch_id),
        number=number,
        endpoint=endpoint,
        input_file_id=asked_for,
        completion_window=window,
        created_at=now,
        expires_at=now + hours * 3600,
        phase=profile.first_phase,
        entered_at=now,
        metadata=metadata,
        file_name=file.filename,
        model=model,
    )
    service.engine.save(batch)
    return service.success(service.show(batch, call), call)


def _made(service: Service, name: str) -> File:
    """A file that nobody uploaded, where the provider's contract has no way to: some requests, under that id."""
    rules = service.profile.rules
    model = (*rules.models, "model")[0]
    endpoint = (*rules.endpoints, CHAT)[0]
    content = b"".join(input_row(number, model, endpoint) for number in range(1, REQUESTS + 1))
    _, number = service.store.new_file_id()
    file = File(
        id=name,
        number=number,
        bytes=len(content),
        created_at=service.clock.now(),
        filename="requests.jsonl",
        purpose=service.profile.rules.batch_purpose,
        lines=REQUESTS,
    )
    path = service.store.work(f"made-{service.next_number()}")
    path.write_bytes(content)
    service.store.save(file, moment=file.created_at, contents={name: path})
    return file


async def retrieve_batch(service: Service, call: Call) -> ServedAnswer:
    """One batch as it is by now."""
    batch_id = _known(service, call)
    await service.engine.settle(batch_id)
    return service.success(service.show(service.store.batches[batch_id], call), call)


async def cancel_batch(service: Service, call: Call) -> ServedAnswer:
    """Stop a batch."""
    batch_id = _known(service, call)
    await service.engine.settle(batch_id)
    before = service.show(service.store.batches[batch_id], call)
    cancelled = service.engine.cancel(batch_id)
    return service.success(before if service.profile.cancel_shows_before else service.show(cancelled, call), call)


def _known(service: Service, call: Call) -> str:
    batch_id = call.parameters["batch_id"]
    if batch_id not in service.store.batches:
        raise Refusal("not_found", batch_id)
    return batch_id


def _text(asked: Mapping[str, Any], name: str, otherwise: str | None) -> str:
    value = asked.get(name, otherwise)
    if not isinstance(value, str) or not value:
        raise Refusal("invalid", f"{name} must be a string that is not empty")
    return value


def _replaced(service: Service, asked: Mapping[str, Any]) -> str | None:
    """The model for every line, where the request can name it: in `replace`, or as `model_id`."""
    body = service.profile.contract.operations["create_batch"].body
    if body is None:
        return None
    if node_at(body, ("replace", "model")) and "replace" in asked:
        replace = asked["replace"]
        model = replace.get("model", "") if isinstance(replace, dict) else None
        if not isinstance(model, str):
            raise Refusal("invalid", "replace must be an object whose model is a string")
        return model or None
    model = asked.get("model_id")
    return model if node_at(body, ("model_id",)) and isinstance(model, str) and model else None
