"""`check` on recorded traffic against the barest loop that could judge it, Schemathesis and Redocly's `drift`."""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec
import orjson

from conformance import contract
from conformance.checks.body_types import body_types
from conformance.outcome import Result
from conformance.recording.har import parse
from conformance.specs import specs_dir
from conformance.traffic import CheckOptions, check
from scripts.benchmarks.chart import Chart, draw
from scripts.benchmarks.generate import Traffic, write
from scripts.benchmarks.line import Line, best
from scripts.benchmarks.peers import from_npm
from scripts.benchmarks.subject import SUBJECT

PART = 1000
"""Exchanges that Schemathesis gets."""
REDOCLY = "@redocly/cli@2.77.0"
PICTURE = Path(__file__).parents[2] / "docs" / "recorded-traffic.svg"
SHARES = ((0.0, "conforming", 1.0), (0.01, "1 % drifted", 0.9), (1.0, "every body drifted", 0.3))
"""The share of bodies that drift, and the speed to reach, the barest loop being 1."""
MEMORY = 150.0
"""MB at most, whatever the size of the file."""


def run(*, full: bool) -> Iterator[Line]:
    """All of it, on files in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        files = {share: write(Path(folder) / f"{share}.ndjson", Traffic(4000, share=share)) for share, _, _ in SHARES}
        check(_options(files[1.0]))  # start-up is left out: contracts are read, clients imported
        for share, words, goal in SHARES:
            bare, ours = best([partial(_bare, files[share]), partial(check, _options(files[share]))])
            yield Line(f"one process, {words}: speed, the barest loop being 1", bare / ours, "×", goal)
        bare, decoded = best([partial(_bare, files[0.0]), partial(_decoded, files[0.0])])
        yield Line("  of which entries and bodies are only decoded, in the same measure", bare / decoded, "×")
        yield from _schemathesis(files)
        yield from _redocly(files[0.01])
        large = write(Path(folder) / "large.ndjson", Traffic(160_000 if full else 24_000))
        yield from _processes(large)
        yield from _memory(Path(folder), large)
        yield from _growth(Path(folder))


def _options(file: Path, jobs: int = 1) -> CheckOptions:
    return CheckOptions((str(file),), (SUBJECT.contract,), jobs=jobs, known=None)


def _bare(file: Path) -> int:
    """The practical limit: read a line, load the entry, load the body, ask whether it is valid."""
    response = contract.load(SUBJECT.contract).operations["list_batches"].response(200)
    assert response is not None
    assert response.schema is not None
    validator = response.schema.validator
    with file.open("rb") as stream:
        return sum(
            validator.is_valid(orjson.loads(orjson.loads(line)["response"]["content"]["text"])) for line in stream
        )


def _decoded(file: Path) -> None:
    """What comes before any judging: read a line, and decode entry and body as `check` does."""
    operation = contract.load(SUBJECT.contract).operations["list_batches"]
    response = operation.response(200)
    assert response is not None
    assert response.schema is not None
    decode = msgspec.json.Decoder(body_types(operation, response.schema).body).decode
    with file.open("rb") as stream:
        for line in stream:
            answer = parse(line).answer
            assert answer is not None
            decode(answer.body)


def _schemathesis(files: Mapping[float, Path]) -> Iterator[Line]:
    """Schemathesis validates a response together with the case that it answers; the check that sends is left out."""
    import httpx  # noqa: PLC0415 - only here
    import schemathesis  # noqa: PLC0415 - slow to import
    from schemathesis.specs.openapi.checks import ignored_auth  # noqa: PLC0415 - likewise

    operation = schemathesis.openapi.from_path(specs_dir() / f"{SUBJECT.contract}.yaml")["/v1/batches"]["GET"]
    case = operation.Case(method="GET", query={"limit": 20}, headers={"Authorization": "Bearer <key>"})
    for share, words, _ in SHARES:
        part = _head(files[share], PART)
        seen: set[str] = set()

        def validate(part: Path = part, seen: set[str] = seen) -> None:
            for line in part.read_bytes().splitlines():
                entry = orjson.loads(line)
                content = entry["response"]["content"]
                response = httpx.Response(
                    200,
                    content=content["text"].encode(),
                    headers={"content-type": content["mimeType"]},
                    request=httpx.Request("GET", entry["request"]["url"], headers=case.headers),
                )
                response.elapsed = timedelta(milliseconds=entry["time"])
                try:
                    case.validate_response(response, excluded_checks=[ignored_auth])
                except BaseException as failures:  # noqa: BLE001 - a group of its breaches, whatever their class
                    seen.update(type(one).__name__ for one in getattr(failures, "exceptions", [failures]))

        theirs, ours, bare = best([validate, partial(check, _options(part)), partial(_bare, part)], turns=3)
        yield Line(f"{words}: speed, Schemathesis's validation of responses being 1", theirs / ours, "×")
        yield Line("  the barest loop in the same measure", theirs / bare, "×")
        yield Line(f"  found by Schemathesis: {', '.join(sorted(seen)) or 'nothing'}")
        yield Line(f"  found by check:        {_found(check(_options(part)))}")


def _head(file: Path, exchanges: int) -> Path:
    """The first of a recording's exchanges as a recording."""
    part = file.with_name(f"{exchanges}-of-{file.name}")
    with file.open("rb") as stream:
        part.write_bytes(b"".join(stream.readline() for _ in range(exchanges)))
    return part


