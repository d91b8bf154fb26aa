"""What the Makefile sets up: a line a step, what failed whole, and no more than what is asked for."""

import os
import re
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMMAND = "#!/bin/sh\necho the report\n"
PYTHON = """\
#!/bin/sh
# Stands in for Python: makes an environment of stand-ins, and says much wherever it is asked for anything.
if [ "$1 $2" = "-m venv" ]; then
  mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && cp "$(dirname "$0")/command" "$3/bin/batch-conformance"
elif [ "$2" = scripts.endpoints ]; then
  echo sim:one; exit 0
fi
for n in $(seq 200); do echo "noise $n of $*"; done
case "$*" in *"$FAILS"*) [ -z "$FAILS" ] || { echo "the cause" >&2; exit 3; } ;; esac
"""


def make(folder: Path, target: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a target in a new environment."""
    for name, text in (("python", PYTHON), ("command", COMMAND)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return subprocess.run(
        ["make", "--no-print-directory", target, f"VENV={folder / 'venv'}", f"PYTHON={folder / 'python'}"],
        cwd=ROOT,
        env={**os.environ, "FAILS": "", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_drift_says_a_line_a_step_and_the_report_last(tmp_path: Path) -> None:
    """Of what it runs on only; and the second time nothing is set up."""
    done = make(tmp_path, "drift")
    again = make(tmp_path, "drift")

    steps = [line for line in done.stdout.splitlines() if line.startswith("setup: ")]
    assert (done.returncode, done.stderr) == (0, "")
    assert len(steps) == 3
    assert "what it runs on" in steps[1]
    assert done.stdout.splitlines() == [*steps, "the report"]
    assert again.stdout == "the report\n"


def test_setup_brings_the_rest(tmp_path: Path) -> None:
    """What tests and checks need comes on top of what runs."""
    make(tmp_path, "drift")
    done = make(tmp_path, "setup")

    assert done.returncode == 0
    assert re.fullmatch(r"setup: installing what tests and checks need \([0-9]+ packages in all\)\n", done.stdout)


@pytest.mark.parametrize("step", ["-m venv", "requirements-run.txt", "--no-build-isolation"])
def test_a_step_that_fails_is_told_whole(step: str, tmp_path: Path) -> None:
    """Everything it printed, and nothing runs after it; the next attempt begins anew."""
    failed = make(tmp_path, "drift", FAILS=step)
    mended = make(tmp_path, "drift")

    assert failed.returncode != 0
    assert "noise 1 of" in failed.stdout
    assert "noise 200 of" in failed.stdout
    assert "the cause" in failed.stdout
    assert "the report" not in failed.stdout
    assert mended.returncode == 0


def _locked(name: str) -> Mapping[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.MULTILINE))


def test_what_runs_is_part_of_all_that_is_locked() -> None:
    """In the same versions, each with hashes, and no index is named."""
    run, every = _locked("requirements-run.txt"), _locked("requirements.txt")

    assert run.items() < every.items()
    assert not {"schemathesis", "hypothesis", "mypy", "pip-tools", "openai", "distributed"} & set(run)
    for name in ("requirements-run.txt", "requirements.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert text.count("==") == len(_locked(name))
        assert all(block.count("--hash=sha256:") for block in re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:])
        assert not re.search(r"https?://|--(?:extra-)?index|--find-links|--trusted", text)


def test_the_base_install_is_locked() -> None:
    """Every dependency of the packages, but for what an extra brings and the packages themselves."""
    run = _locked("requirements-run.txt")
    for path in (ROOT / "pyproject.toml", ROOT / "client/pyproject.toml", *ROOT.glob("generated/*/pyproject.toml")):
        needed = tomllib.loads(path.read_text(encoding="utf-8"))["project"]["dependencies"]
        names = {re.split(r"[<>=~! ]", one)[0] for one in needed}
        own = {f"{client.parent.name.replace('_', '-')}" for client in ROOT.glob("generated/*/pyproject.toml")}
        assert names - own - {"batch-client"} <= set(run)
