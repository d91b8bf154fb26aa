"""What a command loads: nothing that it does not use, so that it answers at once."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import click
import pytest

from conformance import contract
from conformance.cli.frame import COMMON, Command, load
from conformance.cli.program import COMMANDS, cli
from conformance.providers import PROVIDERS
from conformance.sample import sample
from tests.conftest import Run

COMMAND = Path(sys.executable).with_name("batch-conformance")
WHERE = {name: where for rows in COMMANDS.values() for name, where in rows.items()}

TESTING = ("pytest", "_pytest", "schemathesis", "hypothesis", "jsonschema", "openai", "trio", "distributed")
SERVING = ("starlette", "uvicorn", "httptools")
ASKING = ("httpx", "httpcore", "anyio", "rich")
JUDGING = ("jsonschema_rs", "zstandard", "conformance.checks", "conformance.report", "multiprocessing")

NOTHING = (*TESTING, *SERVING, *ASKING, *JUDGING, "yaml")
LOOKING = (*TESTING, *SERVING, *ASKING, *JUDGING)
REPORTING = (*TESTING, *SERVING, *ASKING, "zstandard", "multiprocessing")

CASES: dict[str, tuple[str, Iterable[str]]] = {
    "help": ("--help", NOTHING),
    "version": ("--version", NOTHING),
    "typo": ("rulse", NOTHING),
    "rules": ("rules", NOTHING),
    "providers": ("providers", NOTHING),
    "preflight": ("preflight in.jsonl --provider kimi", {*NOTHING} - {"batch_client"}),  # whose reader of lines it has
    "report": ("report drift.json", REPORTING),
    "history": ("history runs.sqlite", REPORTING),
    "mend": ("mend drift.json --out out", REPORTING),
    "compare": ("compare groq groq --no-known", REPORTING),
    "check": ("check one.ndjson", REPORTING),
    "serve": ("serve kimi --port 70000", NOTHING),
}


def loaded(words: str, folder: Path) -> set[str]:
    """The modules that a command imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", COMMAND, *shlex.split(words)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "foresaw" not in done.stderr
    return {match[1] for match in re.finditer(r"^import time:.*\| +(\S+)$", done.stderr, re.MULTILINE)}


def _conforming(provider: str) -> object:
    """A recorded batch as the provider's contract has it, as far as its schema goes."""
    record = PROVIDERS[provider]
    answer = contract.load(record.contract).operations["retrieve_batch"].response(200)
    assert answer is not None
    assert answer.schema is not None
    left = ("errors", "request_counts")
    body = {
        name: value
        for name, value in sample(answer.schema).items()
        if name not in left and (name == "created_at" or not name.endswith("_at"))
    }
    content = {"mimeType": "application/json", "text": json.dumps({**body, "status": "validating"})}
    headers = [{"name": "Authorization", "value": "Bearer sk-x"}]
    asked = {"method": "GET", "url": f"{record.base_url}/batches/{body['id']}", "headers": headers}
    return {"request": asked, "response": {"status": 200, "headers": [], "content": content}}


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_loaded_that_is_not_used(name: str, tmp_path: Path) -> None:
    """Neither what tests, serves or asks, where a command does none of that, nor what judges where it does not."""
    words, foreign = CASES[name]
    (tmp_path / "in.jsonl").write_text('{"custom_id": "a"}\n')
    (tmp_path / "one.ndjson").write_text(json.dumps(_conforming("groq")))
    modules = loaded(words, tmp_path)

    assert "conformance.cli.program" in modules
    assert {one for one in modules for root in foreign if one == root or one.startswith(f"{root}.")} == set()


@pytest.mark.parametrize("name", WHERE)
def test_every_command_shows_how_it_is_used(name: str) -> None:
    """Each example is one that the command takes: its arguments and options are there."""
    command = load(WHERE[name])
    assert isinstance(command, Command)
    assert command.name == name
    assert command.examples
    for example in command.examples:
        words = shlex.split(example.partition(" < ")[0])
        assert words[0] == name
        assert cli.resolve_command(click.Context(cli), words)[1] is command
        command.make_context(name, words[1:], parent=click.Context(cli))


@pytest.mark.parametrize("name", WHERE)
def test_the_help_of_a_command(name: str) -> None:
    """The options stand in groups, what all have last, and the examples below."""
    command = load(WHERE[name])
    text = command.get_help(click.Context(command, info_name=name, parent=click.Context(cli, info_name="BC")))

    assert text.index(f"{COMMON}:") < text.index("Examples:")
    assert f"  BC {command.examples[0]}\n" in f"{text}\n"
    assert all(len(line) <= 80 for line in text.partition("Examples:")[0].splitlines())
    assert all(option.help for option in command.params if isinstance(option, click.Option))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["chekc"], "check"),
        (["serve", "kimmi"], "kimi"),
        (["compare", "siliconflo", "kimi"], "siliconflow"),
        (["report", "x.json", "--format", "htm"], "html"),
        (["serve", "kimi", "--fault", "rate-limitted"], "rate-limited"),
        (["run", "sim:kimi", "--operation", "list_batch"], "list_batches"),
        (["run", "sim:kimy"], "sim:kimi"),
        (["compare", "kimi", "kimi", "--fail-on", "warn"], "warning"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_typo_is_answered_with_the_nearest_word(batch_conformance: Run, words: list[str], meant: str) -> None:
    """Beside what there is."""
    done = batch_conformance(*words)

    assert done.returncode == 2
    assert done.stderr.endswith(f"; did you mean {meant}?\n")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("batch-conformance pre", "preflight"),
        ("batch-conformance serve sil", "siliconflow"),
        ("batch-conformance run sim:k", "sim:kimi"),
        ("batch-conformance compare ki", "kimi"),
        ("batch-conformance check --lang z", "zh"),
    ],
)
def test_a_shell_completes_words(batch_conformance: Run, typed: str, offered: str) -> None:
    """Commands, providers, endpoints, contracts, the words of options."""
    words = typed.split()
    done = batch_conformance(
        _BATCH_CONFORMANCE_COMPLETE="bash_complete", COMP_WORDS=typed, COMP_CWORD=str(len(words) - 1)
    )

    assert f"plain,{offered}" in done.stdout.splitlines()
