"""`batch-conformance run`."""

import sys
from pathlib import Path

import click

from conformance.cli.frame import Listed, ParamType, command, option
from conformance.cli.options import CONTRACT, FILE, Reporting, reporting

RATES = (0.001, 1000)
"""Requests a second, at least and at most."""
_ASKED, _GUARD, _RECORDING = "What is asked", "Limits", "Recording"


class _Rate(ParamType):
    """Requests a second, `5/s` or `5`."""

    name = "rate"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            rate = float(str(value).removesuffix("/s"))
        except ValueError:
            rate = 0.0
        if not RATES[0] <= rate <= RATES[1]:
            self.fail(f"{value}: a number from {RATES[0]} to {RATES[1]} a second is expected, such as 2/s", param, ctx)
        return rate


def endpoint_names() -> list[str]:
    """Every endpoint there is."""
    from conformance.providers import PROVIDERS

    return [f"{kind}:{name}" for kind in ("sim", "live") for name in PROVIDERS]


@command(
    "run",
    examples=[
        "run sim:kimi sim:siliconflow --out reports",
        "run live:kimi --against siliconflow --rate 1/s",
        "run sim:siliconflow --against kimi --operation list_batches --no-known",
    ],
)
@click.argument(
    "endpoints",
    nargs=-1,
    required=True,
    metavar="ENDPOINT...",
    type=Listed("endpoint", "conformance.cli.run:endpoint_names", closed=False),
)
@option(
    "--against",
    multiple=True,
    type=CONTRACT,
    metavar="CONTRACT",
    group=_ASKED,
    help="a contract that judges, by name or file, or all; default: the endpoint's own, and the usual",
)
@option(
    "--operation",
    "operations",
    multiple=True,
    type=Listed("operation", "conformance.operations:OPERATIONS"),
    metavar="NAME",
    group=_ASKED,
    help="probe only this operation",
)
@option("--url", group=_ASKED, help="where a live endpoint really is, with or without /v1")
@option("--write", is_flag=True, group=_ASKED, help="allow more than GET on a live endpoint")
@option(
    "--model", metavar="M", group=_ASKED, help="what a batch made with --write names; default: learnt, or documented"
)
@option("--allow-empty", is_flag=True, group=_ASKED, help="an empty list is no reason for could-not-check")
@option(
    "--max-requests",
    type=click.IntRange(min=1),
    metavar="N",
    group=_GUARD,
    help="at most so many an endpoint; live: 90",
)
@option("--rate", type=_Rate(), metavar="N/s", group=_GUARD, help="at most so many requests a second; live: 2/s")
@option(
    "--record",
    type=FILE,
    metavar="FILE",
    group=_RECORDING,
    help="write what is judged, masked, to a .ndjson or .har that `check` can read",
)
@option(
    "--mask-key-file",
    type=FILE,
    metavar="FILE",
    group=_RECORDING,
    help="make pseudonyms with the key in this file, so that those of several runs can be compared",
)
@reporting
def run(
    endpoints: tuple[str, ...],
    against: tuple[str, ...],
    operations: tuple[str, ...],
    url: str | None,
    write: bool,
    model: str | None,
    max_requests: int | None,
    rate: float | None,
    allow_empty: bool,
    record: Path | None,
    mask_key_file: Path | None,
    reporting: Reporting,
) -> int:
    """Probe endpoints (sim:NAME, live:NAME) and hold the answers against contracts."""
    from conformance import pseudonyms
    from conformance.cli.publishing import prepare, publish
    from conformance.drawing import line, probes
    from conformance.suite import engine
    from conformance.suite.session import RunOptions

    options = RunOptions(
        endpoints=endpoints,
        against=against,
        operations=operations,
        url=url,
        write=write,
        model=model,
        max_requests=max_requests,
        rate=rate,
        allow_empty=allow_empty,
        record=record,
        mask_key=pseudonyms.read_key(mask_key_file) if mask_key_file else pseudonyms.run_key(),
        known=reporting.known,
        strict_known=reporting.strict_known,
        fail_on=reporting.fail_on,
    )
    prepare(reporting)
    with line(probes, sys.stderr) as progress:
        result = engine.run(options, progress)
    return publish(result, reporting, options.mask_key)
