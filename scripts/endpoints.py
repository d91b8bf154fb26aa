"""Prints the endpoints that a target of the Makefile runs, as the records of the providers have them.

`sim`: the simulators of those with a client package. `live`: the endpoints for which a key is in the environment;
exits 2 where there is none.
"""

import os
import sys
from collections.abc import Sequence

import click

from conformance.providers import PROVIDERS
from conformance.target import simulated


def main(arguments: Sequence[str]) -> int:
    """The command; see the module. Returns the exit code."""
    if list(arguments) == ["sim"]:
        click.echo(" ".join(simulated()))
        return 0
    found = [f"live:{one.name}" for one in PROVIDERS.values() if os.environ.get(one.key_variable)]
    if not found:
        variables = ", ".join(one.key_variable for one in PROVIDERS.values())
        click.echo(f"make live: set a key in the environment; the variables are {variables}", err=True)
        return 2
    click.echo(" ".join(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
