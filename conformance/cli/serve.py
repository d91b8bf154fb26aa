"""`batch-conformance serve`."""

from pathlib import Path

import click

from conformance.cli.frame import Listed, command, option
from conformance.cli.options import FILE, PROVIDER


@command(
    "serve",
    examples=[
        "serve siliconflow --port 8080",
        "serve kimi --speed 3600 --state /var/tmp/kimi",
        "serve kimi --fault rate-limited",
    ],
)
@click.argument("provider", type=PROVIDER)
@option("--port", type=click.IntRange(0, 65535), default=0, help="default: a free one")
@option("--key", help="the key to accept; default: sk-sim")
@option("--speed", type=click.FloatRange(min=0), default=1.0, help="virtual seconds a second; 0: only when told")
@option("--state", type=FILE, metavar="DIR", help="folder that keeps files and batches over a restart")
@option("--models", multiple=True, metavar="M", help="a model that exists; default: any does")
@option(
    "--fault",
    "faults",
    multiple=True,
    type=Listed("fault", "conformance.simulator.faults:FAULTS", closed=False),
    metavar="NAME",
    help="answer wrongly in this way; may be given again",
)
def serve(
    provider: str,
    port: int,
    key: str | None,
    speed: float,
    state: Path | None,
    models: tuple[str, ...],
    faults: tuple[str, ...],
) -> int:
    """Serve a provider's batch and file API on this machine, until interrupted."""
    from conformance import simulator

    try:
        server = simulator.Simulator(
            provider,
            key=key or simulator.DEFAULT_KEY,
            port=port,
            speed=speed,
            state=state,
            models=models,
            faults=faults,
        )
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    simulator.serve(server, lambda ready: click.echo(ready.base_url))
    return 0
