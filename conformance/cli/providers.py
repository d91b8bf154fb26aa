"""`batch-conformance providers`."""

import click

from conformance.cli.frame import command


@command("providers", examples=["providers"])
def providers() -> int:
    """Print the records of specs/providers.toml: who can be asked, judged and simulated."""
    from conformance.contract_files import find
    from conformance.providers import PROVIDERS

    for one in PROVIDERS.values():
        lines = {
            "base URLs": ", ".join(one.base_urls),
            "hosts": ", ".join(one.hosts),
            "key": f"${one.key_variable}, sent as {': '.join(one.authorization('…'))}",
            "contract": find(one.contract).shown,
            "client": one.client,
            "profile": one.profile,
        }
        click.echo(f"{one.name} ({one.label})")
        for name, value in lines.items():
            if value:
                click.echo(f"    {name:<11}{value}")
    return 0
