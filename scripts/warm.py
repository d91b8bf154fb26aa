"""Tests that are loaded once: for every mutant a fork has the code of one function exchanged, and runs some of them.

What ran while tests were loaded ran without the change, and what is no function's code cannot be exchanged: such
mutants want processes that are started anew. The command line is a fork as well, with the change.
"""

import gc
import inspect
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import orjson
import pytest

UNFIT = "unfit"
"""What is said of a mutant that cannot be tried so."""
TOO_LONG = "too long"


class Warm:
    """The tests of some files, loaded in a process of their own, in a copy of the checkout."""

    def __init__(self, folder: Path, words: list[str]) -> None:
        """Load them, which takes seconds."""
        self._calls, theirs = socket.socketpair()
        environment = {**os.environ, "PYTHONPATH": str(folder), "PYTEST_DEBUG_TEMPROOT": str(folder.parent)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        with theirs:
            subprocess.Popen(  # noqa: S603 - tests of this checkout; it ends when nobody calls any more
                [sys.executable, "-m", "scripts.warm", str(theirs.fileno()), *words],
                pass_fds=[theirs.fileno()],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._answers = self._calls.makefile("rb")
        self._told()

    def _told(self) -> str:
        told = self._answers.readline().decode()
        if not told:
            raise RuntimeError("the process with the tests has ended")
        return told.strip()

    def ended(self, path: Path, function: str, tests: list[str], seconds: float) -> str:
        """The first of the tests that fails while a function has the code that its file has now, or why none passes.

        That is TOO_LONG, or UNFIT; nothing where all pass.
        """
        call = {"path": str(path), "function": function, "tests": tests, "seconds": seconds}
        self._calls.sendall(orjson.dumps(call) + b"\n")
        return self._told()


class _Serving:
    """A plugin that runs no tests but those it is asked for."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._failed = ""
        self._functions: dict[tuple[str, str], list[FunctionType]] = {}
        """By the file and the name of their code."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """What fails first."""
        if report.failed and not self._failed:
            self._failed = report.nodeid

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Fork for every call that comes, until nobody can call any more."""
        from tests import forking  # noqa: PLC0415 - those of the copy

        forking.load()
        assert threading.active_count() == 1  # a fork of several threads may hang
        gc.collect()
        for one in gc.get_objects():
            if isinstance(one, FunctionType):
                self._functions.setdefault((one.__code__.co_filename, one.__code__.co_qualname), []).append(one)
        items = {item.nodeid: item for item in session.items}
        with socket.socket(fileno=self._descriptor) as calls, calls.makefile("rb") as lines:
            calls.sendall(b"loaded\n")
            for line in lines:
                calls.sendall(self._answer(orjson.loads(line), items) + b"\n")
        return True

    def _answer(self, call: dict[str, Any], items: dict[str, pytest.Item]) -> bytes:
        told, tell = os.pipe()
        child = os.fork()
        if not child:
            try:
                os.setsid()
                os.write(tell, self._ended(call, items).encode() or b" ")
            finally:
                os._exit(0)
        os.close(tell)
        ready, _, _ = select.select([told], [], [], call["seconds"])
        answer = os.read(told, 10_000) if ready else TOO_LONG.encode()
        os.close(told)
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return answer or b"the process ended"

    def _ended(self, call: dict[str, Any], items: dict[str, pytest.Item]) -> str:
        """In the fork: exchange the code, and run the tests."""
        if call["function"] and not self._exchange(call["path"], call["function"]):
            return UNFIT
        from tests import forking  # noqa: PLC0415 - those of the copy

        _fork_command_line(forking)
        chosen = [items[test] for test in call["tests"] if test in items]
        for item, following in zip(chosen, [*chosen[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                break
        return self._failed

    def _exchange(self, path: str, function: str) -> bool:
        """Give a function the code that stands in its file; False where that cannot be."""
        whole = dict[str, list[CodeType]]()
        for code in _codes(compile(Path(path).read_text(encoding="utf-8"), path, "exec")):
            whole.setdefault(code.co_qualname, []).append(code)
        name = next((one for one in _enclosing(function) if one in whole), "")
        live = self._functions.get((path, name), [])
        if not live or len(whole[name]) != 1:
            return False
        try:
            for one in live:
                one.__code__ = whole[name][0]
        except ValueError:  # it closes over something else now
            return False
        return True


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The functions of a module and its classes; what is in functions goes with them."""
    for one in code.co_consts:
        if isinstance(one, CodeType):
            if one.co_flags & inspect.CO_NEWLOCALS:
                yield one
            else:  # a class
                yield from _codes(one)


def _enclosing(function: str) -> Iterator[str]:
    """`Class.method.inner`: the names that it may be in, the outermost first."""
    steps = function.split(".")
    yield from (".".join(steps[:number]) for number in range(1, len(steps) + 1))


def _fork_command_line(forking: Any) -> None:
    """The command line as a fork of this process, made before any test starts a thread."""
    calls, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if not os.fork():
        calls.close()
        warnings.resetwarnings()
        try:
            forking.answer(theirs.detach())
        finally:
            os._exit(0)
    theirs.close()
    forking.Forking.__init__ = lambda self: setattr(self, "_calls", calls)
    forking.Forking.close = lambda _: calls.close()


if __name__ == "__main__":
    sys.exit(pytest.main(sys.argv[2:], plugins=[_Serving(int(sys.argv[1]))]))
