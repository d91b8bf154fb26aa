"""The commands: words in, exit code out; no logic of their own."""

import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from conformance import contract, known, pseudonyms, report, rules
from conformance.contract import ContractError
from conformance.document import DocumentError
from conformance.endpoint import EndpointError
from conformance.known import KnownDriftError
from conformance.outcome import Result
from conformance.providers import PROVIDERS
from conformance.pseudonyms import MaskKeyError
from conformance.recording import SourceError
from conformance.report import ReportError
from conformance.specs import SpecsError
from conformance.suite import engine
from conformance.suite.engine import EngineError
from conformance.suite.session import Options

USER_ERRORS = (
    *(
        ContractError,
        DocumentError,
        EndpointError,
        EngineError,
        KnownDriftError,
        MaskKeyError,
        ReportError,
        SourceError,
    ),
    *(SpecsError, click.ClickException),
)
"""What is told in one line, with exit 2."""


def provider_name(text: str) -> str:
    """The name of a provider's record, looked up when it is typed and not before.

    Raises:
        click.BadParameter: there is no such record.
    """
    if text not in PROVIDERS:
        raise click.BadParameter(f"{text}: no such provider; there are {', '.join(PROVIDERS)}")
    return text


def reporting(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command with a report shares."""
    for option in (
        click.option("--lang", type=click.Choice(report.LANGS), default="en", help="language of the reports"),
        click.option("--history", type=click.Path(path_type=Path), help="add the run to this SQLite file"),
        click.option(
            "--fail-on",
            type=click.Choice(["breaking", "warning", "info"]),
            default="warning",
            help="from which severity new drift makes the exit 1",
        ),
        click.option("--strict-known", is_flag=True, help="stale entries count on live endpoints and recordings too"),
        click.option("--no-known", is_flag=True, help="accept no drift"),
        click.option(
            "--known", "known_file", type=click.Path(path_type=Path), help="accepted drift; default: the project's own"
        ),
        click.option("--out", type=click.Path(path_type=Path), help="folder for drift.json and the other reports"),
    ):
        command = option(command)
    return command


def known_path(known_file: Path | None, *, no_known: bool) -> Path | None:
    """The file of accepted drift; None for none.

    Raises:
        click.UsageError: both options were given.
    """
    if no_known and known_file:
        raise click.UsageError("--known and --no-known exclude each other")
    return None if no_known else known_file or known.DEFAULT_FILE


def _debugging(_context: click.Context, _option: click.Parameter, value: bool) -> None:
    if value:
        logging.basicConfig()
        logging.getLogger("conformance").setLevel(logging.DEBUG)


DEBUG = click.Option(
    ["--debug"], is_flag=True, expose_value=False, callback=_debugging, help="show the traceback of what goes wrong"
)
"""What every command takes, before its name and after it."""


class Command(click.Command):
    """A command with the options that all have."""

    def __init__(self, *arguments: Any, **words: Any) -> None:
        """Make it as click does."""
        super().__init__(*arguments, **words)
        self.params.append(DEBUG)


class Group(click.Group):
    """The program, whose commands are such."""

    command_class = Command


@click.group(cls=Group, params=[DEBUG], context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="batch-conformance")
def cli() -> None:
    """Shows where Batch APIs, their contracts and their clients drift apart."""


@cli.command()
@click.argument("endpoints", nargs=-1, required=True, metavar="ENDPOINT...")
@click.option(
    "--against",
    multiple=True,
    metavar="CONTRACT",
    help="a contract that judges, by name or file, or all; default: the endpoint's own, and the usual",
)
@click.option("--operation", "operations", multiple=True, metavar="NAME", help="probe only this operation")
@click.option("--url", help="where a live endpoint really is, with or without /v1")
@click.option("--write", is_flag=True, help="allow more than GET on a live endpoint")
@click.option("--model", metavar="M", help="what a batch made with --write names; default: learnt, or documented")
@click.option("--max-requests", type=click.IntRange(min=1), metavar="N", help="at most so many an endpoint; live: 90")
@click.option("--rate", metavar="N/s", help="at most so many requests a second; live: 2/s")
@click.option("--allow-empty", is_flag=True, help="an empty list is no reason for could-not-check")
@click.option(
    "--record",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="write what is judged, masked, to a .ndjson or .har that `check` can read",
)
@click.option(
    "--mask-key-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
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
    rate: str | None,
    allow_empty: bool,
    record: Path | None,
    mask_key_file: Path | None,
    out: Path | None,
    known_file: Path | None,
    no_known: bool,
    strict_known: bool,
    fail_on: rules.Severity,
    history: Path | None,
    lang: report.Lang,
) -> int:
    """Probe endpoints (sim:NAME, live:NAME) and hold the answers against contracts."""
    options = Options(
        endpoints=endpoints,
        against=against,
        operations=operations,
        url=url,
        write=write,
        model=model,
        max_requests=max_requests,
        rate=parse_rate(rate),
        allow_empty=allow_empty,
        record=record,
        mask_key=pseudonyms.read_key(mask_key_file) if mask_key_file else pseudonyms.run_key(),
        known=known_path(known_file, no_known=no_known),
        strict_known=strict_known,
        fail_on=fail_on,
    )
    if out:
        report.prepare(out)
    return publish(engine.run(options), fail_on, out, history, lang, options.mask_key)


RATES = (0.001, 1000)
"""Requests a second, at least and at most."""


def parse_rate(text: str | None) -> float | None:
    """Requests a second from `5/s` or `5`.

    Raises:
        click.BadParameter: it is not such a number, or one that nobody would wait for.
    """
    if text is None:
        return None
    try:
        rate = float(text.removesuffix("/s"))
    except ValueError:
        rate = 0.0
    if not RATES[0] <= rate <= RATES[1]:
        raise click.BadParameter(f"--rate {text}: a number from {RATES[0]} to {RATES[1]} a second, such as 2/s")
    return rate


def publish(
    result: Result,
    fail_on: rules.Severity,
    out: Path | None,
    history: Path | None,
    lang: report.Lang,
    mask_key: bytes | None = None,
) -> int:
    """Write and print the report of a run; returns the exit code.

    Raises:
        ReportError: the history or a file of the report could not be written; whatever else could was, before.
    """
    tree = report.build(result, fail_on, mask_key)
    trouble: ReportError | None = None
    written: list[Path] = []
    try:
        tree = report.history.add_run(history, tree) if history else tree
    except ReportError as error:
        trouble = error
    try:
        written = report.write(tree, out, lang=lang) if out else []
    except ReportError as error:
        trouble = trouble or error
    color = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    in_full = [one.text() for one in result.remains]
    click.echo(report.render_terminal(tree, color=color, lang=lang, written=written, in_full=in_full), color=color)
    if trouble:
        raise trouble
    return result.exit_code


@cli.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--against", multiple=True, metavar="CONTRACT", help="a contract that judges, or all; default: the host's"
)
@click.option(
    "--base-path",
    "base_paths",
    multiple=True,
    metavar="PATH",
    help="what stands before /batches and /files at a gateway, where it does not end as /v1 does",
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, help="processes to spread the work over")
@click.option("--dask", metavar="ADDRESS", help="a Dask scheduler to spread the work over")
@click.option("--allow-empty", is_flag=True, help="an empty list is no reason for could-not-check")
@reporting
def check(
    files: tuple[str, ...],
    against: tuple[str, ...],
    base_paths: tuple[str, ...],
    jobs: int,
    dask: str | None,
    allow_empty: bool,
    out: Path | None,
    known_file: Path | None,
    no_known: bool,
    strict_known: bool,
    fail_on: rules.Severity,
    history: Path | None,
    lang: report.Lang,
) -> int:
    """Judge recorded traffic: HAR, or NDJSON of HAR entries, also .gz and .zst; - is standard input."""
    from conformance import traffic  # noqa: PLC0415 - the other commands read no recordings

    options = traffic.Options(
        files=files,
        against=against,
        base_paths=base_paths,
        jobs=jobs,
        dask=dask,
        allow_empty=allow_empty,
        known=known_path(known_file, no_known=no_known),
        strict_known=strict_known,
        fail_on=fail_on,
    )
    if out:
        report.prepare(out)
    try:
        with traffic.bar() as progress:
            result = traffic.check(options, progress)
    except traffic.SpreadError as error:
        raise click.ClickException(str(error)) from None
    return publish(result, fail_on, out, history, lang)


@cli.command()
@click.argument("old")
@click.argument("new")
@reporting
def compare(
    old: str,
    new: str,
    out: Path | None,
    known_file: Path | None,
    no_known: bool,
    strict_known: bool,
    fail_on: rules.Severity,
    history: Path | None,
    lang: report.Lang,
) -> int:
    """Say what changes for clients of contract OLD where NEW holds; by name, file, or name@date."""
    from conformance import compare as comparing  # noqa: PLC0415 - the other commands compare nothing

    del strict_known  # no entry is stale for not being seen in a comparison
    started = time.time()
    accepted = known_path(known_file, no_known=no_known)
    if out:
        report.prepare(out)
    result = comparing.result(
        contract.load(old),
        contract.load(new),
        known=known.read_known(accepted) if accepted else (),
        day=known.today(),
        fail_on=fail_on,
        started=started,
        finished=time.time(),
    )
    return publish(result, fail_on, out, history, lang)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="folder for the overlays")
def mend(file: Path, out: Path) -> int:
    """From a drift.json, write the Overlay that would make the contracts agree with what was seen."""
    from conformance import mend as mending  # noqa: PLC0415 - the other commands mend nothing

    report.prepare(out)
    try:
        written = mending.mend(report.read(file), out)
    except mending.MendError as error:
        raise click.ClickException(str(error)) from None
    for path in written:
        click.echo(path)
    return 0


@cli.command("report")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "formats", default="md", help=f"one or several of {', '.join(report.FORMATS)}, with commas")
@click.option("--out", type=click.Path(path_type=Path), help="folder to write into; default: standard output")
@click.option("--lang", type=click.Choice(report.LANGS), default="en", help="language of the report")
def report_command(file: Path, formats: str, out: Path | None, lang: report.Lang) -> int:
    """Render a drift.json in other formats."""
    tree = report.read(file)
    names = [name.strip() for name in formats.split(",")]
    rendered = [report.render(tree, name, lang) for name in names]
    if out:
        report.prepare(out)
        for path in report.write(tree, out, names, lang):
            click.echo(path)
        rendered = [text for name, text in zip(names, rendered, strict=True) if report.FORMATS[name].file is None]
    for text in rendered:
        click.echo(text)
    return 0


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(report.LANGS), default="en", help="language of the timeline")
def history(file: Path, lang: report.Lang) -> int:
    """Print the timeline of what --history collected."""
    click.echo(report.history.render(report.history.timeline(file), lang))
    return 0


@cli.command()
@click.argument("provider", type=provider_name)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="default: a free one")
@click.option("--key", help="the key to accept; default: sk-sim")
@click.option("--speed", type=click.FloatRange(min=0), default=1.0, help="virtual seconds a second; 0: only when told")
@click.option("--state", type=click.Path(path_type=Path), help="folder that keeps files and batches over a restart")
@click.option("--models", multiple=True, metavar="M", help="a model that exists; default: any does")
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="answer wrongly in this way; may be given again")
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
    from conformance import simulator  # noqa: PLC0415 - the other commands need no server

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
        simulator.serve(server, lambda ready: click.echo(ready.base_url))
    except (simulator.PortInUse, simulator.StateError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    return 0


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--provider", type=provider_name, metavar="NAME", required=True)
def preflight(file: Path, provider: str) -> int:
    """Hold a batch input file to a provider's rules before uploading it; - is standard input."""
    from conformance import input_rules  # noqa: PLC0415 - the other commands read no input files

    try:
        found = input_rules.check_input(file, provider)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from None
    for offence in found.offences:
        click.echo(offence)
    left = sum(found.counts.values()) - len(found.offences)
    if left:
        counts = ", ".join(f"{rule} {count}" for rule, count in found.counts.items())
        click.echo(f"and {left} more; in all: {counts}")
    if found.ok:
        click.echo(f"{file}: {found.lines} lines, {found.size} bytes: nothing to object to")
    return 0 if found.ok else 1


@cli.command("providers")
def providers_command() -> int:
    """Print the records of specs/providers.toml: who can be asked, judged and simulated."""
    for one in PROVIDERS.values():
        lines = {
            "base URLs": ", ".join(one.base_urls),
            "hosts": ", ".join(one.hosts),
            "key": f"${one.key_variable}, sent as {': '.join(one.authorization('…'))}",
            "contract": contract.load(one.contract).file,
            "client": one.client,
            "profile": one.profile,
        }
        click.echo(f"{one.name} ({one.label})")
        for name, value in lines.items():
            if value:
                click.echo(f"    {name:<11}{value}")
    return 0


@cli.command("rules")
def rules_command() -> int:
    """Print the catalogue: every kind of drift, its severity and an example."""
    for rule in rules.CATALOGUE.values():
        click.echo(f"{rule.id} ({rule.severity})\n    {rule.sentence}\n    e.g. {rule.example}")
    return 0


def invoke() -> int:
    """Run what the program's arguments ask for; returns the exit code.

    Raises:
        click.ClickException, and the others of USER_ERRORS: it cannot be had.
    """
    if "_BATCH_CONFORMANCE_COMPLETE" in os.environ:
        cli.main()  # a shell that completes a line
    try:
        with cli.make_context("batch-conformance", sys.argv[1:] or ["--help"]) as context:
            code = cli.invoke(context)
    except click.exceptions.Exit as done:
        return done.exit_code if sys.argv[1:] else 2
    return code if isinstance(code, int) else 0
