"""What ends a command from outside or from within: signals, streams that fail, faults of our own. One line, exit 2."""

import asyncio
import gc
import logging
import os
import signal
import statistics
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import click
import pytest

from conformance import cli
from conformance.cli.program import COMMANDS
from tests.conftest import Run

COMMAND = str(Path(sys.executable).with_name("batch-conformance"))


def _shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What a shell makes of a script in which BC is the command."""
    return subprocess.run(
        ["bash", "-c", script.replace("BC", COMMAND)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("BC rules > /dev/full", "standard output: No space left on device"),
        ("BC rules >&-", "standard output: Bad file descriptor"),
        ("BC preflight - --provider kimi <&-", "standard input is closed"),
        ("BC rules | true; exit ${PIPESTATUS[0]}", ""),
        ("BC report /nope >&- 2>&- <&-", ""),
    ],
)
def test_streams_that_fail(script: str, words: str, tmp_path: Path) -> None:
    """Full, closed, or without a reader: one line where there is someone to read it, and 2, never 1."""
    done = _shell(script, tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == bool(words)


@pytest.mark.parametrize(
    ("encoding", "words", "code"),
    [
        ("latin-1", ("rules",), 0),
        ("ascii", ("rules",), 0),
        ("latin-1", ("compare", "kimi", "kimi", "--no-known", "--lang", "zh"), 0),
    ],
)
def test_a_terminal_that_lacks_the_signs(encoding: str, words: tuple[str, ...], code: int, tmp_path: Path) -> None:
    """What the encoding has not is spelled; the exit code is that of any terminal."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(
        [COMMAND, *words], cwd=tmp_path, env=environment, capture_output=True, timeout=60, check=False
    )

    assert (done.returncode, done.stderr) == (code, b"")
    assert done.stdout


def test_signs_are_spelled() -> None:
    """A rule stays a rule; what has no plain form is escaped, and a half of a surrogate pair too."""
    cli._prepare.__globals__["codecs"].register_error("spelled", cli._spelled)  # noqa: SLF001 - the frame's own

    assert "─ … × \u4e2d \udcff é".encode("latin-1", "spelled") == b"- ... \xd7 \\u4e2d \\udcff \xe9"


_HALF_WAY = """
import sys, signal, os
from conformance import cli
from conformance.cli import program

def half_way():
    print("ready", flush=True)
    signal.pause()

program.invoke = half_way
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started the tests may have had it ignored
cli.main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_one_line(number: signal.Signals) -> None:
    """Whichever ends a command, it ends with 2."""
    with subprocess.Popen(
        [sys.executable, "-c", _HALF_WAY], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        try:
            _, printed = process.communicate(timeout=30)
        finally:
            process.kill()

    assert (process.returncode, printed) == (2, "batch-conformance: interrupted\n")


_IMPORTING = """
import builtins, sys
from conformance import cli
real = builtins.__import__

def slow(name, *rest, **words):
    if name == "click":
        raise KeyboardInterrupt
    return real(name, *rest, **words)

builtins.__import__ = slow
cli.main()
"""


def test_ctrl_c_while_it_is_loaded_is_one_line() -> None:
    """In the first second too."""
    done = subprocess.run([sys.executable, "-c", _IMPORTING], capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stderr) == (2, "batch-conformance: interrupted\n")


def _ended(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], job: Callable[[], int], *arguments: str
) -> tuple[object, str]:
    """The exit code and the errors of a command that does a job."""
    from conformance.cli import program  # noqa: PLC0415 - as the frame does

    with monkeypatch.context() as patched:
        patched.setattr(sys, "argv", ["batch-conformance", *arguments])
        patched.setattr(program, "invoke", job)
        patched.setattr(cli, "_prepare", lambda: None)
        patched.setattr(cli, "_watch_threads", lambda debug: None)
        patched.setattr(cli, "_end", lambda: None)
        patched.setattr(logging, "lastResort", logging.lastResort)
        with pytest.raises(SystemExit) as end:
            cli.main()
    return end.value.code, capsys.readouterr().err


def _raising(error: BaseException) -> Callable[[], int]:
    def job() -> int:
        raise error

    return job


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "out of memory"),
        (RecursionError("maximum recursion depth exceeded"), "nested too deeply"),
        (KeyboardInterrupt(), "interrupted"),
        (OSError(28, "No space left on device", "/tmp/x"), "/tmp/x: No space left on device"),  # noqa: S108 - a name only
        (KeyError("sk-secret"), "KeyError at test_frame.py:"),
        (ValueError("two\nlines, \x1b[31m and sk-secret"), "ValueError at test_frame.py:"),
        (SystemError(), "SystemError at test_frame.py:"),
    ],
)
def test_what_nobody_foresaw_is_one_line(
    error: BaseException, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a traceback, without the text of an error that may hold anything, and with 2."""
    code, printed = _ended(monkeypatch, capsys, _raising(error), "rules")

    assert code == 2
    assert printed.startswith("batch-conformance: ")
    assert words in printed
    assert len(printed.splitlines()) == 1
    assert "sk-secret" not in printed


