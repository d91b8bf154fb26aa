"""The list of providers: one file, strictly read, to which a user adds in a folder of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.providers import PROVIDERS, read_providers
from conformance.specs import VARIABLE, SpecsError, specs_dir

RECORD = """
[acme]
label = "Acme"
base_urls = ["https://api.acme.test/v1"]
key_variable = "ACME_KEY"
contract = "openai"
"""


def command(*words: str, specs: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """The command line, in a process of its own: the list is read once in each."""
    environment = {**os.environ, **more, **({VARIABLE: str(specs)} if specs else {})}
    return subprocess.run(
        [sys.executable, "-m", "conformance.cli", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def record(folder: Path, text: str) -> Path:
    """A list of providers in a folder."""
    (folder / "providers.toml").write_text(text, encoding="utf-8")
    return folder / "providers.toml"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[acme]\nlabel = ", 2, "not TOML"),
        ("acme = 3", 1, "a table is expected"),
        ('[acme]\nlabel = "Acme"', 1, "base_urls, key_variable, contract: missing"),
        (RECORD + "colour = 'red'", 7, "no such key"),
        (RECORD.replace("[acme]", "[Acme]"), 2, "a provider's name"),
        (RECORD.replace('"Acme"', "7"), 3, "a text is expected, not 7"),
        (RECORD.replace('["https://api.acme.test/v1"]', '"https://api.acme.test/v1"'), 4, "a list of http"),
        (RECORD.replace("https://api", "ftp://api"), 4, "a list of http"),
        (RECORD.replace('test/v1"', 'test/v1/"'), 4, "without a trailing slash"),
        (RECORD.replace("ACME_KEY", "$ACME"), 5, "environment variable"),
        (RECORD + 'key_header = "api key"', 7, "the name of a header"),
        (RECORD + 'hosts = ["https://acme.test"]', 7, "host names"),
        (RECORD.replace('"openai"', '"../openai"'), 6, "the name of a contract"),
        (RECORD.replace("[acme]", "[kimi]\n[acme]"), 2, "label, base_urls"),
        (RECORD + "[acme.more]\nlabel = 1", 7, "no such key"),
    ],
)
def test_what_is_wrong_with_a_record_is_told_in_one_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    """The message names the file, the line, what is there and what is expected."""
    with pytest.raises(SpecsError) as caught:
        read_providers(record(tmp_path, text))
    message = str(caught.value)
    assert words in message
    assert f"providers.toml:{line}: " in message or f"(at line {line}, " in message or "(at end of document)" in message
    assert "\n" not in message


def test_hosts_are_those_of_the_addresses_and_more(tmp_path: Path) -> None:
    """A blank in an address stands for one label of its host; upper case is no other host."""
    text = RECORD.replace("https://api.acme.test/v1", "https://{resource}.acme.test:8443/openai/v1")
    one = read_providers(record(tmp_path, text + 'hosts = ["acme.example"]'))["acme"]
    assert [one.serves(host) for host in ("mine.acme.test", "Mine.ACME.test", "acme.example")] == [True] * 3
    assert not any(map(one.serves, ("acme.test", "a.b.acme.test", "mine.acme.test.evil", "xacme.example", "", None)))


def test_a_key_goes_where_the_record_says(tmp_path: Path) -> None:
    """A Bearer token in Authorization, bare in any other header."""
    bare = read_providers(record(tmp_path, RECORD + 'key_header = "api-key"'))["acme"]
    assert bare.authorization("k") == ("api-key", "k")
    assert PROVIDERS["kimi"].authorization("k") == ("Authorization", "Bearer k")


def test_every_record_has_its_contract() -> None:
    """No record of the project's own is of a contract that is not there."""
    assert [one.name for one in PROVIDERS.values() if not (specs_dir() / f"{one.contract}.yaml").is_file()] == []


def test_the_command_prints_the_records(tmp_path: Path) -> None:
    """The project's, and those of a folder that the user adds; a user's record of a name goes before the project's."""
    record(tmp_path, RECORD + RECORD.replace("[acme]", "[kimi]").replace('"Acme"', '"Mine"'))
    done = command("providers", specs=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "acme (Acme)" in done.stdout
    assert "kimi (Mine)" in done.stdout
    assert "siliconflow (SiliconFlow)" in done.stdout
    assert "$ACME_KEY, sent as Authorization: Bearer …" in done.stdout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(RECORD.replace('"openai"', '"nothing"'), ("providers",), marks=pytest.mark.full),
        pytest.param(RECORD.replace('"openai"', '"nothing"'), ("serve", "acme"), marks=pytest.mark.full),
        (RECORD + 'profile = "nothing"', ("serve", "acme")),
        (RECORD.replace("api.acme", "{site}.acme"), ("run", "live:acme")),
    ],
)
def test_a_record_of_what_is_not_there_is_one_line(text: str, words: tuple[str, ...], tmp_path: Path) -> None:
    """No such contract, no such profile, an address with a blank: exit 2, no traceback."""
    record(tmp_path, text)
    done = command(*words, specs=tmp_path, ACME_KEY="k")
    assert done.returncode == 2, done.stdout
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("broken", ["[acme]\nlabel = 1", pytest.param(None, marks=pytest.mark.full)])
def test_a_broken_list_is_one_line_whatever_is_asked(tmp_path: Path, broken: str | None) -> None:
    """A record that cannot be read, or a folder that is not there: exit 2, no traceback."""
    specs = tmp_path / "none"
    if broken is not None:
        specs = record(tmp_path, broken).parent
    done = command("preflight", "requests.jsonl", "--provider", "kimi", specs=specs)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "Traceback" not in done.stderr
