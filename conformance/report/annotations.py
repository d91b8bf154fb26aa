"""The report as GitHub workflow commands, which annotate the contract's lines in a pull request."""

from collections.abc import Iterator

from conformance.report import facts, summary
from conformance.report.facts import Fact
from conformance.report.text import visible
from conformance.report.tree import Tree
from conformance.report.words import Say
from conformance.report.worktree import finder

MAX_A_LEVEL = 10
"""GitHub shows no more of one level from one step."""

_LEVELS = {"breaking": "error", "warning": "warning", "info": "notice"}


def render(tree: Tree, say: Say) -> str:
    """One command a new finding whose contract file is in the current folder, then a summary of all."""
    find = finder()
    new = [fact for fact in facts.facts(tree) if not fact.known]
    here = [(fact, file) for fact in new if (file := find(fact.finding["spec"]["file"])) is not None]
    shown = [one for level in _LEVELS for one in [pair for pair in here if pair[0].severity == level][:MAX_A_LEVEL]]
    lines = [_command(fact, file, say) for fact, file in shown]
    return "\n".join([*lines, *_summary(tree, len(here) - len(shown), len(new) - len(here), say)]) + "\n"


def _command(fact: Fact, file: str, say: Say) -> str:
    spec = fact.finding["spec"]
    line = f",line={spec['line']}" if spec["line"] else ""
    title = _property(visible(facts.plain(fact.headline(say))))
    return f"::{_LEVELS[fact.severity]} file={_property(file)}{line},title={title}::{_data(facts.sentence(fact, say))}"


def _summary(tree: Tree, unlisted: int, elsewhere: int, say: Say) -> Iterator[str]:
    more = [say("fold-more", n=unlisted)] if unlisted else []
    more += [say("elsewhere", n=elsewhere)] if elsewhere else []
    yield f"::notice title={_property(say('title'))}::{_data(' '.join([summary.total(tree, say), *more]))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
