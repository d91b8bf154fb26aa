"""How the files of a batch can be wrong: hooks that change the lines of results on their way out."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from attrs import evolve

from conformance.simulator.answer import Call, ServedAnswer
from conformance.simulator.fault_hooks import Hook, HookContext, Next
from conformance.simulator.profile import Json
from conformance.simulator.rows import line

_Lines = Sequence[bytes]


def output(change: Callable[[_Lines], _Lines]) -> Hook:
    """Change the lines of output files; those of error files stay as they are."""

    async def hook(call: Call, proceed: Next, moment: HookContext) -> ServedAnswer:
        answer = await proceed(call)
        file = call.parameters.get("file_id")
        is_output = any(file == batch.output_file_id for batch in moment.service.store.batches.values())
        if not answer.success or not is_output or answer.raw is None:
            return answer
        content = answer.raw if isinstance(answer.raw, bytes) else answer.raw.read_bytes()
        return evolve(answer, raw=b"".join(change(content.splitlines(keepends=True))))

    return hook


def first(change: Callable[[Json], Json]) -> Hook:
    """Change the first line of an output file."""
    return output(lambda lines: [line(change(orjson.loads(lines[0]))), *lines[1:]])


def cut(lines: _Lines) -> _Lines:
    """The last line ends in the middle."""
    return [*lines[:-1], lines[-1][: len(lines[-1]) // 2]]


def doubled(lines: _Lines) -> _Lines:
    """The first line comes twice."""
    return [lines[0], *lines]


def missing(lines: _Lines) -> _Lines:
    """The last line does not come."""
    return lines[:-1]


def nameless(row: Json) -> Json:
    """Nobody can say which request it is of."""
    return {name: value for name, value in row.items() if name != "custom_id"}


def foreign(row: Json) -> Json:
    """It is of a request that nobody made."""
    return row | {"custom_id": "request-elsewhere"}


def responding(status: int, body: Any) -> Callable[[Json], Json]:
    """A line with another response."""
    return lambda row: row | {"response": {"status_code": status, "request_id": "", "body": body}}


def uncounted(batch: Json) -> Json:
    """What failed is counted as completed."""
    counts = batch.get("request_counts")
    if not counts or not batch.get("error_file_id"):
        return batch
    return batch | {"request_counts": counts | {"completed": counts["total"], "failed": 0}}


async def expiring(call: Call, proceed: Next, moment: HookContext) -> ServedAnswer:
    """A new batch has so short a time that it expires when half of its requests are answered."""
    answer = await proceed(call)
    service = moment.service
    newest = next(service.store.newest_batches(None), None)
    if call.operation != "create_batch" or not answer.success or newest is None:
        return answer
    phases, phase, seconds = service.profile.phases, newest.phase, service.engine.work_seconds // 2
    while not phases[phase].works and phases[phase].then:
        seconds += phases[phase].seconds or 0
        phase = phases[phase].then or phase
    batch = evolve(newest, expires_at=newest.created_at + seconds)
    service.engine.save(batch)
    return service.success(service.show(batch, call), call)
