"""`batch-conformance serve`."""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli.frame import Listed, command, option
from conformance.cli.options import FILE, PROVIDER

if TYPE_CHECKING:
    from conformance.simulator import Simulator

REPLY_KEY = "BATCH_CONFORMANCE_REPLY_KEY"
"""The environment variable with the key for the server that `--reply` names."""
_HOLDS, _DOES = "What it holds", "What it does"


@command(
    "serve",
    examples=[
        "serve siliconflow --port 8080",
        "serve kimi --speed 3600 --state /var/tmp/kimi",
        "serve kimi --fault rate-limited --empty",
        "serve openai --reply 'You said {content}.' --json",
    ],
)
@click.argument("provider", type=PROVIDER)
@option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="default: a free one")
@option("--host", default="127.0.0.1", help="name or address to listen on; beyond this machine with a warning")
@option("--key", help="the key to accept; default: sk-sim")
@option("--json", "as_json", is_flag=True, help="say where it is as a line of JSON, for scripts")
@option("--state", type=FILE, metavar="DIR", group=_HOLDS, help="folder that keeps files and batches over a restart")
@option("--empty", is_flag=True, group=_HOLDS, help="begin without the batches of the documentation's samples")
@option("--models", multiple=True, metavar="M", group=_HOLDS, help="a model that exists; default: any does")
@option(
    "--speed",
    type=click.FloatRange(min=0),
    default=1.0,
    metavar="X",
    group=_DOES,
    help="virtual seconds a second; 0: only when told",
)
@option(
    "--work-seconds",
    type=click.IntRange(0, 10**9),
    default=3600,
    metavar="N",
    group=_DOES,
    help="how long a batch is at work, in virtual seconds; more than its window, and it expires",
)
@option(
    "--reply",
    metavar="TEXT|URL",
    group=_DOES,
    help="how lines are answered: a text with {content}, {model}, {custom_id}, or an OpenAI-compatible server that is "
    f"asked, with the key in ${REPLY_KEY}; default: the last message",
)
@option(
    "--fault",
    "faults",
    multiple=True,
    type=Listed("fault", "conformance.simulator.faults:FAULTS", closed=False),
    metavar="NAME",
    group=_DOES,
    help="answer wrongly in this way; may be given again",
)
def serve(
    provider: str,
    port: int,
    host: str,
    key: str | None,
    as_json: bool,
    state: Path | None,
    empty: bool,
    models: tuple[str, ...],
    speed: float,
    work_seconds: int,
    reply: str | None,
    faults: tuple[str, ...],
) -> int:
    """Serve a provider's batch and file API on this machine, until interrupted.

    Its address is the first line of standard output; what was answered, a line a request, goes to standard error.
    """
    from conformance import simulator

    try:
        server = simulator.Simulator(
            provider,
            key=key or simulator.DEFAULT_KEY,
            host=host,
            port=port,
            speed=speed,
            state=state,
            models=models,
            faults=faults,
            reply=reply,
            reply_key=os.environ.get(REPLY_KEY),
            seeded=not empty,
            work_seconds=work_seconds,
            listener=_say,
        )
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    simulator.serve(server, lambda ready: _introduce(ready, host, own_key=key is not None, as_json=as_json))
    return 0


def _introduce(server: "Simulator", host: str, *, own_key: bool, as_json: bool) -> None:
    """Say where it is, which key it takes, and how it is moved; a key that someone chose is theirs."""
    if as_json:
        shown = {"provider": server.provider, "base_url": server.base_url, "control_url": server.control_url}
        click.echo(json.dumps({**shown, "key": None if own_key else server.key}))
    else:
        click.echo(server.base_url)
    sys.stdout.flush()
    _say(f"{server.provider} at {server.base_url}; the key is {'the one that --key gave' if own_key else server.key}")
    _say(f"its time and its faults: {server.control_url}, with the same key")
    if not _is_loopback(host):
        _say(f"warning: --host {host} is reached from other machines, by whoever has the key")


def _say(line: str) -> None:
    """A line on standard error, if anybody reads it."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()


def _is_loopback(host: str) -> bool:
    from ipaddress import ip_address

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
