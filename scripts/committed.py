"""Committed files that are built: written beside and renamed, or checked against what would be written."""

import contextlib
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
"""The checkout."""


def settle(root: Path, files: Mapping[str, bytes | None], folders: Collection[str] = (), *, check: bool) -> int:
    """Make the files of a checkout what they should be, or with `check` only name those that are not.

    Args:
        root: The checkout.
        files: What each file should hold, by its path from the root; None: it should not be there.
        folders: Folders, from the root, that hold nothing but these files.
        check: Write nothing.

    Returns:
        The exit code: 1 if a check found a stale file, or a file cannot be written.
    """
    changed = [
        path for path, content in sorted(files.items()) if content is not None and not _holds(root / path, content)
    ]
    surplus = [path for path, content in sorted(files.items()) if content is None and (root / path).exists()]
    surplus += [path for folder in folders for path in _inside(root, folder) if path not in files]
    if check:
        for path in changed:
            click.echo(f"{path}: stale; `make regen` builds it anew", err=True)
        for path in surplus:
            click.echo(f"{path}: built from nothing; `make regen` removes it", err=True)
        return 1 if changed or surplus else 0
    try:
        replace_all(root, {**{path: files[path] for path in changed}, **dict.fromkeys(surplus)})
    except OSError as error:
        click.echo(f"{error.filename}: {error.strerror}", err=True)
        return 1
    for verb, paths in (("wrote", changed), ("removed", surplus)):
        for path in paths:
            click.echo(f"{verb} {path}")
    return 0


def replace_all(root: Path, contents: Mapping[str, bytes | None]) -> None:
    """Give all files their new contents (None: no file), or, if anything stops that half-way, none of them.

    Raises:
        OSError: a file cannot be written; everything is as it was.
    """
    before = {path: (root / path).read_bytes() if (root / path).is_file() else None for path in contents}
    done: list[str] = []
    try:
        for path, content in contents.items():
            done.append(path)
            _put(root / path, content)
    except BaseException:
        for path in reversed(done):
            with contextlib.suppress(OSError):
                _put(root / path, before[path])
        raise


def _put(path: Path, content: bytes | None) -> None:
    if content is not None:
        write(path, content)
    elif path.is_file():
        path.unlink()


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
