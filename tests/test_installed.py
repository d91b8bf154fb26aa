"""Four wheels, installed into an empty environment with what the base install needs and nothing else, work anywhere."""

import json
import os
import shutil
import signal
import subprocess
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path

import httpx
import orjson
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from conformance.cli.program import COMMANDS

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
    for name in needed():
        take(name, site)
    return environment / "bin"


def needed() -> set[str]:
    """The packages of others that the base install brings, by the names that they have."""
    found: set[str] = set()
    waiting = ["batch-conformance"]
    while waiting:
        name = waiting.pop()
        for text in distribution(name).requires or ():
            one = Requirement(text)
            key = canonicalize_name(one.name)
            if (one.marker is None or one.marker.evaluate({"extra": ""})) and key not in found:
                found.add(key)
                waiting.append(key)
    return found - {"batch-client", *(one.parent.name.replace("_", "-") for one in ROOT.glob("generated/*/*.toml"))}


def take(name: str, site: Path) -> None:
    """Copy an installed package of others, as a wheel would bring it."""
    for file in distribution(name).files or ():
        if ".." not in file.parts and "__pycache__" not in file.parts:
            target = site / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file.locate(), target)


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


LINE = {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions"}
BODY = {"model": "kimi-k2-0905-preview", "messages": [{"role": "user", "content": "Say yes."}]}

ANSWERED = {
    "id": "1",
    "custom_id": "a",
    "response": {"status_code": 200, "request_id": "", "body": {"id": "x", "choices": []}},
    "error": None,
}


def passed_on(installed: Path, address: str, folder: Path) -> tuple[int, int]:
    """Ask for the batches through the proxy: the status that came back, and the proxy's exit code after Ctrl-C."""
    command = [installed / "batch-conformance", "proxy", "kimi", "--url", address, "--against", "kimi"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as proxy:
        assert proxy.stdout is not None
        base = proxy.stdout.readline().strip()
        answer = httpx.get(f"{base}/batches", headers={"Authorization": "Bearer sk-sim"})
        proxy.send_signal(signal.SIGINT)
        proxy.stdout.read()
    return answer.status_code, proxy.returncode


USES: dict[str, tuple[str, int]] = {
    "run": ("run sim:groq --against groq --out out --history runs.sqlite --record traffic.ndjson", 0),
    "check": ("check traffic.ndjson --against groq --jobs 2", 0),
    "compare": ("compare kimi kimi", 0),
    "preflight": ("preflight in.jsonl --provider kimi", 0),
    "results": ("results answered.jsonl --input in.jsonl --provider kimi", 0),
    "report": ("report out/drift.json --format html,md,sarif,junit,badge,github --out again", 0),
    "history": ("history runs.sqlite", 0),
    "mend": ("mend out/drift.json --out overlays", 0),
    "providers": ("providers", 0),
    "rules": ("rules", 0),
}
"""How each command is used, in an order in which each has what it reads; its exit code."""


@pytest.mark.full
def test_every_command_works_on_the_base_install(installed: Path, tmp_path: Path) -> None:
    """With no more packages than it brings, and as few as that is."""
    assert len(needed()) <= 24
    assert not {"schemathesis", "hypothesis", "rich", "requests", "distributed"} & needed()
    (tmp_path / "in.jsonl").write_bytes(orjson.dumps({**LINE, "body": BODY}) + b"\n")
    (tmp_path / "answered.jsonl").write_bytes(orjson.dumps(ANSWERED) + b"\n")
    for name, (words, code) in USES.items():
        done = call(installed / "batch-conformance", *words.split(), folder=tmp_path)
        assert done.returncode == code, (name, done.stdout, done.stderr)
    assert "serve" not in USES
    with subprocess.Popen(
        [installed / "batch-conformance", "serve", "kimi"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        answered = httpx.get(f"{address}/batches", headers={"Authorization": "Bearer sk-sim"})
        passed, code = passed_on(installed, address, tmp_path)
        server.terminate()
    assert (answered.status_code, passed, code) == (200, 200, 0)
    tried = {*USES, "serve", "proxy"}
    assert {name for rows in COMMANDS.values() for name in rows} <= tried


ACME = ROOT / "tests/providers/acme"


@pytest.mark.full
def test_what_only_the_extra_makes_is_said(installed: Path, tmp_path: Path) -> None:
    """Requests of a contract of one's own need the generator: without it they are left out, and the line says how."""
    done = subprocess.run(
        [installed / "batch-conformance", "run", "sim:acme", "--against", "acme"],
        cwd=tmp_path,
        env={**os.environ, "BATCH_CONFORMANCE_SPECS": str(ACME)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "batch-conformance[generate]" in " ".join(done.stdout.split())
