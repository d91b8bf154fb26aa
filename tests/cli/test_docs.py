"""The page of the command line says what is true."""

import re
import tomllib
from pathlib import Path

from conformance.cli import settings
from conformance.cli.frame import load
from conformance.cli.program import COMMANDS
from tests.conftest import Run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/command-line.md").read_text(encoding="utf-8")


def test_the_settings_shown_are_taken(batch_conformance_anew: Run, tmp_path: Path) -> None:
    """Every key, as it stands there."""
    table = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert table is not None
    (tmp_path / "pyproject.toml").write_text(table[1], encoding="utf-8")
    (tmp_path / "providers").mkdir()

    assert batch_conformance_anew("rules").returncode == 0


def test_what_no_file_may_say_is_named() -> None:
    """As far as there are such options, and for those of every command."""
    line = re.search(r"^\* (.*?) are never read from a file", PAGE, re.MULTILINE)
    assert line is not None
    named = set(re.findall(r"`([a-z-]+)`", line[1]))
    commands = [load(where) for rows in COMMANDS.values() for where in rows.values()]
    there = {name.lstrip("-") for command in commands for one in command.params for name in one.opts}

    assert named == settings.NEVER & there - {"debug", "help"} | (named & {"host"})


def test_every_package_of_the_base_install_is_explained() -> None:
    """Those that the packages ask for, and those that these bring."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = re.findall(r"^([a-z0-9.-]+)==", (ROOT / "requirements-run.txt").read_text(encoding="utf-8"), re.MULTILINE)
    built = {"hatchling", "editables", "pathspec", "tomlkit", "trove-classifiers"}  # what a checkout is installed with
    explained = set(re.findall(r"[a-z][a-z0-9-]*", PAGE[PAGE.index("| package |") :]))

    assert {re.split(r"[<>=]", one)[0] for one in project["dependencies"]} <= explained
    assert set(locked) - built <= explained
