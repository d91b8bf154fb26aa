"""`batch-conformance mend`."""

from pathlib import Path

import click

from conformance.cli.frame import command, option
from conformance.cli.options import FILE


@command("mend", examples=["mend reports/drift.json --out overlays"])
@click.argument("file", type=FILE)
@option("--out", type=FILE, required=True, metavar="DIR", help="folder for the overlays")
def mend(file: Path, out: Path) -> int:
    """From a drift.json, write the Overlay that would make the contracts agree with what was seen."""
    from conformance import mend as mending
    from conformance import report

    report.prepare(out)
    for path in mending.mend(report.read(file), out):
        click.echo(path)
    return 0
