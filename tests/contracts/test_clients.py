"""The generated clients: whole, current, and the same on every machine."""

import importlib
import inspect
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from conformance.contract import load
from scripts import generate_clients
from scripts.committed import ROOT
from scripts.generate_clients import PINNED, Client, GenerationError, clients, generate

GENERATE = """
import sys
from pathlib import Path
from hashlib import sha256
from scripts.generate_clients import clients, generate
for client in clients():
    for path, content in generate(client, Path(client.contract)).items():
        print(path, sha256(content).hexdigest())
"""
CLIENTS = clients()
SHARED_MODELS = {
    "Batch",
    "BatchList",
    "BatchMetadata",
    "RequestCounts",
    "CreateBatchRequest",
    "File",
    "FileList",
    "FilePurpose",
}


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.package)
def test_a_client_has_every_operation_sync_and_async(client: Client) -> None:
    """Each operation of the contract is a module with the four functions, grouped alike in both packages."""
    contract = load(Path(client.contract).stem)

    for name, operation in contract.operations.items():
        group = "files" if "/files" in operation.path else "batch"
        module = importlib.import_module(f"{client.package}.api.{group}.{name}")
        assert inspect.iscoroutinefunction(module.asyncio)
        assert inspect.iscoroutinefunction(module.asyncio_detailed)
        assert callable(module.sync)
        assert callable(module.sync_detailed)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.package)
def test_models_have_the_names_that_all_clients_share(client: Client) -> None:
    """Code written for one provider finds the same models in the other."""
    models = importlib.import_module(f"{client.package}.models")

    assert set(models.__all__) >= SHARED_MODELS
    assert not [name for name in models.__all__ if "Type0" in name or not name.isascii()]


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.package)
def test_a_client_knows_the_contract_it_was_generated_from(client: Client) -> None:
    """The hash in the package is that of the contract as it is."""
    stored = importlib.import_module(f"{client.package}._contract")

    assert client.contract == stored.CONTRACT
    assert sha256((ROOT / client.contract).read_bytes()).hexdigest() == stored.CONTRACT_SHA256


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.package)
def test_a_client_is_typed_and_needs_nothing_but_httpx_and_attrs(client: Client) -> None:
    """The package says that it is typed, and imports no other third party."""
    folder = ROOT / client.folder / client.package
    lines = [line for path in folder.rglob("*.py") for line in path.read_text(encoding="utf-8").splitlines()]

    assert (folder / "py.typed").is_file()
    needs = 'dependencies = ["attrs>=22.2.0", "batch-client==0.1.0", "httpx>=0.27,<1"]'
    assert needs in (ROOT / client.folder / "pyproject.toml").read_text()
    imported = {
        line.split()[1].split(".")[0]
        for line in lines
        if line.startswith(("import ", "from ")) and line.split()[1][0] != "."
    }
    assert imported - set(sys.stdlib_module_names) <= {"attrs", "batch_client", "httpx", client.package}


def test_the_pinned_tools_are_the_locked_ones() -> None:
    """What the bytes depend on is what a checkout installs."""
    locked = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()

    assert {f"{name}=={version}" for name, version in PINNED.items()} <= set(locked)


def test_the_committed_clients_are_what_would_be_generated(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody has edited a client, nor changed a contract without generating anew."""
    assert generate_clients.main(["--check"]) == 0, capsys.readouterr().err


def test_clients_are_the_same_in_another_process_folder_and_hash_seed(tmp_path: Path) -> None:
    """Nothing of the machine is in the bytes: not its paths, its locale, nor the order of its hashes."""
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    committed = sorted(
        f"{client.folder}/{path.relative_to(ROOT / client.folder).as_posix()} {sha256(path.read_bytes()).hexdigest()}"
        for client in CLIENTS
        for path in (ROOT / client.folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    )

    for seed in ("1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "LC_ALL": "C", "PATH": "/nowhere"}
        output = subprocess.run(
            [sys.executable, "-c", GENERATE], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        ).stdout
        assert sorted(output.splitlines()) == committed


def test_check_names_edited_and_surplus_files(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A client edited by hand, or with a file that nothing made, is found; the check repairs nothing."""
    package = copy / "generated/kimi_batch/kimi_batch"
    (package / "models/batch.py").write_text("edited", encoding="utf-8")
    (package / "extra.py").write_text("extra = 1\n", encoding="utf-8")

    assert generate_clients.main(["--check"], copy) == 1

    assert capsys.readouterr().err.splitlines() == [
        "generated/kimi_batch/kimi_batch/models/batch.py: stale; `make regen` builds it anew",
        "generated/kimi_batch/kimi_batch/extra.py: built from nothing; `make regen` removes it",
    ]
    assert (package / "models/batch.py").read_text(encoding="utf-8") == "edited"


def test_generating_repairs_and_removes(copy: Path) -> None:
    """After generating, the folder holds what the contract makes, and nothing else."""
    package = copy / "generated/kimi_batch/kimi_batch"
    (package / "models/batch.py").write_text("edited", encoding="utf-8")
    (package / "extra.py").write_text("extra = 1\n", encoding="utf-8")

    assert generate_clients.main([], copy) == 0

    assert generate_clients.main(["--check"], copy) == 0
    assert not (package / "extra.py").exists()


def test_a_loss_of_the_generator_fails_and_writes_nothing(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An answer in XML, which the generator drops, is refused in one line."""
    contract = copy / "specs/siliconflow.yaml"
    text = contract.read_text(encoding="utf-8")
    assert "'400':\n" in text
    xml = (
        "'418':\n          description: In XML\n          content:\n            application/xml:\n"
        "              schema:\n                type: object\n        '400':\n"
    )
    contract.write_text(text.replace("'400':\n", xml, 1), encoding="utf-8")
    before = {path: path.read_bytes() for path in (copy / "generated").rglob("*") if path.is_file()}

    assert generate_clients.main([], copy) == 1

    message = capsys.readouterr().err
    assert message.startswith(
        "generate_clients: specs/siliconflow.yaml: not generated, the generator would lose something: "
    )
    assert "Cannot parse response" in message
    assert "application/xml" in message
    assert "0x" not in message
    assert message.count("\n") == 1
    assert {path: path.read_bytes() for path in (copy / "generated").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("contract", "message"),
    [
        (None, "specs/kimi.yaml: missing; run `python scripts/refresh_specs.py` first"),
        ("openapi: [", "specs/kimi.yaml: not generated, "),
        ("openapi: 2.0.0", "specs/kimi.yaml: not generated, "),
    ],
)
def test_a_contract_that_cannot_be_read_gives_one_line(tmp_path: Path, contract: str | None, message: str) -> None:
    """A missing or broken contract is named, with what to do."""
    path = tmp_path / "kimi.yaml"
    if contract is not None:
        path.write_text(contract, encoding="utf-8")

    with pytest.raises(GenerationError) as caught:
        generate(CLIENTS[0], path)

    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_another_version_of_a_tool_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes from another generator would differ from machine to machine."""
    monkeypatch.setattr(generate_clients, "PINNED", {"ruff": "0.0.1"})

    with pytest.raises(
        GenerationError, match=r"^ruff is .*, the clients are generated with 0\.0\.1: run `make setup`$"
    ):
        generate(CLIENTS[0], ROOT / CLIENTS[0].contract)
