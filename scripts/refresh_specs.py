"""Builds the contracts: documentation pages → specs/sources → overlay → specs/<provider>.yaml.

Without an option, what specs/sources keeps of the pages is built from; each day's state of a contract is kept in
specs/history, with its changelog. `--fetch` takes the pages anew from where they
are published, `--from DIR` from a folder of saved ones; then what changed and whom it hurts is told, and contracts,
clients, dated copies and changelogs follow, all of them or, if anything fails, none. Pages that no program reads are
looked at last: one that says something else is named, one that cannot be had makes the exit 2. `--check` writes
nothing, exits 1 and names each stale file.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import click
import httpx
from attrs import evolve

from conformance.document import DocumentError
from conformance.drawing import counted, line
from conformance.report import ReportError
from conformance.report.text import visible
from scripts import fetch
from scripts.build_contracts import ContractError, build, pages_of, providers, read, stored
from scripts.committed import ROOT, settle
from scripts.fetch import FetchError
from scripts.history import dated, written_by_hand
from scripts.overlay import OverlayError
from scripts.pages import Page, PageError, Taken
from scripts.refresh import Refreshed, Step, refresh, saved
from scripts.refresh_report import tell, write_report
from scripts.safety import UnsafePageError
from scripts.watched import Watched, look

ERRORS = (ContractError, DocumentError, FetchError, OverlayError, PageError, ReportError, UnsafePageError)
"""What is told in one line, with exit 1, and leaves every file as it was."""


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """The command; see the module. Returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return _refresh(root, options) if options.fetch or options.saved else _build(root, check=options.check)
    except ERRORS as error:
        click.echo(f"refresh_specs: {visible(str(error))}", err=True)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Builds specs/*.yaml from documentation pages and overlays.")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--fetch", action="store_true", help="fetch every page that specs/sources lists")
    where.add_argument("--from", dest="saved", type=Path, metavar="DIR", help="read the saved pages in DIR again")
    parser.add_argument(
        "--skip", action="append", default=[], metavar="PROVIDER/PAGE", help="build from what is kept of this page"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and name each stale file")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the report of what changed")
    return parser


def _build(root: Path, *, check: bool) -> int:
    files: dict[str, bytes | None] = {}
    idle: list[str] = []
    today = datetime.now(UTC).date()
    for provider in providers(root):
        sources = stored(root, provider)
        built = build(root, provider, sources)
        files |= {**sources, f"specs/{provider}.yaml": built.content, **dated(root, provider, built.content, today)}
        idle += built.idle
    for name, content in written_by_hand(root, providers(root)):
        files |= dated(root, name, content, today)
    for each in idle:
        click.echo(each, err=True)
    return settle(root, files, check=check) or int(check and bool(idle))


def _refresh(root: Path, options: argparse.Namespace) -> int:
    skip = frozenset(options.skip)
    listed = {provider: pages_of(root, provider)[1] for provider in providers(root)}
    names = {f"{provider}/{page.name}" for provider, pages in listed.items() for page in pages}
    if unknown := skip - names:
        raise PageError(f"--skip {min(unknown)}: no such page; there are {', '.join(sorted(names))}")
    wanted = {
        provider: tuple(page for page in pages if f"{provider}/{page.name}" not in skip)
        for provider, pages in listed.items()
    }
    today = datetime.now(UTC).date()
    with line(counted, sys.stderr) as progress:
        taken = _fetched(wanted, progress) if options.fetch else _saved(wanted, options.saved)
        found = refresh(root, taken, today, progress)
        if not found.refused:
            found = _watched(root, found, options, today)
    code = settle(root, found.files, found.folders, check=options.check)
    if code == 0 or options.check:
        written = write_report(found, options.out) if options.out else []
        for text in tell(found, written):
            click.echo(text, err=True)
    for reason in found.refused:
        click.echo(f"refresh_specs: {visible(reason)}; nothing is written", err=True)
    for reason in found.missed:
        click.echo(f"refresh_specs: {visible(reason)}; all else is done", err=True)
    return 1 if found.refused else code or 2 * bool(found.missed)


def _watched(root: Path, found: Refreshed, options: argparse.Namespace, today: date) -> Refreshed:
    """What was found, with a look at the pages that no program reads."""
    with fetch.client() as http:

        def take(page: Watched) -> Taken | None:
            if options.fetch:
                return _fetch(http, page.read_at)
            path = options.saved / page.file
            return Taken(read(path), {}) if path.is_file() else None

        looked = look(root, found.files, take, today)
    return evolve(found, files={**found.files, **looked.files}, watched=looked.changed, missed=looked.missed)


def _saved(wanted: Mapping[str, tuple[Page, ...]], folder: Path) -> Mapping[str, Mapping[str, Taken]]:
    return {provider: {page.name: saved(folder, page) for page in pages} for provider, pages in wanted.items()}


def _fetched(
    wanted: Mapping[str, tuple[Page, ...]], progress: Callable[[Step], None]
) -> Mapping[str, Mapping[str, Taken]]:
    taken: dict[str, dict[str, Taken]] = {provider: {} for provider in wanted}
    total, done = sum(map(len, wanted.values())), 0
    with fetch.client() as http:
        for provider, pages in wanted.items():
            for page in pages:
                progress((done, total, "pages"))
                taken[provider][page.name] = _fetch(http, page)
                done += 1
    return taken


def _fetch(http: httpx.Client, page: fetch.Page) -> Taken:
    came = fetch.fetch(http, page)
    return Taken(came.content, {"etag": came.etag, "modified": came.modified})


if __name__ == "__main__":
    sys.exit(main())
