"""`batch-conformance proxy`."""

from pathlib import Path

import click

from conformance.cli.frame import command, option
from conformance.cli.options import CONTRACT, FILE, PROVIDER, Reporting, reporting


@command(
    "proxy",
    examples=[
        "proxy kimi --port 8080",
        "proxy siliconflow --against kimi --record traffic.ndjson --out reports",
        "proxy kimi --url http://127.0.0.1:9000/v1",
    ],
)
@click.argument("provider", type=PROVIDER)
@option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="where to listen; default: a free port")
@option("--url", help="where the provider really is, with or without /v1")
@option(
    "--against",
    multiple=True,
    type=CONTRACT,
    metavar="CONTRACT",
    help="a contract that judges, or all; default: the provider's",
)
@option("--record", type=FILE, metavar="FILE", help="write what passes, masked, to a .ndjson or .har for `check`")
@reporting
def proxy(
    provider: str,
    port: int,
    url: str | None,
    against: tuple[str, ...],
    record: Path | None,
    reporting: Reporting,
) -> int:
    """Pass a job's requests on to a provider, unchanged, and judge what passes, until interrupted.

    The base URL that it prints takes the place of the provider's in any client, in any language. Each new finding is a
    line on standard error when it happens; Ctrl-C gives the report.
    """
    from conformance import proxy as gateway
    from conformance.cli.publishing import prepare, publish

    options = gateway.ProxyOptions(
        provider,
        port,
        url,
        against,
        record,
        known=reporting.known,
        strict_known=reporting.strict_known,
        fail_on=reporting.fail_on,
        lang=reporting.lang,
    )
    prepare(reporting)
    result = gateway.run(options, click.echo, lambda line: click.echo(line, err=True))
    return publish(result, reporting, options.mask_key)
