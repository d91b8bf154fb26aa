"""`batch-conformance report`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance.cli.frame import Listed, command, option
from conformance.cli.options import FILE, LANG

if TYPE_CHECKING:
    from conformance.report import Lang


class _Formats(Listed):
    """Several formats, with commas between them."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Their names, in the order in which they were given."""
        return [super(_Formats, self).convert(one.strip(), param, ctx) for one in str(value).split(",")]


@command("report", examples=["report reports/drift.json", "report reports/drift.json --format html,sarif --out site"])
@click.argument("file", type=FILE)
@option(
    "--format",
    "formats",
    type=_Formats("format", "conformance.report.formats:FORMATS"),
    metavar="NAME,...",
    default="md",
    help="one or several, with commas",
)
@option("--out", type=FILE, metavar="DIR", help="folder to write into; default: standard output")
@option("--lang", type=LANG, default="en", help="language of the report")
def report(file: Path, formats: list[str], out: Path | None, lang: "Lang") -> int:
    """Render a drift.json in other formats."""
    from conformance import report as reports

    tree = reports.read(file)
    rendered = [reports.render(tree, name, lang) for name in formats]
    if out:
        reports.prepare(out)
        for path in reports.write(tree, out, formats, lang):
            click.echo(path)
        rendered = [text for name, text in zip(formats, rendered, strict=True) if reports.FORMATS[name].file is None]
    for text in rendered:
        click.echo(text)
    return 0
