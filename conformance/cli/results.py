"""`batch-conformance results`."""

import sys
from pathlib import Path

import click

from conformance.cli.frame import command, option
from conformance.cli.options import FILE, PROVIDER, Reporting, reporting


@command(
    "results",
    examples=[
        "results output.jsonl error.jsonl --input requests.jsonl --provider siliconflow",
        "results output.jsonl --input requests.jsonl --provider kimi --batch batch.json --rest again.jsonl",
    ],
)
@click.argument("outputs", nargs=-1, required=True, metavar="OUTPUT...")
@option("--input", "input_file", required=True, metavar="FILE", help="the requests as they were uploaded")
@option("--provider", type=PROVIDER, metavar="NAME", required=True, help="whose results they are")
@option("--batch", metavar="FILE|ID", help="the batch as it was retrieved, or its id, which is asked for live")
@option("--rest", type=FILE, metavar="FILE", help="write the requests without a success here, to be sent again")
@option("--url", metavar="URL", help="where the live endpoint really is, with or without /v1")
@reporting
def results(
    outputs: tuple[str, ...],
    input_file: str,
    provider: str,
    batch: str | None,
    rest: Path | None,
    url: str | None,
    reporting: Reporting,
) -> int:
    """Say whether every request has its answer; OUTPUT are output and error files in any order, - is standard input.

    Also .gz and .zst. Failed and expired requests are told; absent, broken and contradicting lines make the exit 1.
    """
    from conformance import results as reading
    from conformance.cli.publishing import prepare, publish
    from conformance.drawing import amount, line
    from conformance.report.results import summary
    from conformance.report.words import Say

    prepare(reporting)
    options = reading.ResultsOptions(
        outputs=outputs,
        input=input_file,
        provider=provider,
        batch=batch,
        rest=rest,
        url=url,
        known=reporting.known,
        fail_on=reporting.fail_on,
    )
    with line(amount, sys.stderr) as progress:
        found, result = reading.results(options, progress)
    click.echo(summary(found, Say(reporting.lang), rest))
    return publish(result, reporting)
