"""A provider's server from its contract: OpenAI's lifecycle in the documented fields, statuses, errors and paths."""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from attrs import evolve

from conformance.contract import Contract, Operation
from conformance.input_rules import RULES
from conformance.schema import PayloadSchema, sent_values
from conformance.simulator import exhibits, troubles
from conformance.simulator.answer import ServedAnswer
from conformance.simulator.described import has_fields, node_at, object_with
from conformance.simulator.lifecycle import Batch, Phase, Phases
from conformance.simulator.profile import File, Json, Profile
from conformance.simulator.shape import Otherwise, Timestamp, Troubles, filled, shaped, unshaped
from conformance.simulator.troubles import WORDS, Trouble, Words

PHASES: Phases = MappingProxyType(
    {
        # OpenAI's statuses; how long each lasts is said nowhere.
        "validating": Phase("validating", 30, "in_progress", inspects=True, expires=True, cancellable=True),
        "in_progress": Phase(
            "in_progress", None, "finalizing", "in_progress_at", works=True, expires=True, cancellable=True
        ),
        "finalizing": Phase("finalizing", 60, "completed", "finalizing_at", cancellable=True),
        "completed": Phase("completed", stamp="completed_at", publishes=True),
        "failed": Phase("failed", stamp="failed_at"),
        "expired": Phase("expired", stamp="expired_at", publishes=True),  # what is done is kept
        "cancelling": Phase("cancelling", 30, "cancelled", "cancelling_at"),
        "cancelled": Phase("cancelled", stamp="cancelled_at", publishes=True),  # likewise
    }
)

_OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    "validating": ("queued", "in_queue", "pending", "created", "in_progress", "progress", "running", "processing"),
    "in_progress": ("progress", "running", "processing", "started"),
    "finalizing": ("finalising", "in_progress", "progress", "running", "processing"),
    "completed": ("succeeded", "success", "done", "finished", "ended"),
    "failed": ("error", "errored", "expired", "cancelled", "canceled"),
    "expired": ("timeout", "timed_out", "failed", "error"),
    "cancelling": ("canceling", "cancelled", "canceled"),
    "cancelled": ("canceled", "failed", "error"),
}
"""What a status may be called where it is not called as at OpenAI, or what stands for it where there is none."""

_TIMES = (
    *("in_progress_at", "finalizing_at", "completed_at", "failed_at"),
    *("expired_at", "cancelling_at", "cancelled_at"),
)
_ALSO: Mapping[str, str] = {"job_deadline": "expires_at", "model_id": "model", "input_file_name": "file_name"}
"""What other fields say, by the name that OpenAI has for it or would have."""
_ONE = ("create_batch", "retrieve_batch", "cancel_batch", "upload_file", "retrieve_file", "delete_file")
_OTHERS: Mapping[str, tuple[str, ...]] = {
    "list_batches": ("retrieve_batch", "create_batch", "cancel_batch"),
    "list_files": ("retrieve_file", "upload_file"),
}
"""Lists, and who else describes their items."""
_LISTS = tuple(_OTHERS)
_USUAL = ("data",)
"""Where the items stand in a list of which nothing is documented."""
_LEAST = (
    *("id", "object", "endpoint", "input_file_id", "completion_window", "status", "output_file_id", "error_file_id"),
    *("created_at", "request_counts", "bytes", "filename", "purpose"),
)
"""What is shown of a batch or file of which nothing is documented, as OpenAI has it."""


def documented(name: str, contract: Contract) -> Profile:
    """The server of a provider with that contract."""
    batches = _items(contract, "retrieve_batch", "list_batches", "create_batch", "cancel_batch")
    files = _items(contract, "retrieve_file", "list_files", "upload_file")
    purposes = _enum(_request(contract, "upload_file"), "purpose")
    batch_purpose = RULES[name].batch_purpose
    shown_purposes = _enum(files, "purpose") if files else ()
    profile = Profile(
        name=name,
        contract=contract,
        rules=RULES[name],
        phases=phases(_statuses(batches)),
        first_phase="validating",
        refuse=refusing(contract, WORDS),
        batch=lambda batch, phase, call: _core(contract, call.operation, batch_values(batch, phase)),
        file=lambda file, call: _core(contract, call.operation, file_values(file)),
        answer=lambda operation, core, values: _answer(contract, places, operation, core, values),
        places=(places := _places(contract)),
        exhibits=lambda: exhibits.one_of_each(profile),
        batch_id=_as_uuid if batches and node_at(batches[0], (*batches[1], "id")).get("format") == "uuid" else str,
        purposes=frozenset(purposes) or None,
        result_purpose=next(
            (one for one in shown_purposes if one.lower().startswith("batch") and one != batch_purpose), batch_purpose
        ),
        content_type=_content_type(contract),
    )
    return profile


def phases(statuses: tuple[str, ...]) -> Phases:
    """The lifecycle in the words of a closed list of statuses; in OpenAI's where there is none."""
    if not statuses:
        return PHASES
    spelt = {one.lower(): one for one in statuses}

    def word(name: str) -> str:
        return next((spelt[one] for one in (name, *_OTHER_WORDS[name]) if one in spelt), statuses[-1])

    return MappingProxyType({name: evolve(phase, status=word(name)) for name, phase in PHASES.items()})


def refusing(contract: Contract, words: Mapping[Trouble, Words]) -> Any:
    """How troubles are told in a contract's forms and in these words."""

    def refuse(operation: Operation | None, trouble: Trouble, detail: str) -> ServedAnswer:
        return ServedAnswer(
            troubles.status(operation, trouble), troubles.body(contract, operation, trouble, words[trouble], detail)
        )

    return refuse


