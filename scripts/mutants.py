"""`make mutants`: change a line of the engine, run the tests that should notice, and list what nobody noticed.

    python scripts/mutants.py [--count N] [--seed S] [--jobs J] [--only PREFIX] [--log FILE] [--resume | --again]

Every mutant is one change of one line of its own: a comparison, a condition, a number, a word, a statement left out.
Tests run in a copy of the checkout: of those that call what was changed (`touched.py` measures that) the quick ones
first, in a fork of a process that has loaded them (`warm.py`), or else in one that is started anew. The first that
fails, or takes too long, kills the mutant. What survives is harmless, or wants a test. The log takes a line a mutant:
from it a run that was stopped goes on, or survivors alone are tried again. Exit 1 if less than LEAST are killed.
"""

import argparse
import multiprocessing
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path

import orjson
from attrs import evolve

from scripts.mutations import ROOT, Mutant, candidates
from scripts.touched import PYTEST, Touched, called_early, measured, run, stages
from scripts.warm import TOO_LONG, UNFIT, Warm

LEAST = 0.85
SECONDS = 30.0
"""Of tests for one mutant, as they were measured."""
_SLOWER = 4.0
"""How many times as long tests may take before they have lost their way, and some seconds to start."""
_START = 60.0

_MANY = 20
"""Tests that fail without any change, at most."""

TARGETS = ("checks", "recording", "traffic", "outcome.py", "known.py")
"""What is mutated, below `conformance/`."""
TESTS = (
    *("checks", "traffic", "cli/test_inputs", "cli/test_dribbling", "report/test_tree", "report/test_renderers"),
    *("test_against", "test_canaries", "test_documented", "test_findings", "test_known_drift", "test_masking"),
    *("test_run_command", "test_silence", "test_taken_back", "test_hostile_servers", "compare/test_recall"),
    *("proxy/test_passing", "proxy/test_watching", "results", "lines", "impact"),
)
"""The tests that speak of them, below `tests/`."""


def chosen(every: Iterable[Mutant], count: int, seed: int) -> list[Mutant]:
    """So many mutants, each of a line of its own: the same for the same seed, whatever is written elsewhere."""
    lines: dict[tuple[str, int], list[Mutant]] = {}
    for one in every:
        lines.setdefault((one.path, one.line), []).append(one)
    drawn = sorted(lines.values(), key=lambda mutants: _lot(seed, *(one.name for one in mutants)))
    return [min(mutants, key=lambda one: _lot(seed, one.name)) for mutants in drawn[:count]]


def _lot(seed: int, *names: str) -> bytes:
    return blake2b("\n".join((str(seed), *names)).encode()).digest()


def _candidates(prefix: str) -> Iterator[Mutant]:
    """All changes of all that is mutated, below a path."""
    for target in TARGETS:
        for path in _files(ROOT / "conformance" / target, "*.py"):
            yield from (one for one in candidates(path) if one.path.startswith(prefix))


def _files(target: Path, pattern: str) -> list[Path]:
    return sorted(target.rglob(pattern)) if target.is_dir() else [target]


def _tests() -> list[str]:
    places = [ROOT / "tests" / name for name in TESTS]
    files = [
        one for place in places for one in _files(place if place.is_dir() else place.with_suffix(".py"), "test_*.py")
    ]
    return [str(one.relative_to(ROOT)) for one in files]


_folder = Path()
"""The copy that this process works in."""
_touched: Mapping[str, Touched] = {}
_warm: Warm | None = None
_failing: dict[tuple[str, bool], bool] = {}
"""Of tests that killed, in a warm process or not: whether they fail without any change too, which kills nothing."""


