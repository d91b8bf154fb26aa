"""The formats of a report, in one table: each renders the same tree."""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path

import orjson
from attrs import frozen

from conformance.report.files import ReportError, write_all
from conformance.report.tree import Tree
from conformance.report.words import Lang, Say

Renderer = Callable[[Tree, Say], str]


def _json(tree: Tree, say: Say) -> str:  # noqa: ARG001 - a renderer; data has no language
    return orjson.dumps(tree, option=orjson.OPT_INDENT_2).decode() + "\n"


def _of(module: str) -> Renderer:
    """The renderer of a module here, which is imported when it renders: most runs write no file."""

    def render(tree: Tree, say: Say) -> str:
        rendered: str = import_module(f"conformance.report.{module}").render(tree, say)
        return rendered

    return render


@frozen
class Format:
    """How a format is written: its file's name, or None for one that only standard output makes sense of."""

    file: str | None
    render: Renderer


FORMATS: Mapping[str, Format] = {
    "json": Format("drift.json", _json),
    "html": Format("drift.html", _of("page")),
    "md": Format("drift.md", _of("markdown")),
    "sarif": Format("drift.sarif", _of("sarif")),
    "junit": Format("drift.junit.xml", _of("junit")),
    "ctrf": Format("drift.ctrf.json", _of("ctrf")),
    "badge": Format("drift.badge.json", _of("badge")),
    "github": Format(None, _of("annotations")),
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
