"""Which model a probe may name: asked for, or learnt from what the account has used before, or documented."""

from collections.abc import Iterator

import orjson

from conformance.suite.asking import rules_of
from conformance.suite.probe import Probe, is_success

NO_MODEL = "no model is known; name one with --model"
MAX_INPUTS = 2
"""Input files of earlier batches that are looked into."""
MAX_NAME = 200


def find_model(probe: Probe) -> str | None:
    """The model to name where a batch is made, from the best source there is; None where there is none."""
    if probe.model is None:
        probe.model = next(iter(_learnt(probe)), None) or next(iter(rules_of(probe.contract).models), None)
    return probe.model


def _learnt(probe: Probe) -> Iterator[str]:
    """What earlier batches of the account were made with: in the first line of their input, if that is still there."""
    content = probe.operation("file_content", groundwork=True)
    if content is None:
        return
    there = set(probe.files)
    inputs = [file for file in dict.fromkeys(probe.inputs) if file in there or not there]
    for file in inputs[:MAX_INPUTS]:
        exchange = probe.ask(content, path={"file_id": file})
        if is_success(exchange) and exchange.answer is not None:
            yield from _of_line(exchange.answer.body.lstrip().partition(b"\n")[0])


def _of_line(line: bytes) -> Iterator[str]:
    try:
        parsed = orjson.loads(line)
    except orjson.JSONDecodeError:
        return
    body = parsed.get("body") if isinstance(parsed, dict) else None
    model = body.get("model") if isinstance(body, dict) else None
    if isinstance(model, str) and 0 < len(model) <= MAX_NAME:
        yield model
