"""Four wheels, installed from a folder into an environment of their own, work in any folder."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("client", "generated/kimi_batch", "generated/siliconflow_batch", ".")


def call(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command; its output stands in the failure."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [*map(str, command)], cwd=folder, env=kept, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an environment that holds the wheels, and of ours only what others wrote."""
    folder = tmp_path_factory.mktemp("installed")
    for package in PACKAGES:
        done = call(
            *(
                sys.executable,
                "-m",
                "build",
                "--wheel",
                "--no-isolation",
                "--outdir",
                folder / "wheels",
                ROOT / package,
            ),
            folder=folder,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    site = next(environment.glob("lib/python*/site-packages"))
    wheels = sorted((folder / "wheels").glob("*.whl"))
    assert len(wheels) == len(PACKAGES)
    done = call(
        *(sys.executable, "-m", "pip", "--python", environment / "bin/python", "install", "--quiet", "--no-deps"),
        *("--no-index", *wheels),
        folder=folder,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # Third-party packages come from the environment of the tests; its editable installs of this checkout do not follow.
    (site / "third-party.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return environment / "bin"


@pytest.mark.full
def test_the_installed_command_finds_the_main_drift(installed: Path, tmp_path: Path) -> None:
    """As in a checkout: contracts, known drift, simulators and clients travel in the wheels."""
    where = call(
        installed / "python", "-c", "import conformance, kimi_batch; print(conformance.__file__)", folder=tmp_path
    )
    assert str(installed.parent) in where.stdout, where.stderr
    done = call(
        *(installed / "batch-conformance", "run", "sim:siliconflow", "--against", "kimi", "--no-known", "--out", "out"),
        folder=tmp_path,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    rows = json.loads((tmp_path / "out/drift.json").read_text(encoding="utf-8"))["drift"]
    assert ("response-property-enum-value-added", "/data/*/status") in {(row["rule"], row["pointer"]) for row in rows}


@pytest.mark.full
def test_the_installed_command_accepts_known_drift(installed: Path, tmp_path: Path) -> None:
    """The accepted drift travels in the wheel."""
    done = call(installed / "batch-conformance", "run", "sim:kimi", "sim:siliconflow", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.full
def test_nothing_is_left_behind_in_the_users_folder(installed: Path, tmp_path: Path) -> None:
    """Without --out nothing is written."""
    call(installed / "batch-conformance", "run", "sim:kimi", "--against", "kimi", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []
