"""How long a command takes that does next to nothing, beside Python importing click: the time before an answer."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from conformance.contract import load
from conformance.providers import PROVIDERS
from conformance.sample import sample
from scripts.benchmarks.line import Line, best

COMMAND = str(Path(sys.executable).with_name("batch-conformance"))
_LINE = {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions"}
_LATER = ("errors", "request_counts")
"""What a batch need not have yet."""
_BODY = {"model": "m", "messages": [{"role": "user", "content": "x"}]}


def run(*, full: bool) -> Iterator[Line]:
    """Each command in a process of its own, in turns with the import."""
    first = next(one for one in PROVIDERS.values() if not one.client)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in.jsonl").write_text(json.dumps({**_LINE, "body": _BODY}) + "\n", encoding="utf-8")
        (folder / "one.ndjson").write_text(json.dumps(_entry(first.contract, first.base_url)) + "\n", encoding="utf-8")
        commands = {
            ("--help",): 2.5,
            ("rules",): 2.5,
            ("providers",): 2.5,
            ("preflight", "in.jsonl", "--provider", first.name): 2.5,
            ("check", "one.ndjson"): 6.0,
        }
        rivals = [
            _job(folder, sys.executable, "-c", "import click"),
            *(_job(folder, COMMAND, *one) for one in commands),
        ]
        base, *times = best(rivals, turns=15 if full else 5)
        yield Line("python -c 'import click'", base, "s")
        for (words, goal), seconds in zip(commands.items(), times, strict=True):
            yield Line(f"{words[0]}: times as long as importing click", seconds / base, "x", goal, at_most=True)


def _job(folder: Path, *command: str) -> Callable[[], object]:
    return partial(subprocess.run, command, cwd=folder, capture_output=True, check=False)


def _entry(contract: str, base_url: str) -> object:
    """A batch that is right, as HAR has it: what a reader without any drift waits for."""
    answer = load(contract).operations["retrieve_batch"].response(200)
    whole = sample(answer.schema) if answer and answer.schema else {}
    right = {name: value for name, value in whole.items() if name == "created_at" or not name.endswith("_at")}
    body = json.dumps({name: value for name, value in right.items() if name not in _LATER} | {"status": "validating"})
    headers = [{"name": "Authorization", "value": "x"}]
    return {
        "startedDateTime": "2026-01-01T00:00:00Z",
        "request": {"method": "GET", "url": f"{base_url}/batches/batch_1", "headers": headers},
        "response": {"status": 200, "headers": [], "content": {"mimeType": "application/json", "text": body}},
    }
