"""`make mutants`: change a line of the engine, run the tests that should notice, and list what nobody noticed.

    python scripts/mutants.py [--count N] [--seed S] [--jobs J] [--only PREFIX] [--out FILE]

Every mutant is one change of one line of its own: a comparison, a condition, a number, a word, a statement left out.
Tests run in a copy of the checkout, those of the module first that are fastest; the first that fails, or takes too
long, kills the mutant. What survives is harmless, or wants a test. Exit 1 if less than LEAST of them are killed.
"""

import argparse
import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from scripts.mutations import ROOT, Mutant, candidates

LEAST = 0.85
SECONDS = 240.0
"""For the tests of one mutant; what takes longer has lost its way."""

_MANY = 20
"""Tests that fail without any change, at most."""

TARGETS = ("checks", "recording", "traffic", "outcome.py", "known.py")
"""What is mutated, below `conformance/`."""
RELATED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("known", ("cli/test_inputs", "cli/test_dribbling", "test_known_drift", "test_documented")),
    (
        "outcome",
        (
            "test_findings",
            "test_known_drift",
            "test_documented",
            "test_silence",
            "test_run_command",
            "traffic/test_lost",
        ),
    ),
    ("recording/formats", ("traffic/test_formats", "traffic/test_lost", "cli/test_dribbling", "traffic/test_routes")),
    (
        "recording/",
        (
            *("cli/test_dribbling", "traffic/test_spool", "traffic/test_keyless", "traffic/test_defects"),
            *("traffic/test_lost", "traffic/test_writing", "traffic/test_transport", "traffic/test_routes"),
            *("test_masking", "traffic/test_masked", "traffic/test_mask_by_place", "traffic/test_hostile_entries"),
            *("traffic/test_bounded", "traffic/test_check", "traffic/test_split", "traffic/test_formats"),
            *("traffic/test_recorded_runs", "traffic", "test_canaries"),
        ),
    ),
    (
        "traffic/",
        (
            *("traffic/test_lost", "traffic/test_check", "traffic/test_split", "traffic/test_routes"),
            *("traffic/test_bounded", "traffic/test_defects", "traffic/test_keyless", "traffic/test_bar"),
            *("traffic/test_interrupted", "traffic/test_ends", "traffic/test_dask", "traffic"),
        ),
    ),
    (
        "checks/",
        (
            *("checks/test_content", "checks/test_ids", "checks/test_contradictions", "checks/test_page_ends"),
            *("checks/test_large", "traffic/test_reasons", "traffic/test_defects", "traffic/test_keyless"),
            *("traffic/test_lost", "traffic/test_check", "traffic/test_split", "test_masking", "report/test_tree"),
            *("test_documented", "checks/test_recall", "checks/test_recent", "test_silence", "checks/test_ordinary"),
            *("checks", "traffic/test_recorded_runs", "test_taken_back"),
        ),
    ),
)
"""The tests that speak of a module, by how its path begins: the quick and telling ones first."""


def chosen(count: int, seed: int, only: str) -> list[Mutant]:
    """So many mutants, each of a line of its own; the same for the same seed."""
    files = [path for target in TARGETS for path in _files(ROOT / "conformance" / target)]
    lines: dict[tuple[str, int], list[Mutant]] = {}
    for path in files:
        for one in candidates(path):
            if one.path.startswith(only):
                lines.setdefault((one.path, one.line), []).append(one)
    dice = random.Random(seed)  # noqa: S311 - a sample
    keys = dice.sample(sorted(lines), min(count, len(lines)))
    return [dice.choice(lines[key]) for key in keys]


def _files(target: Path) -> list[Path]:
    return sorted(target.rglob("*.py")) if target.is_dir() else [target]


def related(path: str) -> list[str]:
    """The tests that speak of a module, as far as they are there."""
    inner = path.removeprefix("conformance/")
    names = next(names for prefix, names in RELATED if inner.startswith(prefix))
    tests, found = ROOT / "tests", dict[str, None]()
    for name in names:
        place = tests / name
        several = sorted(place.rglob("test_*.py")) if place.is_dir() else [place.with_suffix(".py")]
        found.update((str(one.relative_to(ROOT)), None) for one in several if one.is_file())
    return list(found)


