"""The command line without its start: one process loads it, and forks for every call.

A call has its own process, folder, environment and streams, as a shell gives them; shared are only what was loaded,
which takes far longer than most commands, and the seed of hashes. Tests of the start itself, of signals and of equal
reports in unequal processes start the command as users do.
"""

import atexit
import gc
import importlib
import os
import pkgutil
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import orjson

ROOT = Path(__file__).parents[1]
_SERVE = "import sys; from tests.forking import serve; serve(int(sys.argv[1]))"
_LAZY = ("openai", "pytest", "schemathesis", "uvicorn", "yaml")
"""What commands load only when they need it."""
_NOT_MODULES = ("conformance.cli.__main__", "conformance.suite.conftest", "conformance.suite.test_")
"""What is run, or collected by pytest."""
_LONGEST = 1 << 20
"""Bytes of a call's words and environment."""


class Forking:
    """Runs `batch-conformance`."""

    def __init__(self) -> None:
        """Start the process; it loads while the first test gets ready."""
        self._calls, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _SERVE, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=ROOT,
                start_new_session=True,
            )

    def run(
        self,
        words: list[str],
        folder: Path,
        environment: Mapping[str, str],
        *,
        given: bytes = b"",
        patched: Mapping[str, object] | None = None,
        timeout: float = 120,
    ) -> "subprocess.CompletedProcess[bytes]":
        """Run one command to its end; `given` is its standard input, `patched` has other values by `module:name`."""
        with TemporaryFile() as stdin, TemporaryFile() as stdout, TemporaryFile() as stderr:
            stdin.write(given)
            stdin.seek(0)
            call = {"words": words, "folder": str(folder), "environment": dict(environment), "patched": patched or {}}
            streams = [one.fileno() for one in (stdin, stdout, stderr)]
            socket.send_fds(self._calls, [orjson.dumps(call)], streams)
            self._calls.settimeout(timeout)
            try:
                code = int(self._calls.recv(100))
            except TimeoutError:
                self.close()
                raise subprocess.TimeoutExpired(words, timeout) from None
            return subprocess.CompletedProcess(words, code, _whole(stdout), _whole(stderr))

    def close(self) -> None:
        """End the process, and what it runs."""
        self._calls.close()
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _whole(stream: IO[bytes]) -> bytes:
    stream.seek(0)
    return stream.read()


def serve(descriptor: int) -> None:
    """Load, then answer calls."""
    load()
    gc.freeze()
    answer(descriptor)


def load() -> None:
    """Load all that commands need; whoever forks then has it."""
    import conformance  # noqa: PLC0415 - only this process runs commands

    for one in pkgutil.walk_packages(conformance.__path__, "conformance."):
        if not one.name.startswith(
            ("conformance.suite.test_", "conformance.suite.conftest", "conformance.cli.__main__")
        ):
            importlib.import_module(one.name)
    for name in _LAZY:
        importlib.import_module(name)
    assert threading.active_count() == 1  # a fork of several threads may hang
    gc.collect()


def answer(descriptor: int) -> None:
    """Fork for every call that comes, until nobody can call any more."""
    with socket.socket(fileno=descriptor) as calls:
        while True:
            words, streams, _, _ = socket.recv_fds(calls, _LONGEST, 3)
            if not words:
                return
            child = os.fork()
            if not child:
                calls.close()
                _command(orjson.loads(words), streams)
            for one in streams:
                os.close(one)
            _, status = os.waitpid(child, 0)
            calls.send(b"%d" % os.waitstatus_to_exitcode(status))


def _command(call: Mapping[str, Any], descriptors: list[int]) -> None:
    """In the fork: be the command, and end."""
    code: Any = 70
    try:
        for number, one in enumerate(descriptors):
            os.dup2(one, number)
            os.close(one)
        streams = [open(number, mode, encoding="utf-8", closefd=False) for number, mode in enumerate("rww")]  # noqa: SIM115
        sys.stdin, sys.stdout, sys.stderr = streams
        os.chdir(call["folder"])
        os.environ.clear()
        os.environ.update(call["environment"])
        sys.argv = ["batch-conformance", *call["words"]]
        for where, value in call["patched"].items():
            module, _, name = where.partition(":")
            setattr(importlib.import_module(module), name, value)
        random.seed()
        from conformance.cli import main  # noqa: PLC0415 - loaded long ago

        main()
    except SystemExit as end:
        code = end.code
    finally:
        atexit._run_exitfuncs()  # noqa: SLF001 - there is no other way to end a fork as a process ends
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)
