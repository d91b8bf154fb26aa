"""The formats of a report, in one table: each renders the same tree."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import orjson
from attrs import frozen

from conformance.report import annotations, badge, ctrf, junit, markdown, page, sarif
from conformance.report.files import ReportError, write_all
from conformance.report.tree import Tree
from conformance.report.words import Lang, Say

Renderer = Callable[[Tree, Say], str]


def _json(tree: Tree, say: Say) -> str:  # noqa: ARG001 - a renderer; data has no language
    return orjson.dumps(tree, option=orjson.OPT_INDENT_2).decode() + "\n"


@frozen
class Format:
    """How a format is written: its file's name, or None for one that only standard output makes sense of."""

    file: str | None
    render: Renderer


FORMATS: Mapping[str, Format] = {
    "json": Format("drift.json", _json),
    "html": Format("drift.html", page.render),
    "md": Format("drift.md", markdown.render),
    "sarif": Format("drift.sarif", sarif.render),
    "junit": Format("drift.junit.xml", junit.render),
    "ctrf": Format("drift.ctrf.json", ctrf.render),
    "badge": Format("drift.badge.json", badge.render),
    "github": Format(None, annotations.render),
}

DEFAULT_FORMATS = ("json", "html", "md", "sarif", "junit")
"""What `--out` receives."""


def render(tree: Tree, name: str, lang: Lang = "en") -> str:
    """The report in one format.

    Raises:
        ReportError: there is no such format.
    """
    return _format(name).render(tree, Say(lang))


def write(tree: Tree, out: Path, formats: Iterable[str] = DEFAULT_FORMATS, lang: Lang = "en") -> list[Path]:
    """Write the report's files into a folder, made where it is missing; formats without a file are passed over.

    Raises:
        ReportError: there is no such format, or a file cannot be written.
    """
    chosen = [_format(name) for name in formats]
    say = Say(lang)
    return write_all(out, [(one.file, one.render(tree, say)) for one in chosen if one.file is not None])


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise ReportError(f"{name}: no such format; there are {', '.join(FORMATS)}")
    return FORMATS[name]
