"""The program and its commands: a new one is a row here, and a module."""

import logging
import os
import sys
from collections.abc import Mapping

import click

from conformance.cli.frame import Program
from conformance.cli.unread import Unread

COMMANDS: Mapping[str, Mapping[str, str]] = {
    "Find drift": {
        "run": "conformance.cli.run:run",
        "check": "conformance.cli.check:check",
        "proxy": "conformance.cli.proxy:proxy",
        "compare": "conformance.cli.compare:compare",
    },
    "Before a batch": {
        "preflight": "conformance.cli.preflight:preflight",
        "serve": "conformance.cli.serve:serve",
    },
    "After a batch": {
        "results": "conformance.cli.results:results",
    },
    "After a report": {
        "report": "conformance.cli.report:report",
        "history": "conformance.cli.history:history",
        "mend": "conformance.cli.mend:mend",
    },
    "Look up": {
        "providers": "conformance.cli.providers:providers",
        "rules": "conformance.cli.rules:rules",
    },
}
"""By heading of the help and by name, where each is: `module:function`. None is imported before it is asked for."""


@click.group(cls=Program, table=COMMANDS)
@click.version_option(package_name="batch-conformance")
def cli() -> None:
    """Shows where Batch APIs, their contracts and their clients drift apart."""


def invoke() -> int:
    """Run what the program's arguments ask for; returns the exit code.

    Raises:
        click.ClickException, UserError: it cannot be had.
    """
    logging.lastResort = Unread(logging.WARNING)
    if "_BATCH_CONFORMANCE_COMPLETE" in os.environ:
        cli.main()  # a shell that completes a line
    try:
        with cli.make_context("batch-conformance", sys.argv[1:] or ["--help"]) as context:
            code = cli.invoke(context)
    except click.exceptions.Exit as done:
        return done.exit_code if sys.argv[1:] else 2
    return code if isinstance(code, int) else 0
