"""`batch-conformance preflight`."""

from pathlib import Path

import click

from conformance.cli.frame import command, option
from conformance.cli.options import PROVIDER


@command("preflight", examples=["preflight requests.jsonl --provider kimi"])
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@option("--provider", type=PROVIDER, metavar="NAME", required=True, help="whose rules they are")
def preflight(file: Path, provider: str) -> int:
    """Hold a batch input file to a provider's rules before uploading it; - is standard input."""
    from conformance import input_rules

    try:
        found = input_rules.check_input(file, provider)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from None
    for offence in found.offences:
        click.echo(offence)
    left = sum(found.counts.values()) - len(found.offences)
    if left:
        counts = ", ".join(f"{rule} {count}" for rule, count in found.counts.items())
        click.echo(f"and {left} more; in all: {counts}")
    for rule, count in found.remark_counts.items():
        first = next(one for one in found.remarks if one.rule == rule)
        click.echo(f"remark, on {count} {'line' if count == 1 else 'lines'}, {first}")
    if found.ok:
        click.echo(f"{file}: {found.lines} lines, {found.size} bytes: nothing to object to")
    return 0 if found.ok else 1
