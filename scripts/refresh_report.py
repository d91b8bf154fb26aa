"""The report of a refresh: what changed, whom it hurts, what is to be done by hand; as text, and as files beside it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from conformance import report
from conformance.report.files import write_all
from conformance.report.text import clip, code_span
from scripts.refresh import Refreshed

SUMMARY = "refresh.md"
"""The text of a pull request."""
MAX_LINES = 100
"""Of one kind; more are counted."""


def tell(found: Refreshed, written: Sequence[Path] = ()) -> Iterator[str]:
    """Text for a terminal, in which nothing that comes from a page is a command; `written` are the report's files."""
    if not found.pages and not found.result.verdicts and not found.watched:
        yield "nothing changed"
    yield from (f"changed: {clip(line)}" for line in found.pages)
    yield from (f"changed, look at it: {clip(line, 300)}" for line in found.watched)
    if found.result.verdicts:
        yield report.render_terminal(report.build(found.result), written=written)
    for package, changes in found.clients.items():
        yield from (f"{package}: {clip(str(change), 300)}" for change in changes[:MAX_LINES])
    yield from (f"by hand: {clip(line, 300)}" for line in found.idle)


def write_report(found: Refreshed, folder: Path) -> list[Path]:
    """Write drift.json and the other reports, and `refresh.md` above them.

    Raises:
        ReportError: a file cannot be written.
    """
    tree = report.build(found.result)
    written = report.write(tree, folder) if found.result.verdicts else []
    return [*write_all(folder, [(SUMMARY, _summary(found, tree))]), *written]


def _summary(found: Refreshed, tree: report.Tree) -> str:
    blocks = [
        _list("The documentation changed", found.pages),
        _list("Pages that no program reads changed: look at them", found.watched),
        _list("Pages that could not be had", found.missed),
        _list("No client is made, and nothing is written", found.refused),
        _list("To be mended by hand: overlay actions that no longer fit", found.idle),
        *(
            _list(f"What changed in {code_span(package)}", [str(change) for change in changes])
            for package, changes in found.clients.items()
        ),
        report.render(tree, "md") if found.result.verdicts else "No contract changed.",
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _list(title: str, lines: tuple[str, ...] | list[str]) -> str:
    if not lines:
        return ""
    more = [f"- and {len(lines) - MAX_LINES} more"] if len(lines) > MAX_LINES else []
    return "\n".join([f"## {title}", "", *(f"- {code_span(clip(line, 300))}" for line in lines[:MAX_LINES]), *more])
