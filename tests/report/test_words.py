"""Every word is there in every language."""

import ast
import re
from pathlib import Path

import pytest

from conformance import report
from conformance.report.words import LANGS, RULES_ZH, WORDS, Say
from conformance.rules import CATALOGUE

SOURCES = [path for path in Path(report.__file__).parent.rglob("*.py") if path.parent.name != "words"]


def _said() -> set[str]:
    """Every constant first argument of a `say(…)`."""
    calls = (node for path in SOURCES for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "say" and isinstance(call.args[0], ast.Constant)
    }


def test_every_word_that_is_said_is_in_the_table() -> None:
    """No renderer asks for a word that is not there."""
    assert _said() - set(WORDS) == set()
    assert len(_said()) > 40


def test_every_word_in_the_table_is_said() -> None:
    """No word is kept that no renderer names."""
    literals = {
        node.value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    figures = {f"n-{name}" for name in literals}
    assert set(WORDS) - literals - figures == set()


@pytest.mark.parametrize("key", WORDS)
def test_every_language_fills_in_the_same_values(key) -> None:
    """A translation loses none of the values of a text."""
    fields = [sorted(re.findall(r"\{(\w+)\}", text)) for text in WORDS[key]]

    assert all(WORDS[key])
    assert fields.count(fields[0]) == len(fields)


def test_every_rule_is_explained_in_every_language() -> None:
    """The catalogue speaks every language; an unknown rule is passed over."""
    assert set(RULES_ZH) == set(CATALOGUE)
    assert [Say(lang).rule("no-such-rule") for lang in LANGS] == ["", ""]


def test_numbers_take_the_plural() -> None:
    """English says one warning, two warnings."""
    say = Say("en")

    assert [say("n-warnings", n=n) for n in (0, 1, 2)] == ["0 warnings", "1 warning", "2 warnings"]
