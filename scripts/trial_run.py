"""The part of a trial that runs in a process of its own: what a user of the client would do first, each thing once.

`python -m scripts.trial_run PROVIDER`; the last line says what failed, and the exit code is 1.
"""

import json
import pkgutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

import click
import httpx
from batch_client.face import SyncFace

from conformance.contract import Contract, Operation, load
from conformance.providers import PROVIDERS
from conformance.sample import sample
from conformance.simulator import Simulator

SPEED = 1_000_000
"""Virtual seconds a real one."""
_LINE = {
    "custom_id": "trial",
    "method": "POST",
    "url": "/v1/chat/completions",
    "body": {"model": "m", "messages": [{"role": "user", "content": "hello"}]},
}


class TrialError(Exception):
    """The client does not do what it is for; the message is one line."""


def main(name: str) -> int:
    """Try the client of a provider; returns the exit code."""
    provider = PROVIDERS[name]
    for step, do in _steps(str(provider.client), name, load(str(provider.contract))):
        try:
            do()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the trial is for
            click.echo(f"{step}: {type(error).__name__}: {' '.join(str(error).split())}")
            return 1
    return 0


def _steps(package: str, name: str, contract: Contract) -> Iterator[tuple[str, Callable[[], None]]]:
    yield "imported", partial(import_all, package)
    for operation in contract.operations.values():
        yield operation.name, partial(read_samples, package, operation)
    yield "a batch's life", partial(_live, package, name, contract)


def import_all(package: str) -> None:
    """Import a package and everything in it."""
    for found in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
        import_module(found.name)


def read_samples(package: str, operation: Operation) -> None:
    """Each documented answer is read, and a success without drift; whoever generated it reads the same contract."""
    record = import_module(f"{package}._provider").PROVIDER
    errors = import_module("batch_client")
    for status, documented in operation.responses.items():
        if documented.schema is None or not status.isdecimal():
            continue
        body = sample(documented.schema)
        if not documented.schema.validator.is_valid(body):
            continue  # nothing finite conforms to a schema that requires itself
        response = httpx.Response(int(status), json=body, request=httpx.Request(operation.method, "https://x.invalid/"))
        try:
            found = record.read(operation.name, response)
        except errors.StatusError:
            if status.startswith("2"):
                raise
            continue
        if found.drift:
            raise TrialError(f"{status}: {found.drift[0]} in {json.dumps(body, ensure_ascii=False)[:200]}")
        if found.to_dict() != body:
            raise TrialError(f"{status}: {json.dumps(body, ensure_ascii=False)[:200]} does not come back whole")


def _live(package: str, name: str, contract: Contract) -> None:
    faces = import_module(f"{package}._batches")
    face = next(one for one in vars(faces).values() if isinstance(one, type) and one.__bases__[0] is SyncFace)
    with tempfile.TemporaryDirectory() as folder, Simulator(name, speed=SPEED) as simulator:
        requests, results = Path(folder) / "requests.jsonl", Path(folder) / "results.jsonl"
        requests.write_text(json.dumps(_LINE) + "\n", encoding="utf-8")
        with face(api_key=simulator.key, base_url=simulator.base_url) as batches:
            listed = next(iter(batches.list()), None)
            if not {"upload_file", "create_batch", "retrieve_batch", "file_content"} <= set(contract.operations):
                return
            file = batches.upload(requests)
            batch = batches.create(input_file_id=file.id)
            batch = batches.wait(batch.id, timeout=30, interval=0.01)
            batches.download(batch, results)
            read = [result.custom_id for result in batches.results(batch)]
            if read != ["trial"]:
                raise TrialError(f"results of {_LINE['custom_id']}: {read}")
            if listed is None or results.read_text(encoding="utf-8").count("trial") != 1:
                raise TrialError("what was listed and downloaded is not what is there")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