def _redocly(file: Path) -> Iterator[Line]:
    """Redocly CLI reads HAR documents; start-up, which is that of a document with one entry, is left out."""
    tool = from_npm(REDOCLY, "redocly")
    if tool is None:
        yield Line("Redocly CLI cannot be installed here (npm): its drift is not compared")
        return
    found: list[bytes] = []

    def seconds(part: Path) -> float:
        document = part.with_suffix(".har")
        lines = part.read_bytes().splitlines()
        document.write_bytes(
            b'{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":[%s]}}' % b",".join(lines)
        )
        options = (
            "--api",
            str(specs_dir() / f"{SUBJECT.contract}.yaml"),
            "--match-mode",
            "basepath",
            "--format",
            "json",
        )
        start = time.perf_counter()
        done = subprocess.run([tool, "drift", str(document), *options], capture_output=True, check=False)  # noqa: S603 - our own arguments
        found.append(done.stdout)
        return time.perf_counter() - start

    one, all_of_them = _head(file, 1), _head(file, 4000)
    theirs = min(seconds(all_of_them) - seconds(one) for _ in range(3))
    (ours,) = best([partial(check, _options(all_of_them))], turns=3)
    problems = orjson.loads(max(found, key=len))["problems"]
    rows = {f"{one['details']['keyword']} {re.sub('[0-9]+', '*', one['dataPath'])}" for one in problems}
    yield Line("1 % drifted: speed, Redocly CLI's drift being 1", theirs / ours, "×", 1.3)
    yield Line(f"  found by Redocly: {', '.join(sorted(rows)) or 'nothing'}")
    yield Line(f"  found by check:   {_found(check(_options(all_of_them)))}")


def _found(result: Result) -> str:
    rows = sorted({f"{drift.rule} {drift.identity.pointer}" for drift in result.drifts if drift.identity.endpoint})
    return ", ".join(rows) or "nothing"


_TIMED = """
import re, sys, time
from pathlib import Path
from conformance.traffic import CheckOptions, check
if __name__ == "__main__":
    name, contract, jobs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    first = []
    start = time.perf_counter()
    result = check(CheckOptions((name,), (contract,), jobs=jobs, known=None), lambda at: first or first.append(at))
    seconds = time.perf_counter() - start
    peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
    print(seconds, int(peak[1]) / 1000, result.complete)
"""


def _measured(file: Path, jobs: int) -> tuple[float, float]:
    """Seconds and peak memory in MB of a process of its own."""
    script = file.with_name("timed.py")
    script.write_text(_TIMED)
    root = Path(__file__).parents[2]
    command = [sys.executable, str(script), str(file), SUBJECT.contract, str(jobs)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)  # noqa: S603 - ourselves
    seconds, memory, _ = done.stdout.split()
    return float(seconds), float(memory)


def _processes(large: Path) -> Iterator[Line]:
    """Start-up left out: that of a file with a single entry, with as many processes."""
    small = write(large.with_name("small.ndjson"), Traffic(1))
    one, two = (min(_measured(large, jobs)[0] - _measured(small, jobs)[0] for _ in range(3)) for jobs in (1, 2))
    yield Line("speed of two processes, that of one being 1", one / two, "×", 1.7)


def _memory(folder: Path, large: Path) -> Iterator[Line]:
    size = large.stat().st_size
    half = write(folder / "half.ndjson", Traffic(size // 13_500 // 4))
    for file in (half, large):
        yield Line(
            f"peak memory on {file.stat().st_size / 1e6:.0f} MB", _measured(file, 1)[1], "MB", MEMORY, at_most=True
        )


def _growth(folder: Path) -> Iterator[Line]:
    """How the cost of an exchange grows, as a picture."""
    charts = []
    growing: tuple[tuple[str, tuple[int, ...], Callable[[int], Traffic]], ...] = (
        ("items a page", (1, 5, 10, 20, 50, 100), lambda x: Traffic(400, items=x)),
        ("drifted share, %", (0, 1, 5, 20, 50, 100), lambda x: Traffic(600, share=x / 100)),
        ("distinct drifts", (1, 30, 100, 300, 1000), lambda x: Traffic(1000, share=min(x / 1000, 1.0), kinds=0)),
    )
    for title, axis, traffics in growing:
        points = []
        for x in axis:
            traffic = traffics(x)
            file = write(folder / "grows.ndjson", traffic)
            (seconds,) = best([partial(check, _options(file))], turns=3)
            points.append((float(x), seconds / traffic.exchanges * 1e6))
        charts.append(Chart(title, tuple(points)))
    draw(PICTURE, charts, "µs an exchange")
    yield Line(f"how the cost of an exchange grows: {PICTURE.relative_to(Path(__file__).parents[2])}")
