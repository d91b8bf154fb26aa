"""The command line: what stands around every command; `program` lists them, and each has a module.

The frame stands before anything else is loaded, so that a Ctrl-C in the first second, or a package that cannot be
imported, is one line as well. Whatever ends a command without its own exit code ends it with 2.
"""

import codecs
import gc
import io
import os
import re
import signal
import sys
import threading
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from conformance.errors import UserError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_PLAIN = str.maketrans(
    {"─": "-", "…": "...", "×": "x", "·": ".", "—": "-", "“": '"', "”": '"', "’": "'", "■": "#", "□": "o", "→": "->"}
)
"""How the reports' own signs are written where a terminal's encoding has them not."""
_LONGEST = 2000
_GARBAGE = 50_000
"""Objects between two looks for garbage: what is loaded is none, and looking through it costs a sixth of a start."""
_fallen: list[BaseException] = []
"""What ended threads of this program: what they were to do is not done."""


def main() -> NoReturn:
    """Run the command line; what goes wrong is one line and exit 2, with `--debug` after its traceback."""
    gc.set_threshold(_GARBAGE)
    debug = "--debug" in sys.argv[1:]
    code = 2
    try:
        _prepare()
        _watch_threads(debug=debug)
        from conformance.cli import program

        code = program.invoke()
        sys.stdout.flush()
        code = code or 2 * bool(_fallen)
    except BrokenPipeError:
        code = 2  # who closed the pipe knows
    except BaseException as error:  # noqa: BLE001 - this is the end of the program
        code = 2
        tell(error, debug=debug)
    _end()
    sys.exit(code)


def _prepare() -> None:
    """Take signals as Ctrl-C, and streams as they are: closed, full, or of an encoding that lacks most signs."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:  # else someone wants it ignored, as nohup does
            signal.signal(number, signal.default_int_handler)
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # The next file to be opened would take its place. What can only be read cannot be written: that is told.
            os.open(os.devnull, os.O_WRONLY if descriptor == 2 else os.O_RDONLY)
    codecs.register_error("batch-conformance", _spelled)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(_Output(1, "wb", closefd=False)),
        encoding,
        "batch-conformance",
        line_buffering=os.isatty(1),
    )


def _watch_threads(*, debug: bool) -> None:
    """What ends a thread, or goes wrong where nobody can be told, is no traceback either."""

    def fell(one: threading.ExceptHookArgs) -> None:
        if one.exc_value is not None:
            _fallen.append(one.exc_value)
            tell(one.exc_value, debug=debug)

    threading.excepthook = fell
    if not debug:
        sys.unraisablehook = lambda _: None


class _Output(io.FileIO):
    """Standard output, whose errors say that they are its own."""

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            error.filename = "standard output"
            raise


def _spelled(error: UnicodeError) -> tuple[str | bytes, int]:
    """What the encoding lacks, in signs that it has: escaped, if they have no plain form."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    plain = error.object[error.start : error.end].translate(_PLAIN)
    return plain.encode("ascii", "backslashreplace").decode("ascii"), error.end


def tell(error: BaseException, *, debug: bool = False) -> None:
    """Say in one line what went wrong; where `debug`, after its traceback."""
    if sys.stderr is None:
        return  # closed: nobody is told
    with suppress(OSError):
        if debug:
            traceback.print_exception(error, file=sys.stderr)
        words = " ".join("".join(sign if sign.isprintable() else " " for sign in _words(error)).split())
        short = words if len(words) <= _LONGEST else f"{words[:_LONGEST]} …"
        sys.stderr.write(f"batch-conformance: {short}\n")
        sys.stderr.flush()


def _words(error: BaseException) -> str:
    """What ended the program. What nobody foresaw is named without its text, which may hold anything."""
    match error:
        case KeyboardInterrupt():
            return "interrupted"
        case MemoryError():
            return "out of memory"
        case RecursionError():
            return "something in the input is nested too deeply"
        case OSError():
            return f"{error.filename or 'a file'}: {error.strerror or error}"
    from_click = getattr(sys.modules.get("click"), "ClickException", UserError)
    if isinstance(error, UserError | from_click):
        format_message = getattr(error, "format_message", None)
        return str(format_message() if format_message else error)
    return f"{type(error).__name__}{_where(error)}, which nobody foresaw; --debug shows more"


def _where(error: BaseException) -> str:
    """Where it was raised, in another process of ours too: that one's traceback comes as a text."""
    last = [(one.filename, one.lineno) for one in traceback.extract_tb(error.__traceback__)[-1:]]
    elsewhere: list[tuple[str, str]] = re.findall(
        r'File "([^"\n]+)", line ([0-9]+)', getattr(error.__cause__, "tb", "")
    )
    file, line = [("", ""), *last, *elsewhere][-1]
    return f" at {os.path.basename(file)}:{line}" if file else ""  # noqa: PTH119 - pathlib is not loaded yet


def _end() -> None:
    """Leave nothing to the interpreter that could fail once more; a second signal ends at once."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
