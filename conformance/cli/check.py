"""`batch-conformance check`."""

import sys

import click

from conformance.cli.frame import command, option
from conformance.cli.options import CONTRACT, Reporting, reporting
from conformance.operations import OPERATIONS

_SPREAD = "Spreading"
_BODY = "One body"


@command(
    "check",
    examples=[
        "check traffic.har",
        "check 'logs/*.ndjson.zst' --jobs 4 --against kimi --out reports",
        "check tests/cassettes/**/*.yaml",
        "check answer.json --operation retrieve_batch --against openai",
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
@option(
    "--operation",
    type=click.Choice(OPERATIONS),
    metavar="NAME",
    group=_BODY,
    help="FILE is the body of one answer to this operation",
)
@option("--status", type=click.IntRange(100, 599), metavar="N", group=_BODY, help="its status; default: the usual one")
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
    operation: str | None,
    status: int | None,
    jobs: int,
    dask: str | None,
    allow_empty: bool,
    reporting: Reporting,
) -> int:
    """Judge recorded traffic: HAR, HAR entries a line, cassettes of VCR and its kin, raw HTTP; - is standard input."""
    from conformance import traffic
    from conformance.cli.publishing import prepare, publish
    from conformance.drawing import amount, line

    if operation is None and status is not None:
        raise click.UsageError("--status goes with --operation")
    if operation is not None and len(files) != 1:
        raise click.UsageError("--operation speaks of one FILE")

    options = traffic.CheckOptions(
        files=files,
        against=against,
        base_paths=base_paths,
        operation=operation,
        status=status,
        jobs=jobs,
        dask=dask,
        allow_empty=allow_empty,
        known=reporting.known,
        strict_known=reporting.strict_known,
        fail_on=reporting.fail_on,
    )
    prepare(reporting)
    with line(amount, sys.stderr) as progress:
        result = traffic.check(options, progress)
    return publish(result, reporting)
