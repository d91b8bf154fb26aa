"""What is kept of the contracts is what reading them gives, and counts for nothing once they change."""

import shutil
from pathlib import Path

import pytest

from conformance import contract, kept_contracts
from conformance.contract import read_contract, specs_dir


@pytest.mark.parametrize("name", sorted(path.stem for path in specs_dir().glob("*.yaml")))
def test_what_is_kept_is_what_the_contract_says(name: str) -> None:
    """Each value, its type, and each line; a stale file fails here: `make regen` keeps it anew."""
    path = specs_dir() / f"{name}.yaml"
    read = read_contract(path, "", name, anew=True).document
    kept = kept_contracts.kept(path)

    assert kept is not None
    assert (repr(kept.data), kept.marks) == (repr(read.data), read.marks)


@pytest.mark.parametrize("broken", [b"", b"[]", b"{}", b'{"sha256": 1}'])
def test_what_is_not_of_this_contract_is_left_alone(
    broken: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A contract that was changed is read itself, and so is one beside which something broken lies."""
    monkeypatch.setattr(kept_contracts, "specs_dir", lambda: tmp_path)
    monkeypatch.setattr(contract, "specs_dir", lambda: tmp_path)
    path = Path(shutil.copy(specs_dir() / "groq.yaml", tmp_path))
    shutil.copytree(specs_dir() / kept_contracts.FOLDER, tmp_path / kept_contracts.FOLDER)
    assert kept_contracts.kept(path) is not None

    path.write_text(path.read_text(encoding="utf-8").replace("openai/v1", "openai/v9"), encoding="utf-8")
    assert read_contract(path, "", "groq").base_path.endswith("/v9")
    shutil.copy(specs_dir() / "groq.yaml", tmp_path)
    (tmp_path / kept_contracts.FOLDER / "groq.json").write_bytes(broken)
    assert kept_contracts.kept(path) is None
    assert "list_batches" in read_contract(path, "", "groq").operations
