"""`batch-conformance check`."""

import click

from conformance.cli.frame import command, option
from conformance.cli.options import CONTRACT, Reporting, reporting

_SPREAD = "Spreading"


@command(
    "check",
    examples=[
        "check traffic.har",
        "check 'logs/*.ndjson.zst' --jobs 4 --against kimi --out reports",
        "check - < traffic.ndjson",
    ],
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@option(
    "--against",
    multiple=True,
    type=CONTRACT,
    metavar="CONTRACT",
    help="a contract that judges, or all; default: the host's",
)
@option(
    "--base-path",
    "base_paths",
    multiple=True,
    metavar="PATH",
    help="what stands before /batches and /files at a gateway, where it does not end as /v1 does",
)
@option("--allow-empty", is_flag=True, help="an empty list is no reason for could-not-check")
@option(
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    group=_SPREAD,
    help="processes to spread the work over",
)
@option("--dask", metavar="ADDRESS", group=_SPREAD, help="a Dask scheduler to spread the work over")
@reporting
def check(
    files: tuple[str, ...],
    against: tuple[str, ...],
    base_paths: tuple[str, ...],
    jobs: int,
    dask: str | None,
    allow_empty: bool,
    reporting: Reporting,
) -> int:
    """Judge recorded traffic: HAR, or NDJSON of HAR entries, also .gz and .zst; - is standard input."""
    from conformance import traffic
    from conformance.cli.publishing import prepare, publish

    options = traffic.Options(
        files=files,
        against=against,
        base_paths=base_paths,
        jobs=jobs,
        dask=dask,
        allow_empty=allow_empty,
        known=reporting.known,
        strict_known=reporting.strict_known,
        fail_on=reporting.fail_on,
    )
    prepare(reporting)
    with traffic.bar() as progress:
        result = traffic.check(options, progress)
    return publish(result, reporting)
