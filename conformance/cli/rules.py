"""`batch-conformance rules`."""

import click

from conformance.cli.frame import command


@command("rules", examples=["rules"])
def rules() -> int:
    """Print the catalogue: every kind of drift, its severity and an example."""
    from conformance.rules import CATALOGUE

    for rule in CATALOGUE.values():
        click.echo(f"{rule.id} ({rule.severity})\n    {rule.sentence}\n    e.g. {rule.example}")
    return 0
