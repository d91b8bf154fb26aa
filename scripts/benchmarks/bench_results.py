"""Results held against their input, beside the barest loop that parses both once: in order, and in any."""

import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import orjson

from conformance.results import ResultsOptions, results
from scripts.benchmarks.line import Line, best
from scripts.benchmarks.subject import SUBJECT

SIZES = {"400 B": 400, "2 kB": 2000}
MEMORY = 200.0
"""MB at most, for a gigabyte against a gigabyte."""
_MEASURE = (
    "import resource, sys; from conformance.results import ResultsOptions, results; "
    "results(ResultsOptions([sys.argv[1]], sys.argv[2], sys.argv[3])); "
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
)


def run(*, full: bool) -> Iterator[Line]:
    """All of it, on files in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
        for words, size in SIZES.items():
            count = 30_000_000 // size
            write(source, output, count, size)
            yield from _compared(source, output, f"results, lines of {words}")
            write(source, output, count, size, shuffled=True, failing=0.02)
            yield from _compared(source, output, f"results, lines of {words} in any order, 2 % failed")
        total = 1_000_000_000 if full else 100_000_000
        write(source, output, total // 400, 400, shuffled=True, failing=0.02)
        options = (str(output), str(source), SUBJECT.name)
        done = subprocess.run([sys.executable, "-c", _MEASURE, *options], capture_output=True, text=True, check=True)  # noqa: S603 - our own arguments
        yield Line(
            f"results, memory for {total // 1_000_000} MB against as much",
            float(done.stdout),
            "MB",
            MEMORY,
            at_most=True,
        )


def _compared(source: Path, output: Path, words: str) -> Iterator[Line]:
    options = ResultsOptions([str(output)], str(source), SUBJECT.name)
    bare, ours = best([partial(_bare, source, output), partial(results, options)], turns=3)
    yield Line(f"{words}: speed, the barest loop being 1", bare / ours, "×", 0.5)


def _bare(*files: Path) -> int:
    """Read each line of both as JSON, and do nothing with it."""
    lines = 0
    for file in files:
        with file.open("rb") as stream:
            lines += sum(1 for line in stream if orjson.loads(line))
    return lines


def write(source: Path, output: Path, count: int, size: int, *, shuffled: bool = False, failing: float = 0.0) -> None:
    """Requests and their results, in lines of about a length."""
    chance = random.Random(1)  # noqa: S311 - the same bytes each time are the point
    order = [*range(count)]
    with source.open("wb") as stream:
        for number in order:
            message = {"role": "user", "content": "x" * max(0, size - 140)}
            body = {"model": "m", "messages": [message]}
            url = "/v1/chat/completions"
            stream.write(orjson.dumps({"custom_id": f"r{number}", "method": "POST", "url": url, "body": body}) + b"\n")
    if shuffled:
        chance.shuffle(order)
    with output.open("wb") as stream:
        for number in order:
            stream.write(_result(number, size, failed=chance.random() < failing) + b"\n")


def _result(number: int, size: int, *, failed: bool) -> bytes:
    message = {"role": "assistant", "content": "x" * max(0, size - 350)}
    good = {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": 1_763_600_000,
        "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12},
    }
    body = {"error": {"message": "no", "type": "rate_limit_reached_error"}} if failed else good
    response = {"status_code": 429 if failed else 200, "request_id": f"req_{number}", "body": body}
    return orjson.dumps({"id": f"b_{number}", "custom_id": f"r{number}", "response": response, "error": None})
