"""Which tests call which functions of the engine, and how long they take: so a mutant meets those that can notice it.

What was measured is kept beside the checkout; a file of tests is measured again when it has changed.
"""

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import orjson
import pytest
from attrs import asdict, define, field

from scripts.mutations import Mutant

PYTEST = ("-q", "-n0", "-p", "no:cacheprovider", "-m", "not full")
_TRACING = "scripts/tracing"
_LONGEST = 300.0
"""Seconds for the tests of one file, while every call is looked at."""
_FIRST = 4.0
"""Seconds of tests to try first: most mutants live no longer."""


@define
class Touched:
    """What a file of tests calls."""

    digest: str
    seconds: dict[str, float] = field(factory=dict)
    """Of each test that passes, by its id."""
    calls: dict[str, list[str]] = field(factory=dict)
    """The tests that call a function (`path:name`); an empty id where it was called before any test."""

    def calling(self, mutant: Mutant) -> list[str]:
        """The tests that call what the mutant changes: any function of its module, if it changes none."""
        inside = f"{mutant.path}:{mutant.function}"
        beginning = f"{inside}." if mutant.function else inside
        names = [name for name in self.calls if name == inside or name.startswith(beginning)]
        found = {test for name in names for test in self.calls[name]}
        if mutant.function and "" in found:
            return list(self.seconds)
        return [test for test in found if test in self.seconds]


def called_early(touched: Mapping[str, Touched], mutant: Mutant) -> bool:
    """Whether what the mutant changes is called while tests are loaded."""
    return any("" in one.calls.get(f"{mutant.path}:{mutant.function}", ()) for one in touched.values())


def stages(touched: Mapping[str, Touched], mutant: Mutant, budget: float) -> tuple[list[str], list[str]]:
    """The tests of a mutant, those of its name and then the quickest first, and apart from them the rest.

    The rest is what else calls the function, and then what shares a process with that (it may have been called once for
    all), as far as the seconds of the budget go.
    """
    name = f"test_{Path(mutant.path).stem}.py"
    rows: list[tuple[int, float, str]] = []
    for file, one in touched.items():
        calling = set(one.calling(mutant))
        for test, seconds in one.seconds.items():
            if calling:
                rank = 2 if test not in calling else 0 if file.endswith(f"/{name}") else 1
                rows.append((rank, seconds, test))
    first, rest, spent = list[str](), list[str](), 0.0
    for rank, seconds, test in sorted(rows):
        if spent + seconds > budget:
            continue
        spent += seconds
        (first if spent <= _FIRST and rank < 2 else rest).append(test)
    return _by_file(first), _by_file(rest)


def _by_file(tests: list[str]) -> list[str]:
    """In the order of files, as they come first, so that what a file makes once is made once."""
    order = {file: number for number, file in enumerate(dict.fromkeys(test.partition("::")[0] for test in tests))}
    return sorted(tests, key=lambda test: order[test.partition("::")[0]])


def measured(folder: Path, files: Iterable[str], kept: Path, tell: Callable[[str], None]) -> dict[str, Touched]:
    """What these files of tests call, in a copy of the checkout; measures those of which `kept` knows nothing."""
    known = {}
    if kept.exists():
        known = {name: Touched(**fields) for name, fields in orjson.loads(kept.read_bytes()).items()}
    found = {}
    for name in files:
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if name not in known or known[name].digest != digest:
            started = time.monotonic()
            known[name] = _measure(folder, name, digest)
            kept.write_bytes(orjson.dumps({name: asdict(one) for name, one in known.items()}))
            tell(f"{name}: {len(known[name].seconds)} tests, {time.monotonic() - started:.0f} s")
        found[name] = known[name]
    return found


def _measure(folder: Path, name: str, digest: str) -> Touched:
    traced, told = folder / "traced.tsv", folder / "told.json"
    traced.write_bytes(b"")
    told.write_bytes(b"{}")
    tracing = {"TRACED": str(traced), "TRACED_BELOW": f"{folder}/"}
    code, printed = run(["scripts.touched", str(told), *PYTEST, name], folder, _LONGEST, folder / _TRACING, **tracing)
    if code:
        raise SystemExit(f"{name} could not be measured: {printed[-2000:]}")
    seconds: dict[str, float] = orjson.loads(told.read_bytes())
    calls: dict[str, set[str]] = {}
    for line in traced.read_text(encoding="utf-8", errors="replace").splitlines():
        test, _, function = line.partition("\t")
        path, _, inside = function.partition(":")
        if (test in seconds or not test) and path.startswith("conformance/"):
            plain = re.sub(r"\.<locals>(?=\.)|(\.<locals>)?\.?<(?!locals).*", "", inside)
            calls.setdefault(f"{path}:{plain}", set()).add(test)
    return Touched(digest, seconds, {function: sorted(tests) for function, tests in calls.items()})


def run(words: list[str], folder: Path, seconds: float, *path: Path, **more: str) -> tuple[int | None, str]:
    """Run a Python module in the copy; its exit code, or None if it took too long, and what it printed."""
    environment = {**os.environ, **more, "PYTHONPATH": os.pathsep.join(map(str, (folder, *path)))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with subprocess.Popen(  # noqa: S603 - tests of this checkout
        [sys.executable, "-m", *words],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            printed = process.communicate(timeout=seconds)[0].decode(errors="replace")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return None, ""
    return process.returncode, printed


class _Telling:
    """Remembers how long each test that passes takes."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()

    def pytest_runtest_logstart(self) -> None:
        """What was called before counts for the test before."""
        sys.modules["sitecustomize"].seen.clear()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up its parts."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration
        if not report.passed:
            self.failed.add(report.nodeid)


def main(told: str, *words: str) -> None:
    """Run tests, and write down how long they took."""
    telling = _Telling()
    pytest.main(list(words), plugins=[telling])
    passed = {test: seconds for test, seconds in telling.seconds.items() if test not in telling.failed}
    Path(told).write_bytes(orjson.dumps(passed))


if __name__ == "__main__":
    main(*sys.argv[1:])