_folder = ""
"""The copy that this process works in."""
_failing: dict[str, bool] = {}
"""Of tests that killed: whether they fail without any change too, which kills nothing."""


def _start(place: str) -> None:
    global _folder  # noqa: PLW0603 - one a process
    _folder = tempfile.mkdtemp(dir=place)
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)  # noqa: S607
    for name in filter(None, tracked.stdout.decode().split("\0")):
        target = Path(_folder) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)


def attempt(mutant: Mutant) -> tuple[Mutant, str, float]:
    """How a mutant ends: the test that killed it, `too long`, or an empty word."""
    started, path = time.monotonic(), Path(_folder) / mutant.path
    path.write_text(mutant.mutated, encoding="utf-8")
    _touch(path)
    try:
        killer = _ended(related(mutant.path))
        for _ in range(_MANY):
            if not killer.startswith("tests/") or not _fails_anyhow(killer, mutant):
                break
            path.write_text(mutant.mutated, encoding="utf-8")
            _touch(path)
            killer = _ended(related(mutant.path))
        return mutant, killer, time.monotonic() - started
    finally:
        path.write_text(mutant.text, encoding="utf-8")
        _touch(path)


def _touch(path: Path) -> None:
    """Python takes a compiled module for current if second and size are those of its source."""
    moment = random.uniform(10**9, 2 * 10**9)  # noqa: S311 - any other second
    os.utime(path, (moment, moment))


def _fails_anyhow(test: str, mutant: Mutant) -> bool:
    if test not in _failing:
        path = Path(_folder) / mutant.path
        path.write_text(mutant.text, encoding="utf-8")
        _touch(path)
        _failing[test] = bool(_ended([test]))
    return _failing[test]


def _ended(tests: list[str]) -> str:
    """The test that fails, by its id, or why there is none that passes."""
    words = [sys.executable, "-m", "pytest", "-x", "-q", "-n0", "-p", "no:cacheprovider", "-m", "not full", *tests]
    words += [word for test, fails in _failing.items() if fails for word in ("--deselect", test)]
    environment = {**os.environ, "PYTHONPATH": _folder}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with subprocess.Popen(  # noqa: S603 - tests of this checkout
        words, cwd=_folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    ) as process:
        try:
            printed = process.communicate(timeout=SECONDS)[0].decode(errors="replace")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return "too long"
    if process.returncode == 0:
        return ""
    told = re.findall(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", printed, re.MULTILINE)
    return told[0] if told else f"exit {process.returncode}"


def run(mutants: Iterable[Mutant], jobs: int, tell: Callable[[str], None]) -> list[Mutant]:
    """Try them all; returns those that survive."""
    survivors: list[Mutant] = []
    context = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory(prefix="mutants-") as place, context.Pool(jobs, _start, (place,)) as pool:
        for number, (mutant, killer, seconds) in enumerate(pool.imap_unordered(attempt, mutants), 1):
            tell(f"{number} {mutant.path}:{mutant.line} {seconds:.0f} s: {killer or 'SURVIVED'}")
            if not killer:
                survivors.append(mutant)
                tell(mutant.diff)
    return survivors


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Print how every mutant ended, then the survivors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300, help="lines to change; default: 300")
    parser.add_argument("--seed", type=int, default=1, help="of the sample; default: 1")
    parser.add_argument("--jobs", type=int, default=2, help="processes; default: 2")
    parser.add_argument("--only", default="", metavar="PREFIX", help="only modules whose path begins so")
    parser.add_argument("--out", type=Path, help="a file for the survivors")
    chosen_options = parser.parse_args()

    mutants = chosen(chosen_options.count, chosen_options.seed, chosen_options.only)
    survivors = run(mutants, chosen_options.jobs, _tell)
    killed = len(mutants) - len(survivors)
    text = "\n\n".join(f"{one.path}:{one.line}\n{one.diff}" for one in sorted(survivors, key=lambda one: one.path))
    _tell(f"\n{killed} of {len(mutants)} killed ({killed / max(len(mutants), 1):.0%}); survivors:\n\n{text}")
    if chosen_options.out:
        chosen_options.out.write_text(text + "\n", encoding="utf-8")
    return 0 if killed >= LEAST * len(mutants) else 1


if __name__ == "__main__":
    sys.exit(main())
