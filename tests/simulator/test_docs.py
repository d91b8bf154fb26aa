"""The page on simulators says what is true: its example runs, its tables are complete, its output is printed."""

import re
from pathlib import Path

import pytest

from conformance.simulator import control
from conformance.simulator.faults import FAULTS
from tests.conftest import Run

pytest_plugins = ["pytester"]

PAGE = (Path(__file__).parents[2] / "docs/simulators.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)

REQUESTS = r"""
{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"m","messages":[{"role":"user"}],"temperature":1}}
{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"m","messages":[]}}
not JSON
""".lstrip()


def test_the_example_of_a_test_passes(pytester: pytest.Pytester) -> None:
    """As it stands on the page."""
    pytester.makepyfile(EXAMPLES[0])
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_the_example_of_a_program_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """As it stands on the page."""
    exec(EXAMPLES[1], {})  # noqa: S102 - our own page
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/v1 sk-sim\n", capsys.readouterr().out)


def test_every_fault_has_its_row() -> None:
    """With what it does and what it provokes."""
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (.*?) \| ?(.*?) ?\|$", PAGE.partition("## Faults")[2], re.MULTILINE)
    assert rows == [(one.name, one.does, one.provokes or "") for one in FAULTS.values()]


def test_every_control_route_has_its_row() -> None:
    """The routes that the module lists."""
    for method, path in re.findall(r"^(GET|POST|DELETE) +(/_control\S*)", control.__doc__ or "", re.MULTILINE):
        assert f"`{method} {path}`" in PAGE


def test_the_offences_are_those_that_are_printed(batch_conformance: Run, tmp_path: Path) -> None:
    """The command of the page, and what it prints."""
    (tmp_path / "requests.jsonl").write_text(REQUESTS)
    done = batch_conformance("preflight", "requests.jsonl", "--provider", "kimi")
    assert done.returncode == 1
    shown = PAGE.partition("$ batch-conformance preflight requests.jsonl --provider kimi\n")[2].partition("\n\n")[0]
    assert [line.strip() for line in shown.splitlines()] == done.stdout.splitlines()
