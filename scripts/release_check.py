"""Holds what was built to what a release must be: `make release-check`, with TAG=vX.Y.Z to the tag as well.

Every package in one version, which the changelog has; in each wheel the marker of types, in the harness' contracts and
records too; no file that is none of a package's.
"""

import re
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECTS = (ROOT / "client", *sorted(path.parent for path in (ROOT / "generated").glob("*/pyproject.toml")), ROOT)
NEEDED = ("conformance/_specs/providers.toml", "conformance/report/schema.json", "conformance/known-drift.toml")
"""What the harness does not work without."""


def wrong(dist: Path, tag: str) -> Iterator[str]:
    """What is not as it must be, a line each."""
    projects = [tomllib.loads((one / "pyproject.toml").read_text(encoding="utf-8"))["project"] for one in PROJECTS]
    versions = {one["version"] for one in projects}
    if len(versions) != 1:
        yield f"the packages have several versions: {', '.join(sorted(versions))}"
        return
    (version,) = versions
    if tag and tag != f"v{version}":
        yield f"the tag is {tag}, the version {version}"
    if tag and not re.search(rf"^## \[{re.escape(version)}\]", _text("CHANGELOG.md"), re.MULTILINE):
        yield f"CHANGELOG.md has no heading for {version}"
    expected = {f"{one['name'].replace('-', '_')}-{version}-py3-none-any.whl" for one in projects}
    there = {path.name for path in dist.glob("*")}
    if expected != there:
        yield f"{dist}: expected {', '.join(sorted(expected))}, found {', '.join(sorted(there)) or 'nothing'}"
        return
    for name in sorted(expected):
        with zipfile.ZipFile(dist / name) as wheel:
            yield from _wheel(name, set(wheel.namelist()))


def _wheel(name: str, files: set[str]) -> Iterator[str]:
    package = "conformance" if name.startswith("batch_conformance") else name.partition("-")[0]
    if f"{package}/py.typed" not in files:
        yield f"{name}: no {package}/py.typed"
    foreign = [one for one in files if not one.startswith((f"{package}/", f"{name.rpartition('-py3')[0]}.dist-info/"))]
    yield from (f"{name}: {one} is none of its files" for one in sorted(foreign))
    if package == "conformance":
        yield from (f"{name}: no {one}" for one in NEEDED if one not in files)


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """The command: a folder, and a tag or nothing. Returns the exit code."""
    found = list(wrong(Path(arguments[0]), "".join(arguments[1:2])))
    for line in found:
        print(line, file=sys.stderr)  # noqa: T201 - what it is for
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
