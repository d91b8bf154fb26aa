"""`batch-conformance history`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli.frame import command, option
from conformance.cli.options import FILE, LANG

if TYPE_CHECKING:
    from conformance.report import Lang


@command("history", examples=["history runs.sqlite"])
@click.argument("file", type=FILE)
@option("--lang", type=LANG, default="en", help="language of the timeline")
def history(file: Path, lang: "Lang") -> int:
    """Print the timeline of what --history collected."""
    from conformance import report

    click.echo(report.history.render(report.history.timeline(file), lang))
    return 0
