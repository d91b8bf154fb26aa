"""Options that several commands share."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
from click.core import ParameterSource

from conformance.cli.frame import Listed, option

if TYPE_CHECKING:
    from conformance.report import Lang
    from conformance.rules import Severity

FILE = click.Path(path_type=Path)
PROVIDER = Listed("provider", "conformance.providers:PROVIDERS")
CONTRACT = Listed("contract", "conformance.contract_files:names", closed=False)
LANG = Listed("language", "conformance.report.words:LANGS")
_REPORT = "Report"


class Reporting(NamedTuple):
    """What was asked of a report. `known` is the file of accepted drift, None for none."""

    out: Path | None
    known: Path | None
    strict_known: bool
    fail_on: "Severity"
    history: Path | None
    lang: "Lang"
    verbose: bool = False


def reporting(function: Callable[..., int]) -> Callable[..., int]:
    """Gives a command the options of a report; they reach it as one argument, `reporting`."""

    @wraps(function)
    def gathered(
        *arguments: object,
        out: Path | None,
        known_file: Path | None,
        no_known: bool,
        strict_known: bool,
        fail_on: "Severity",
        history: Path | None,
        lang: "Lang",
        verbose: bool,
        **words: object,
    ) -> int:
        accepted = _known(known_file, no_known=no_known)
        wanted = Reporting(out, accepted, strict_known, fail_on, history, lang, verbose)
        return function(*arguments, reporting=wanted, **words)

    for one in (
        option("-v", "--verbose", is_flag=True, group=_REPORT, help="show every finding whole, not the first screen"),
        option("--lang", type=LANG, default="en", group=_REPORT, help="language of the reports"),
        option("--history", type=FILE, metavar="FILE", group=_REPORT, help="add the run to this SQLite file"),
        option(
            "--fail-on",
            type=Listed("severity", "conformance.rules:SEVERITIES"),
            default="warning",
            group=_REPORT,
            help="from which severity new drift makes the exit 1",
        ),
        option(
            "--strict-known",
            is_flag=True,
            group=_REPORT,
            help="stale entries count on live endpoints and recordings too",
        ),
        option("--no-known", is_flag=True, group=_REPORT, help="accept no drift"),
        option(
            "--known",
            "known_file",
            type=FILE,
            metavar="FILE",
            group=_REPORT,
            help="accepted drift; default: the project's own",
        ),
        option("--out", type=FILE, metavar="DIR", group=_REPORT, help="folder for drift.json and the other reports"),
    ):
        gathered = one(gathered)
    return gathered


def _known(known_file: Path | None, *, no_known: bool) -> Path | None:
    if no_known and known_file:
        # What is typed goes before what stands in settings.
        source = click.get_current_context().get_parameter_source
        typed = [name for name in ("no_known", "known_file") if source(name) is ParameterSource.COMMANDLINE]
        no_known, known_file = "no_known" in typed, known_file if "known_file" in typed else None
    if no_known and known_file:
        raise click.UsageError("--known and --no-known exclude each other")
    if no_known:
        return None
    from conformance import known

    return known_file or known.DEFAULT_FILE
