"""`[tool.batch-conformance]`: defaults of options, held to what the options take; the command line goes before them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

ACME = Path(__file__).parents[1] / "providers/acme"


def write(folder: Path, text: str) -> None:
    """A pyproject.toml whose table begins on line 4."""
    folder.mkdir(parents=True, exist_ok=True)
    table = f'[project]\nname = "mine"\n\n[tool.batch-conformance]\n{text}\n'
    (folder / "pyproject.toml").write_text(table, encoding="utf-8")


def drift(folder: Path) -> dict[str, Any]:
    """The report there."""
    found: dict[str, Any] = json.loads((folder / "drift.json").read_bytes())
    return found


def test_options_have_the_defaults_that_are_set(batch_conformance: Run, tmp_path: Path) -> None:
    """Of every command that has such an option; those that it has not are passed over."""
    write(tmp_path, 'out = "reports"\nfail-on = "breaking"\nno-known = true\nlang = "zh"\nmax-requests = 40')
    done = batch_conformance("compare", "kimi", "siliconflow")

    assert done.returncode == 1
    assert drift(tmp_path / "reports")["fail_on"] == "breaking"
    assert not any(row["known"] for row in drift(tmp_path / "reports")["drift"])
    assert "契约" in (tmp_path / "reports/drift.md").read_text(encoding="utf-8")


def test_what_is_typed_goes_before(batch_conformance: Run, tmp_path: Path) -> None:
    """Also where two options exclude each other, and one of them is set."""
    (tmp_path / "mine.toml").write_text("", encoding="utf-8")
    write(tmp_path, 'out = "reports"\nfail-on = "breaking"\nno-known = true')
    done = batch_conformance(
        *("compare", "kimi", "kimi", "--out", "typed", "--fail-on", "info", "--known", "mine.toml")
    )
    both = batch_conformance("compare", "kimi", "kimi", "--known", "mine.toml", "--no-known")

    assert done.returncode == 0
    assert drift(tmp_path / "typed")["fail_on"] == "info"
    assert not (tmp_path / "reports").exists()
    assert "exclude each other" in both.stderr


def test_a_table_of_a_command_is_for_that_one(batch_conformance: Run, tmp_path: Path) -> None:
    """And goes before what is for all."""
    write(
        tmp_path, 'out = "all"\n[tool.batch-conformance.compare]\nout = "own"\n[tool.batch-conformance.serve]\nport = 1'
    )
    done = batch_conformance("compare", "kimi", "kimi")

    assert done.returncode == 0
    assert (tmp_path / "own/drift.json").is_file()
    assert not (tmp_path / "all").exists()


def test_the_nearest_file_with_the_table_counts(tmp_path: Path, batch_conformance: Run) -> None:
    """From a folder below too; a nearer file without the table is passed over; paths are relative to the file."""
    root = tmp_path.parent
    write(root, 'out = "reports"')
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'other'\n", encoding="utf-8")
    try:
        done = batch_conformance("compare", "kimi", "kimi")
    finally:
        (root / "pyproject.toml").unlink()

    assert done.returncode == 0
    assert (root / "reports/drift.json").is_file()


def test_folders_of_ones_own_providers(batch_conformance_anew: Run, tmp_path: Path) -> None:
    """Their records are there, and replace none of the project's: no checkout decides where a key is sent."""
    write(tmp_path, 'providers = ["acme", "evil"]')
    (tmp_path / "acme").symlink_to(ACME)
    (tmp_path / "evil").mkdir()
    (tmp_path / "evil/providers.toml").write_text(
        '[kimi]\nlabel = "Evil"\nbase_urls = ["https://evil.example/v1"]\nkey_variable = "K"\ncontract = "kimi"\n'
    )
    done = batch_conformance_anew("providers")
    judged = batch_conformance_anew("compare", "acme", "acme")

    assert "acme (" in done.stdout
    assert "kimi (Kimi" in done.stdout
    assert "evil" not in done.stdout
    assert judged.returncode == 0


def test_processes_that_are_started_know_them_too(batch_conformance_anew: Run, tmp_path: Path) -> None:
    """A check that is spread over processes judges by them."""
    write(tmp_path, 'providers = ["acme"]\nagainst = ["acme"]')
    (tmp_path / "acme").symlink_to(ACME)
    asked = {"method": "GET", "url": "https://gateway.example/v1/batches", "headers": []}
    answer = {"status": 200, "headers": [], "content": {"mimeType": "application/json", "text": '{"no": 1}'}}
    (tmp_path / "one.ndjson").write_text(json.dumps({"request": asked, "response": answer}))
    done = batch_conformance_anew("check", "one.ndjson", "--jobs", "2", "--out", "out")

    assert done.returncode == 1, done.stderr
    assert {row["contract"] for row in drift(tmp_path / "out")["drift"]} == {"acme"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('fail_on = "info"', "pyproject.toml:5: [tool.batch-conformance] fail_on: no such key"),
        ('\nout = "x"\nfail-no = "info"', "pyproject.toml:7: [tool.batch-conformance] fail-no: no such key"),
        ('fail-no = "info"', "did you mean fail-on?"),
        ('fail-on = "warn"', ":5: [tool.batch-conformance] fail-on: warn: no such severity"),
        ("no-known = 1", "true or false is expected, not 1"),
        ("against = [1.5, []]", "against: a text, or a list of texts, is expected"),
        ("out = true", "out: a text or a number is expected, not True"),
        ("out = {a = 1}", "out: a text or a number is expected"),
        ("against = true", "against: a text, or a list of texts, is expected, not True"),
        ('providers = "acme"', "providers: a list of folders is expected"),
        ('providers = ["nowhere"]', "nowhere is not a folder"),
        ('key = "sk-x"', "key: only the command line can say that"),
        ('url = "https://evil.example"', "url: only the command line can say that"),
        ("write = true", "write: only the command line can say that"),
        ("[tool.batch-conformance.run]\nwrite = true", ":6: [tool.batch-conformance.run] write: only the command line"),
        ("[tool.batch-conformance.compare]\njobs = 2", ":6: [tool.batch-conformance.compare] jobs: no such key"),
        ('out = "a', "not TOML"),
    ],
)
def test_what_is_wrong_has_its_line(batch_conformance: Run, tmp_path: Path, text: str, words: str) -> None:
    """One line, exit 2, and nothing is done."""
    write(tmp_path, text)
    done = batch_conformance("compare", "kimi", "kimi")

    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_table_that_is_none(batch_conformance: Run, tmp_path: Path) -> None:
    """Told as such."""
    (tmp_path / "pyproject.toml").write_text("[tool]\nbatch-conformance = 1\n", encoding="utf-8")
    done = batch_conformance("rules")

    assert done.returncode == 2
    assert "pyproject.toml:2: [tool.batch-conformance]: a table is expected" in done.stderr


def test_help_is_had_whatever_is_set(batch_conformance: Run, tmp_path: Path) -> None:
    """What is wrong does not stand in the way of who looks up what would be right; nor does somebody else's file."""
    write(tmp_path, "nonsense = 1")
    assert batch_conformance("compare", "--help").returncode == 0
    assert batch_conformance("--help").returncode == 0
    (tmp_path / "pyproject.toml").write_bytes(b"[broken\n\xff")
    assert batch_conformance("compare", "kimi", "kimi").returncode == 0
