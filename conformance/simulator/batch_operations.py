"""The operations on batches, as every provider has them; its profile says where it differs."""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

import orjson

from conformance.input_rules import RULES, metadata_offence, window_hours, window_offence
from conformance.simulator.answer import Answer, Call
from conformance.simulator.body import read_body
from conformance.simulator.lifecycle import Batch
from conformance.simulator.profile import Json, Refusal
from conformance.simulator.service import Service


async def list_batches(service: Service, call: Call) -> Answer:
    """A page, newest first.

    A cursor is a place in the list: after an id that is no batch's nothing comes, so the page is empty (no provider
    documents a refusal).
    An empty page has no first_id and last_id: nothing has those ids, and no provider requires them.
    """
    rules = service.profile.batches
    limit = page_limit(call.query.get("limit"), rules.default_limit)
    await service.engine.settle_all()
    # One more than asked for tells whether there are more.
    batches = list(islice(service.store.newest_batches(call.query.get("after")), limit + 1))
    page = [service.show(batch, call) for batch in batches[:limit]]
    body: Json = {"object": "list", "data": page}
    if rules.has_cursors and page:
        body |= {"first_id": page[0]["id"], "last_id": page[-1]["id"]}
    return Answer(200, body | {"has_more": len(batches) > limit})


def page_limit(text: str | None, default: int) -> int:
    """The number of items asked for; below 1 there is no page.

    Raises:
        Refusal: it is not an integer of at least 1.
    """
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) < 1:
        raise Refusal("invalid", "limit must be an integer of at least 1")
    return int(text)


async def create_batch(service: Service, call: Call) -> Answer:
    """Begin a batch over an uploaded file; the file itself is checked later."""
    provider, asked = service.profile.name, _object(await read_body(call.request))
    file = service.store.files.get(_text(asked, "input_file_id"))
    if file is None:
        raise Refusal("invalid", f"input_file_id: there is no file {asked['input_file_id']}")
    if file.purpose != "batch":
        raise Refusal("invalid", f"input_file_id: the file's purpose is {file.purpose}, it must be batch")
    if _text(asked, "endpoint") != RULES[provider].endpoint:
        raise Refusal("invalid", f"endpoint must be {RULES[provider].endpoint}")
    window = _text(asked, "completion_window")
    hours = window_hours(window, provider)
    if hours is None:
        raise Refusal("invalid", window_offence(window, provider) or "")
    metadata = asked.get("metadata")
    if "metadata" in asked and (offence := metadata_offence(metadata, provider)):
        raise Refusal("invalid", offence)
    now = service.clock.now()
    batch_id, number = service.store.new_batch_id()
    batch = Batch(
        id=batch_id,
        number=number,
        endpoint=asked["endpoint"],
        input_file_id=file.id,
        completion_window=window,
        created_at=now,
        expires_at=now + hours * 3600,
        phase=service.profile.first_phase,
        entered_at=now,
        metadata=metadata,
        file_name=file.filename,
        model=_replaced(asked) if service.profile.batches.replaces_model else None,
    )
    service.engine.save(batch)
    return Answer(200, service.show(batch, call))


async def retrieve_batch(service: Service, call: Call) -> Answer:
    """One batch as it is by now."""
    batch_id = _known(service, call)
    await service.engine.settle(batch_id)
    return Answer(200, service.show(service.store.batches[batch_id], call))


async def cancel_batch(service: Service, call: Call) -> Answer:
    """Stop a batch."""
    batch_id = _known(service, call)
    await service.engine.settle(batch_id)
    before = service.show(service.store.batches[batch_id], call)
    cancelled = service.engine.cancel(batch_id)
    return Answer(200, before if service.profile.batches.cancel_shows_before else service.show(cancelled, call))


def _known(service: Service, call: Call) -> str:
    batch_id = call.parameters["batch_id"]
    if batch_id not in service.store.batches:
        raise Refusal("not_found", batch_id)
    return batch_id


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Refusal("invalid", "the body must be JSON") from None
    if not isinstance(value, dict):
        raise Refusal("invalid", "the body must be a JSON object")
    return value


def _text(asked: Mapping[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal("invalid", f"{name} must be a string that is not empty")
    return value


def _replaced(asked: Mapping[str, Any]) -> str | None:
    if "replace" not in asked:
        return None
    replace = asked["replace"]
    model = replace.get("model", "") if isinstance(replace, dict) else None
    if not isinstance(model, str):
        raise Refusal("invalid", "replace must be an object whose model is a string")
    return model or None
