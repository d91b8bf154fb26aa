"""What a fresh simulator must be brought to before it answers as it did in a run."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from attrs import frozen

from conformance.contract import Operation
from conformance.exchange import Exchange, PayloadPath
from conformance.keys import SIMULATOR_KEY
from conformance.providers import PROVIDERS
from conformance.report.example import SIMULATOR
from conformance.report.reproduce.shell import printed, word
from conformance.sample import value_at

FILE, BATCH = "FILE_ID", "BATCH_ID"
_LISTS: Mapping[str, str] = {"list_batches": BATCH, "list_files": FILE}
_NEVER_MADE = frozenset({401, 403, 404})
"""Statuses that an id has no part in, or that say there is none."""
_FILE_NAME = "requests.jsonl"
_REFUSALS = 400
"""The first status of those that refuse."""
_ITS_ID = """grep -o '"id": *"[^"]*' | head -n 1 | cut -d '"' -f 4"""


@frozen
class Before:
    """Commands, and by the id that they make anew the variable that holds it then."""

    commands: Sequence[str] = ()
    variables: Mapping[str, str] = {}


def before(exchange: Exchange, path: PayloadPath, provider: str) -> Before:
    """What has to be done first; nothing where a fresh server has all that the request, or the place, is about."""
    made, batch = _named(exchange, provider), _answered(exchange)
    if exchange.operation in _LISTS:
        listed = _listed(exchange, path)
        if listed is None or listed.get("id") in _shown_afresh(provider):
            return Before()
        variable, batch = _LISTS[exchange.operation], listed
        return Before([_upload(provider), *(_create(batch, provider) if variable == BATCH else ())])
    if not made:
        return Before()
    return Before([_upload(provider), *(_create(batch, provider) if BATCH in made.values() else ())], made)


def _named(exchange: Exchange, provider: str) -> Mapping[str, str]:
    """The ids in a request that the run had made, each with the variable for it."""
    answer = exchange.answer
    if answer is None or answer.status in _NEVER_MADE:
        return {}
    named = {value: BATCH if name == "batch_id" else FILE for name, value in exchange.path_parameters}
    if exchange.operation == "create_batch" and answer.status < _REFUSALS:  # else it may be the file that is not there
        named |= {one: FILE for one in [_sent(exchange).get("input_file_id")] if isinstance(one, str) and one}
    return {one: variable for one, variable in named.items() if one not in _shown_afresh(provider)}


def _answered(exchange: Exchange) -> Mapping[str, Any]:
    """The object in an answer; of a batch that was cancelled by the request, as it was before."""
    payload = exchange.answer.json if exchange.answer else None
    batch = payload if isinstance(payload, dict) else {}
    if "id" not in batch:  # it may come in an envelope
        batch = next((one for one in batch.values() if isinstance(one, dict) and "id" in one), batch)
    if exchange.operation != "cancel_batch":
        return batch
    return {name: value for name, value in batch.items() if name != "status" and not name.startswith("cancel")}


def _listed(exchange: Exchange, path: PayloadPath) -> Mapping[str, Any] | None:
    """The item of a list that a path leads into."""
    level = next((level for level, step in enumerate(path) if isinstance(step, int)), None)
    try:
        payload = exchange.answer.json if exchange.answer else None
        item = None if level is None else value_at(payload, path[: level + 1])
    except LookupError:
        return None
    return item if isinstance(item, dict) else None


@cache
def _shown_afresh(provider: str) -> frozenset[str]:
    """The ids that a fresh server knows."""
    from conformance.simulator import PROFILES  # noqa: PLC0415 - only a run of a simulator needs it

    exhibits = PROFILES[provider].exhibits()
    return frozenset({*(one.id for one in exhibits.batches), *(one.id for one in exhibits.files)})


def _sent(exchange: Exchange) -> Mapping[str, Any]:
    try:
        body = orjson.loads(exchange.request.body or b"")
    except orjson.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _url(operation: Operation, provider: str) -> str:
    from conformance.simulator import PROFILES  # noqa: PLC0415 - likewise

    return f"{SIMULATOR}{PROFILES[provider].contract.base_path}{operation.path}"


def authorization(provider: str, key: str = SIMULATOR_KEY) -> str:
    """The option that gives a simulator a key."""
    name, value = PROVIDERS[provider].authorization(key)
    return f'-H "{name}: {value}"'


def _upload(provider: str) -> str:
    """Upload a file of one line; the server that has no upload takes any id."""
    from conformance.simulator import PROFILES  # noqa: PLC0415 - likewise
    from conformance.simulator.rows import input_row  # noqa: PLC0415 - likewise

    profile = PROFILES[provider]
    operation = profile.contract.operations.get("upload_file")
    if operation is None:
        return f"{FILE}=file-1"
    endpoint = next((one for one in profile.rules.endpoints if one.endswith("/chat/completions")), "")
    row = input_row(1, (*profile.rules.models, "model")[0], *([endpoint] if endpoint else []))
    form = " ".join(f"-F {word(f'{name}={value}')}" for name, value in _fields(operation, profile.rules.batch_purpose))
    curl = f"curl -s {_url(operation, provider)} {authorization(provider)} {form}"
    return f"{FILE}=$({printed(row)} | {curl} | {_ITS_ID})"


def _fields(operation: Operation, purpose: str) -> Iterator[tuple[str, str]]:
    """The fields of an upload that are required, with what fits; the file is piped in."""
    node = {} if operation.body is None else operation.body.node(operation.body.place(()))
    asked = node.get("required", ())
    yield "purpose", purpose
    yield from ((name, _FILE_NAME) for name in asked if name not in {"purpose", "file"})
    yield "file", f"@-;filename={_FILE_NAME}"


def _create(batch: Mapping[str, Any], provider: str) -> Iterator[str]:
    """Create a batch like the one that was answered, and let as much time pass as it had seen."""
    from conformance.simulator import PROFILES  # noqa: PLC0415 - likewise

    operation = PROFILES[provider].contract.operations.get("create_batch")
    if operation is None:
        return
    kept = {name: batch[name] for name in ("endpoint", "completion_window") if isinstance(batch.get(name), str)}
    body = orjson.dumps({"input_file_id": f"<{FILE}>", **kept}).decode()
    data = f"-H 'Content-Type: application/json' -d {word(body, {f'<{FILE}>': FILE})}"
    curl = f"curl -s {_url(operation, provider)} {authorization(provider)} {data}"
    yield f"{BATCH}=$({curl} | {_ITS_ID})"
    moments = _moments(batch) or [0]
    begun, ended = min(moments), max(moments)
    if str(batch.get("status")).lower().startswith("cancel"):
        cancelled = _moment(batch.get("cancelling_at")) or ended
        yield from _wait(cancelled - begun, provider)
        cancel = PROFILES[provider].contract.operations["cancel_batch"]
        url = _url(cancel, provider).replace("{batch_id}", f"<{BATCH}>")
        yield f"curl -s -o /dev/null -X {cancel.method} {word(url, {f'<{BATCH}>': BATCH})} {authorization(provider)}"
        begun = cancelled
    yield from _wait(ended - begun, provider)


def _wait(seconds: int, provider: str) -> Iterator[str]:
    """Let time pass, if any has."""
    if seconds > 0:
        data = word(orjson.dumps({"seconds": seconds}).decode())
        yield f"curl -s -o /dev/null -X POST {SIMULATOR}/_control/advance {authorization(provider)} -d {data}"


def _moments(batch: Mapping[str, Any]) -> list[int]:
    """When something happened to a batch, from its creation to the last, in seconds since the epoch."""
    times = [value for name, value in batch.items() if name.endswith("_at") and name != "expires_at"]
    return [moment for value in times if (moment := _moment(value)) > 0]


def _moment(value: object) -> int:
    """Of seconds, or a time as ISO 8601 has it; 0 for anything else."""
    if isinstance(value, str):
        try:
            return int(datetime.fromisoformat(value).timestamp())
        except ValueError:
            return 0
    return value if isinstance(value, int) else 0