def batch_values(batch: Batch, phase: Phase) -> Json:
    """What there is to say of a batch, by the names of fields."""
    numbers = {"total": batch.total, "completed": batch.completed, "failed": batch.failed}
    times = {name: Timestamp(at) for name, at in batch.stamps.items()}
    said: Json = {
        "id": batch.id,
        "object": Otherwise("batch"),
        "endpoint": batch.endpoint,
        "errors": Troubles(_trouble(text) for text in batch.errors) if batch.errors else None,
        "error": "; ".join(batch.errors) or None,
        "input_file_id": batch.input_file_id,
        "completion_window": batch.completion_window,
        "status": phase.status,
        "output_file_id": batch.output_file_id if phase.publishes else None,
        "error_file_id": batch.error_file_id if phase.publishes else None,
        "created_at": Timestamp(batch.created_at),
        "expires_at": Timestamp(batch.expires_at),
        **{name: times.get(name) for name in _TIMES},
        "request_counts": {"numbers": numbers, "empty": {}, "null": None}[phase.counts],
        **numbers,
        "progress": 100 * batch.processed / batch.total if batch.total else 0,
        "metadata": batch.metadata,
        "model": batch.model,
        "file_name": batch.file_name,
    }
    return said | {name: said[known] for name, known in _ALSO.items()}


_OFFENCE = re.compile(r"line ([0-9]+): .* \[(?:[a-z-]+, )?([a-z_-]+)\]|.*\[[a-z-]+, ([a-z_]+)\]", re.DOTALL)
"""An offence as text: its line, and what the provider's server calls it, or we do."""


def _trouble(text: str) -> Json:
    found = _OFFENCE.fullmatch(text)
    line, code, other = found.groups() if found else (None, None, None)
    told = other or (code if code and "_" in code else None)
    return {"code": told or "invalid_request", "message": text, "param": None, "line": int(line) if line else None}


def file_values(file: File) -> Json:
    """What there is to say of a file, by the names of fields."""
    return {
        "id": file.id,
        "object": Otherwise("file"),
        "bytes": file.bytes,
        "created_at": Timestamp(file.created_at),
        "createdAt": Timestamp(file.created_at),
        "filename": file.filename,
        "purpose": file.purpose,
        "deleted": True,
        "line_count": file.lines or 0,
        "LineCount": file.lines or 0,
    }


@cache
def _success(operation: Operation) -> PayloadSchema | None:
    response = operation.response(operation.success_status)
    return response.schema if response else None


def _request(contract: Contract, name: str) -> tuple[PayloadSchema, tuple[str, ...]] | None:
    operation = contract.operations.get(name)
    return (operation.body, ()) if operation and operation.body else None


def _items(contract: Contract, *names: str) -> tuple[PayloadSchema, tuple[str, ...]] | None:
    """Where the first of some operations that describes a batch or a file does."""
    for name in names:
        operation = contract.operations.get(name)
        schema = _success(operation) if operation else None
        if schema is not None:
            steps = (*_place(name, schema), *(["*"] if name in _LISTS else []))
            if has_fields(schema, steps):
                return schema, steps
    return None


@cache
def _place(name: str, schema: PayloadSchema) -> tuple[str, ...]:
    if name in _LISTS:
        found = schema.list_place()
        return _USUAL if found is None else found
    return object_with(schema, "id") or ()


def _places(contract: Contract) -> Mapping[str, tuple[str, ...]]:
    found = {}
    for name in (*_ONE, *_LISTS):
        schema = _success(contract.operations[name]) if name in contract.operations else None
        found[name] = _place(name, schema) if schema else ()
    return MappingProxyType(found)


def _enum(place: tuple[PayloadSchema, tuple[str, ...]] | None, name: str) -> tuple[str, ...]:
    node = node_at(place[0], (*place[1], name)) if place else {}
    return tuple(one for one in node.get("enum", ()) if isinstance(one, str))


def _statuses(batches: tuple[PayloadSchema, tuple[str, ...]] | None) -> tuple[str, ...]:
    """The statuses that are documented: of a closed list, or those that are known to be sent."""
    if batches is None:
        return ()
    known = sent_values(node_at(batches[0], (*batches[1], "status")))
    return _enum(batches, "status") or tuple(str(value) for _, value in known)


def _content_type(contract: Contract) -> str:
    operation = contract.operations.get("file_content")
    media = sorted(operation.answers) if operation else []
    first = next(iter(media), "application/octet-stream")
    if "*" in first:
        return "application/octet-stream"
    return f"{first}; charset=utf-8" if first.startswith("text/") else first


def _as_uuid(text: str) -> str:
    return str(uuid5(NAMESPACE_URL, text))


def _core(contract: Contract, name: str, values: Mapping[str, Any]) -> Json:
    """What an operation shows of a batch or file; items that a list does not describe are those of others."""
    described = _items(contract, name, *(_OTHERS[name] if name in _LISTS else ()))
    if described is None:
        least = ("id", "object", "deleted") if name == "delete_file" else _LEAST
        return {key: unshaped(values[key]) for key in least if key in values}
    shown: Json = filled(*described, values)
    return shown


def _answer(
    contract: Contract, places: Mapping[str, tuple[str, ...]], name: str, core: Any, values: Mapping[str, Any]
) -> ServedAnswer:
    operation = contract.operations[name]
    schema = _success(operation)
    code = operation.success_status
    if schema is None and operation.successes and not operation.answers:
        return ServedAnswer(code, raw=b"", media_type=None)
    return ServedAnswer(code, core if schema is None else shaped(schema, places[name], core, values))
