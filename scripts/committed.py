"""Committed files that are built: written beside and renamed, or checked against what would be written."""

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
"""The checkout."""


def settle(root: Path, files: Mapping[str, bytes], folders: Collection[str] = (), *, check: bool) -> int:
    """Make the files of a checkout what they should be, or with `check` only name those that are not.

    Args:
        root: The checkout.
        files: What each file should hold, by its path from the root.
        folders: Folders, from the root, that hold nothing but these files.
        check: Write nothing.

    Returns:
        The exit code: 1 if a check found a stale file, or a file cannot be written.
    """
    changed = [path for path, content in sorted(files.items()) if not _holds(root / path, content)]
    surplus = [path for folder in folders for path in _inside(root, folder) if path not in files]
    if check:
        for path in changed:
            click.echo(f"{path}: stale; `make regen` builds it anew", err=True)
        for path in surplus:
            click.echo(f"{path}: built from nothing; `make regen` removes it", err=True)
        return 1 if changed or surplus else 0
    try:
        for path in changed:
            write(root / path, files[path])
            click.echo(f"wrote {path}")
        for path in surplus:
            (root / path).unlink()
            click.echo(f"removed {path}")
    except OSError as error:
        click.echo(f"{error.filename}: {error.strerror}", err=True)
        return 1
    return 0


def write(path: Path, content: bytes) -> None:
    """Write a file beside its place, then rename it there: it is never seen half-written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def files_below(folder: Path) -> Iterator[str]:
    """The files in a folder, as paths from it in order; what Python compiled for itself is left out."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            yield path.relative_to(folder).as_posix()


def _inside(root: Path, folder: str) -> Iterator[str]:
    return (f"{folder}/{path}" for path in files_below(root / folder))


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False
