"""The report as GitHub workflow commands, which annotate the contract's lines in a pull request."""

from collections.abc import Iterator

from conformance.report import summary
from conformance.report.text import clip
from conformance.report.tree import Row, Tree
from conformance.report.words import Say
from conformance.report.worktree import finder

MAX_A_LEVEL = 10
"""GitHub shows no more of one level from one step."""

_LEVELS = {"breaking": "error", "warning": "warning", "info": "notice"}


def render(tree: Tree, say: Say) -> str:
    """One command a new drift whose contract file is in the current folder, then a summary of all."""
    find = finder()
    new = [row for row in tree["drift"] if row["known"] is None]
    here = [(row, file) for row in new if (file := find(row["spec"]["file"])) is not None]
    shown = [one for level in _LEVELS for one in [pair for pair in here if pair[0]["severity"] == level][:MAX_A_LEVEL]]
    lines = [_command(row, file, say) for row, file in shown]
    return "\n".join([*lines, *_summary(tree, len(here) - len(shown), len(new) - len(here), say)]) + "\n"


def _command(row: Row, file: str, say: Say) -> str:
    line = f",line={row['spec']['line']}" if row["spec"]["line"] else ""
    title = _property(f"{say(row['severity'])}{say('colon')}{clip(row['rule'])}")
    return f"::{_LEVELS[row['severity']]} file={_property(file)}{line},title={title}::{_data(message(row, say))}"


def message(row: Row, say: Say) -> str:
    """A drift in one line of plain text."""
    parts = (
        f"{summary.endpoint(row, say)} × {clip(row['contract'])}",
        summary.place(row),
        f"{say('received')} {summary.received(row, say)}" if row["observed"] else "",
        f"{say('documented')} {clip(row['expected'])}",
        summary.seen(row, say),
        summary.impact(row, say),
    )
    return say("semicolon").join(part for part in parts if part)


def _summary(tree: Tree, unlisted: int, elsewhere: int, say: Say) -> Iterator[str]:
    more = [say("fold-more", n=unlisted)] if unlisted else []
    more += [say("elsewhere", n=elsewhere)] if elsewhere else []
    yield f"::notice title={_property(say('title'))}::{_data(' '.join([summary.total(tree, say), *more]))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
