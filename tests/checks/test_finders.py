"""A rule is a row and the function that finds it; the shortcut for clean bodies hides none."""

import inspect
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from pkgutil import iter_modules, resolve_name
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve

from conformance import checks, contract
from conformance.batches import BATCHES
from conformance.checks import complaints, look, one, several
from conformance.checks.case import NO_SHORTCUT, NOT_RECOGNISED, PASSED_OVER, Case
from conformance.checks.finder import Finder, each, finders, judges
from conformance.checks.kind import kinds
from conformance.checks.several.sequel import Several
from conformance.drift import Breach
from conformance.exchange import Answer
from conformance.rules import CATALOGUE, Rule
from tests.checks.test_several import batch, listed
from tests.judging import judged

MADE_UP = "invariant-made-up"


@pytest.mark.parametrize("rule", CATALOGUE.values(), ids=lambda rule: rule.id)
def test_every_row_names_what_finds_it(rule: Rule) -> None:
    """It is there, and its module, or one of those that it builds on, speaks of the rule."""
    found = resolve_name(f"conformance.{rule.finder}")
    assert callable(found)
    if rule.finder.startswith("checks."):
        module = resolve_name(f"conformance.{rule.finder.partition(':')[0]}")
        names = {getattr(value, "__module__", "") or "" for value in vars(module).values()} | {module.__name__}
        sources = [inspect.getsource(sys.modules[name]) for name in names if name.startswith("conformance.checks")]
        assert rule.id in "".join([*sources, inspect.getsource(complaints)])


def test_every_finder_has_a_row() -> None:
    """Nothing in the rooms of one and of several looks for what no row names."""
    named = {rule.finder for rule in CATALOGUE.values()}
    for room in (one, several):
        for module in (resolve_name(f"{room.__name__}.{found.name}") for found in iter_modules(room.__path__)):
            for name, value in vars(module).items():
                is_several = isinstance(value, type) and issubclass(value, Several) and value is not Several
                if isinstance(value, Finder) or (is_several and value.__module__ == module.__name__):
                    assert f"{module.__name__.removeprefix('conformance.')}:{name}" in named


def test_no_room_imports_an_http_library() -> None:
    """What judges speaks to nobody."""
    for file in Path(checks.__file__).parent.rglob("*.py"):
        assert "httpx" not in file.read_text(encoding="utf-8")


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    """A rule that any batch breaks which has ten requests, declared in some way."""

    def find(case: Case) -> Iterable[Breach]:
        batches = case.payload.get("data", [case.payload]) if case.is_settled else ()
        for found in batches:
            if found["request_counts"]["total"] == 10:
                yield Breach(MADE_UP, "/request_counts", "not ten")

    module = ModuleType("conformance.checks.one.made_up")
    module.find = request.param(find)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(CATALOGUE, MADE_UP, Rule(MADE_UP, "warning", "Ten.", "10", "checks.one.made_up:find"))  # type: ignore[attr-defined]
    caches: Collection[Any] = (finders, kinds, look._quick_of)  # noqa: SLF001 - what is remembered of rows
    for one_of_them in caches:
        one_of_them.cache_clear()
    yield
    monkeypatch.undo()
    for one_of_them in caches:
        one_of_them.cache_clear()


def fits(decoded: Any) -> bool:
    """The quick form."""
    return bool(decoded.request_counts.total != 10)


DECLARED = {
    "a function": lambda find: find,
    "without a quick form": judges(operations=BATCHES),
    "with one": judges(operations=BATCHES, quick=each(fits)),
}


@pytest.mark.parametrize("made_up", DECLARED.values(), ids=DECLARED, indirect=True)
@pytest.mark.usefixtures("made_up")
def test_an_invariant_that_is_added_is_found_on_clean_traffic() -> None:
    """However it is declared: nothing else is wrong there, and the shortcut takes no notice of it by itself."""
    judgement = judged([listed(0, "", 0), batch(1, "completed")], contract.load("kimi"))
    found = {(one.rule, one.identity.operation) for one in judgement.drifts}
    assert found == {(MADE_UP, "list_batches"), (MADE_UP, "retrieve_batch")}


def shortcut(*exchanges: Any) -> dict[str, int]:
    """What became of the shortcut for lists of batches."""
    counts = judged(exchanges, contract.load("kimi")).shortcut
    return {what: count for (operation, what), count in counts.items() if operation == "list_batches"}


def test_the_shortcut_says_what_it_passed_over_and_why_not() -> None:
    """By operation."""
    wrong = listed(2, "", 0)
    assert wrong.answer is not None
    wrong.answer.body = wrong.answer.body.replace(b'"completed"', b'"in_queue"', 1)
    assert shortcut(listed(0, "", 0), listed(1, "", 0), wrong) == {PASSED_OVER: 2, NOT_RECOGNISED: 1}


@pytest.mark.parametrize("made_up", [judges(operations=BATCHES)], indirect=True)
@pytest.mark.usefixtures("made_up")
def test_a_finder_without_a_quick_form_switches_the_shortcut_off() -> None:
    """Where it looks."""
    assert shortcut(listed(0, "", 0)) == {NO_SHORTCUT: 1}


def of_status(find: Any) -> Finder:
    """A finder that looks at no body."""
    _ = find
    return judges("kind")(lambda case: [Breach(MADE_UP, "", "no success")] if case.is_success else [])


@pytest.mark.parametrize("made_up", [of_status], indirect=True)
@pytest.mark.usefixtures("made_up")
def test_what_looks_at_a_kind_is_told_of_every_exchange_of_that_kind() -> None:
    """Though it is asked only once; and not of another kind."""
    judgement = judged([listed(0, "", 0), listed(1, "", 2), listed(2, "?limit=2", 4)], contract.load("kimi"))
    (found,) = (one for one in judgement.drifts if one.rule == MADE_UP)
    assert found.responses == 3
    refused = evolve(listed(3, "", 0), answer=Answer(401, (), b""))
    assert MADE_UP not in {one.rule for one in judged([refused], contract.load("kimi")).drifts}