def _copy(place: str) -> Path:
    folder = Path(tempfile.mkdtemp(dir=place))
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)  # noqa: S607
    for name in filter(None, tracked.stdout.decode().split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    return folder


def _start(place: str, touched: Mapping[str, Touched]) -> None:
    global _folder, _touched, _warm  # noqa: PLW0603 - one a process
    _folder, _touched = _copy(place), touched
    _warm = Warm(_folder, [*PYTEST, *touched])


def attempt(mutant: Mutant) -> tuple[Mutant, str, float]:
    """How a mutant ends: the test that killed it, `too long`, or an empty word."""
    started, path = time.monotonic(), _folder / mutant.path
    first, rest = stages(_touched, mutant, SECONDS)
    try:
        killer = _killer(mutant, [*first, *rest], warm=True) if mutant.function else UNFIT
        if killer == UNFIT or (not killer and called_early(_touched, mutant)):
            killer = _killer(mutant, first, warm=False) or _killer(mutant, rest, warm=False)
        return mutant, killer, time.monotonic() - started
    finally:
        _write(path, mutant.text)


def _killer(mutant: Mutant, tests: list[str], *, warm: bool) -> str:
    """What ends a mutant, tests left out that fail without it too; tried in a warm process or in a new one."""
    path, killer = _folder / mutant.path, ""
    for _ in range(_MANY):
        _write(path, mutant.mutated)
        killer = _ended(tests, mutant if warm else None)
        if not killer.startswith("tests/"):
            break
        if (killer, warm) not in _failing:
            _write(path, mutant.text)
            _failing[killer, warm] = bool(_ended([killer], evolve(mutant, function="") if warm else None))
        if not _failing[killer, warm]:
            break
    return killer


def _write(path: Path, text: str) -> None:
    """Python takes a compiled module for current if second and size are those of its source."""
    path.write_text(text, encoding="utf-8")
    moment = random.uniform(10**9, 2 * 10**9)  # noqa: S311 - any other second
    os.utime(path, (moment, moment))


def _ended(tests: list[str], warm: Mutant | None) -> str:
    """The test that fails, by its id, or why there is none that passes."""
    tests = [test for test in tests if not _failing.get((test, warm is not None))]
    if not tests:
        return ""
    seconds = _START + _SLOWER * sum(one.seconds.get(test, 0.0) for one in _touched.values() for test in tests)
    if warm is not None:
        assert _warm is not None
        return _warm.ended(_folder / warm.path, warm.function, tests, seconds)
    code, printed = run(["pytest", "-x", *PYTEST, *tests], _folder, seconds)
    if code is None:
        return TOO_LONG
    if code == 0:
        return ""
    told = re.findall(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", printed, re.MULTILINE)
    return told[0] if told else f"exit {code}"


def run_all(mutants: Iterable[Mutant], jobs: int, kept: Path, tell: Callable[[Mutant, str, float], None]) -> None:
    """Try them all."""
    context = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory(prefix="mutants-") as place:
        touched = measured(_copy(place), _tests(), kept, _say)
        with context.Pool(jobs, _start, (place, touched)) as pool:
            for mutant, killer, seconds in pool.imap_unordered(attempt, mutants):
                tell(mutant, killer, seconds)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Print how every mutant ended, then the survivors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300, help="lines to change; default: 300")
    parser.add_argument("--seed", type=int, default=1, help="of the sample; default: 1")
    parser.add_argument("--jobs", type=int, default=2, help="processes; default: 2")
    parser.add_argument("--only", default="", metavar="PREFIX", help="only modules whose path begins so")
    parser.add_argument("--log", type=Path, default=ROOT / "reports/mutants.jsonl", help="a line a mutant, as they end")
    onward = parser.add_mutually_exclusive_group()
    onward.add_argument("--resume", action="store_true", help="try only those that the log does not hold")
    onward.add_argument("--again", action="store_true", help="try those again that survived by the log")
    given = parser.parse_args()

    given.log.parent.mkdir(parents=True, exist_ok=True)
    if not given.resume and not given.again:
        given.log.unlink(missing_ok=True)
    lines = given.log.read_bytes().splitlines() if given.log.exists() else []
    ends: dict[str, str] = {one["mutant"]: one["killer"] for one in map(orjson.loads, lines)}
    every = {one.name: one for one in _candidates(given.only)}
    mutants = (
        [every[name] for name in ends if name in every]
        if given.again
        else chosen(every.values(), given.count, given.seed)
    )
    if gone := len(ends) - len(mutants) if given.again else 0:
        _say(f"{gone} of the log are gone, with their lines")

    def tell(mutant: Mutant, killer: str, seconds: float) -> None:
        ends[mutant.name] = killer
        with given.log.open("ab") as log:
            log.write(orjson.dumps({"mutant": mutant.name, "killer": killer, "seconds": round(seconds, 1)}) + b"\n")
        _say(f"{len(ends)} {mutant.path}:{mutant.line} {seconds:.0f} s: {killer or 'SURVIVED'}")
        if not killer:
            _say(mutant.diff)

    waiting = [one for one in mutants if one.name not in ends or (given.again and not ends[one.name])]
    run_all(waiting, given.jobs, given.log.with_suffix(".touched.json"), tell)
    survivors = [one for one in mutants if not ends[one.name]]
    killed = len(mutants) - len(survivors)
    text = "\n\n".join(f"{one.path}:{one.line}\n{one.diff}" for one in sorted(survivors, key=lambda one: one.path))
    _say(f"\n{killed} of {len(mutants)} killed ({killed / max(len(mutants), 1):.0%}); survivors:\n\n{text}")
    return 0 if killed >= LEAST * len(mutants) else 1


if __name__ == "__main__":
    sys.exit(main())
