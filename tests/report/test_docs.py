"""The pages on rules and reports are current."""

from pathlib import Path

import orjson
import pytest

from conformance import report
from conformance.report.formats import FORMATS
from conformance.rules import CATALOGUE
from scripts import rules_page

ROOT = Path(__file__).parents[2]
SCHEMA = orjson.loads((Path(report.__file__).parent / "schema.json").read_bytes())
OBJECTS = (SCHEMA, *(part for part in SCHEMA["$defs"].values() if "properties" in part))


def test_the_page_of_rules_is_current() -> None:
    """docs/rules.md is what the catalogue makes."""
    assert rules_page.main(["--check"]) == 0


def test_a_rule_that_is_not_on_the_page_makes_it_stale(monkeypatch, capsys) -> None:
    """The check names the page."""
    monkeypatch.setattr(rules_page, "CATALOGUE", dict(list(CATALOGUE.items())[1:]))

    assert rules_page.main(["--check"]) == 1
    assert "docs/rules.md: stale" in capsys.readouterr().err


@pytest.mark.parametrize("key", sorted({key for part in OBJECTS for key in part["properties"]}))
def test_the_page_on_reports_explains_every_key(key) -> None:
    """No key of the format is left unexplained."""
    assert f"`{key}`" in (ROOT / "docs/report.md").read_text()


@pytest.mark.parametrize("name", FORMATS)
def test_the_page_on_reports_lists_every_format(name) -> None:
    """Each format has its row, with its file."""
    assert (
        f"| `{name}` | {'`' + FORMATS[name].file + '` ' if FORMATS[name].file else ''}|"
        in (ROOT / "docs/report.md").read_text()
    )


def test_every_object_of_the_format_is_closed_and_whole() -> None:
    """All keys are always there, and no others."""
    for part in OBJECTS:
        assert part["additionalProperties"] is False
        assert part["required"] == list(part["properties"])
