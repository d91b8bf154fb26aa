"""What a command with a report does at its end: files, the terminal, the exit code."""

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from conformance import report
from conformance.cli.options import Reporting
from conformance.outcome import Result
from conformance.report import ReportError

if TYPE_CHECKING:
    from pathlib import Path


def publish(result: Result, reporting: Reporting, mask_key: bytes | None = None) -> int:
    """Write and print the report of a run; returns the exit code.

    Raises:
        ReportError: the history or a file of the report could not be written; whatever else could was, before.
    """
    out, history, lang = reporting.out, reporting.history, reporting.lang
    tree = report.build(result, reporting.fail_on, mask_key)
    trouble: ReportError | None = None
    written: list[Path] = []
    try:
        tree = report.history.add_run(history, tree) if history else tree
    except ReportError as error:
        trouble = error
    try:
        written = report.write(tree, out, lang=lang) if out else []
    except ReportError as error:
        trouble = trouble or error
    color = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    in_full = [one.text() for one in result.remains]
    shown = report.render_terminal(
        tree, color=color, lang=lang, written=written, in_full=in_full, verbose=reporting.verbose
    )
    click.echo(shown, color=color)
    if reporting.verbose:
        click.echo("\n".join(_shortcuts(result)), err=True)
    if trouble:
        raise trouble
    return result.exit_code


def _shortcuts(result: Result) -> Iterator[str]:
    """Which bodies were passed over in a hurry, and why others were not."""
    for pair in (verdict.pair for verdict in result.verdicts):
        for (operation, what), count in sorted(pair.shortcut.items()):
            yield f"{pair.endpoint} × {pair.contract.name}: {operation}: {count:,} × {what}"


def prepare(reporting: Reporting) -> None:
    """Make the folder for the report, before any work is done for it.

    Raises:
        ReportError: nothing can be written there.
    """
    if reporting.out:
        report.prepare(reporting.out)
