"""The lines of a batch's output and error files: one by one, whatever is wrong with them, none of them kept."""

from conformance.lines.line import Line, line_of
from conformance.lines.plain import Plain
from conformance.lines.reading import LinesOf, Taken

__all__ = ["Line", "LinesOf", "Plain", "Taken", "line_of"]