@pytest.mark.parametrize("debug", [(), ("--debug",)], ids=["", "debug"])
@pytest.mark.parametrize("name", [name for names in COMMANDS.values() for name in names])
def test_every_command_stands_in_the_frame(
    name: str, debug: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault of our own in any of them is one line; with --debug the traceback stands before it."""
    from conformance.cli import program  # noqa: PLC0415 - as the frame does

    command = program.cli.get_command(click.Context(program.cli), name)
    monkeypatch.setattr(command, "parse_args", lambda context, words: [])
    monkeypatch.setattr(command, "invoke", lambda context: {}["sk-secret"])

    code, printed = _ended(monkeypatch, capsys, program.invoke, *debug, name)

    assert code == 2
    assert printed.splitlines()[-1].startswith("batch-conformance: KeyError at test_frame.py:")
    assert len(printed.splitlines()) == 1 or debug
    assert ("Traceback" in printed) is bool(debug)


def _in_thread(fail: Callable[[], object]) -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


async def _in_task(fail: Callable[[], object]) -> None:
    async def failing() -> None:
        fail()

    task = asyncio.ensure_future(failing())
    await asyncio.wait([task])
    del task
    gc.collect()


def _logged(fail: Callable[[], object]) -> None:
    try:
        fail()
    except KeyError:
        logging.getLogger("somebody").exception("sk-secret %s", "sk-secret")


def _unraisable(fail: Callable[[], object]) -> None:
    class Dying:
        def __del__(self) -> None:
            fail()

    Dying()


_ELSEWHERE = {
    "a thread": _in_thread,
    "a task": lambda fail: asyncio.run(_in_task(fail)),
    "a library's log": _logged,
    "where nobody can be told": _unraisable,
}


@pytest.mark.parametrize("where", _ELSEWHERE)
def test_what_fails_beside_a_command_is_no_traceback(where: str) -> None:
    """In a thread, in a task, in what is collected: one line at most; and what a thread was to do is not done."""
    script = f"""
import sys
sys.argv = ["batch-conformance", "rules"]
from conformance import cli
from conformance.cli import program
from tests.cli import test_frame

def failing():
    raise KeyError("sk-secret")

real = program.invoke
program.invoke = lambda: real() + (test_frame._ELSEWHERE[{where!r}](failing) or 0)
cli.main()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)

    lines = done.stderr.splitlines()
    assert done.returncode == (2 if where == "a thread" else 0)
    assert lines == ([] if where.startswith("where") else ["batch-conformance: " + lines[0].split(": ", 1)[1]])
    assert all("KeyError at <string>:" in one for one in lines)
    assert "sk-secret" not in done.stderr


def test_an_error_of_another_process_is_named_by_its_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where it was raised, not where this process was told of it."""

    def job() -> int:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            pool.submit(statistics.mean, []).result()
        return 0

    code, printed = _ended(monkeypatch, capsys, job, "rules")

    assert code == 2
    assert printed.startswith("batch-conformance: StatisticsError at statistics.py:")


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Before the one line."""
    code, printed = _ended(monkeypatch, capsys, _raising(KeyError("x")), "rules", "--debug")

    assert code == 2
    assert printed.startswith("Traceback (most recent call last):")
    assert printed.splitlines()[-1].startswith("batch-conformance: KeyError")


@pytest.mark.parametrize("arguments", [("--debug", "history", "none"), ("history", "none", "--debug")])
def test_debug_is_taken_before_and_after_a_command(batch_conformance: Run, arguments: tuple[str, ...]) -> None:
    """It is everybody's option."""
    done = batch_conformance(*arguments)

    assert done.returncode == 2
    assert "Traceback" in done.stderr


@pytest.mark.parametrize("rate", ["1e-300", "1e300", "nan", "inf", "0", "-1", "0.0001/s", "x"])
def test_a_rate_that_nobody_would_wait_for(batch_conformance: Run, rate: str) -> None:
    """Refused before anything is sent."""
    done = batch_conformance("run", "live:kimi", "--rate", rate)

    assert done.returncode == 2
    assert "such as 2/s" in done.stderr
