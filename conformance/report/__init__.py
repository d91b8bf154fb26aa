"""Reports: a Result becomes one tree of plain data, and many renderers show it. Nothing here decides anything."""

from conformance.report import history
from conformance.report.files import ReportError, prepare, read, validate
from conformance.report.formats import DEFAULT_FORMATS, FORMATS, render, write
from conformance.report.terminal import render as render_terminal
from conformance.report.tree import Tree, build
from conformance.report.words import LANGS, Lang

__all__ = [
    "DEFAULT_FORMATS",
    "FORMATS",
    "LANGS",
    "Lang",
    "ReportError",
    "Tree",
    "build",
    "history",
    "prepare",
    "read",
    "render",
    "render_terminal",
    "validate",
    "write",
]
