"""`make bench`: every benchmark, each against its peers on the same data in the same run.

    python scripts/bench.py [NAME...] [--full]

Numbers of different machines cannot be compared, so ratios are what counts; each is taken from the best of several
turns, in which the rivals alternate.
"""

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Run those named, or all."""
    from scripts import benchmarks  # noqa: PLC0415 - found once the checkout is on the path

    found = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name.startswith("bench_")]
    names = [name.removeprefix("bench_") for name in found]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "names", nargs="*", choices=[[], *names], metavar="NAME", help=f"one of {', '.join(names)}; default: all"
    )
    parser.add_argument("--full", action="store_true", help="the large files too: minutes instead of seconds")
    chosen = parser.parse_args()
    missed = 0
    for name in chosen.names or names:
        print(f"\n{name}", flush=True)  # noqa: T201 - what it is for
        for line in importlib.import_module(f"scripts.benchmarks.bench_{name}").run(full=chosen.full):
            missed += line.missed
            print(f"  {line}", flush=True)  # noqa: T201 - likewise
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
