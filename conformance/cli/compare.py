"""`batch-conformance compare`."""

import time

import click

from conformance.cli.frame import command
from conformance.cli.options import CONTRACT, Reporting, reporting


@command(
    "compare",
    examples=[
        "compare kimi siliconflow",
        "compare kimi@2026-11-24 kimi",
        "compare old.yaml new.yaml --fail-on breaking --out reports",
    ],
)
@click.argument("old", type=CONTRACT)
@click.argument("new", type=CONTRACT)
@reporting
def compare(old: str, new: str, reporting: Reporting) -> int:
    """Say what changes for clients of contract OLD where NEW holds; by name, file, or name@date."""
    from conformance import compare as comparing
    from conformance import contract, known
    from conformance.cli.publishing import prepare, publish

    started = time.time()
    prepare(reporting)
    result = comparing.result(
        contract.load(old),
        contract.load(new),
        known=known.read_known(reporting.known) if reporting.known else (),
        day=known.today(),
        fail_on=reporting.fail_on,
        started=started,
        finished=time.time(),
    )
    return publish(result, reporting)
